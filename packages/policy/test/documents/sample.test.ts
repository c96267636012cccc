import { expect, test } from 'vitest';
import { formatSample } from '../../src/documents/sample.ts';
import { ruleDefault } from '../../src/rules/defaults.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { defaultsOf, readRecordedText, SERVICES } from '../parity/services.ts';

/** Oslo prints a list of methods as Python does; here each has a line of its own. */
const expandMethods = (sample: string): string =>
  sample.replace(/^# \[(.*)\] {2}(.*)$/gm, (_, list: string, path: string) =>
    list
      .split(', ')
      .map((method) => `# ${method.slice(1, -1)}  ${path}`)
      .join('\n'),
  );

test.each(SERVICES)('the sample of %s is the one oslopolicy-sample-generator writes', (service) => {
  const sample = formatSample([{ name: service, rules: defaultsOf(service) }]);
  expect(sample.split('\n')).toEqual(expandMethods(readRecordedText(`${service}.sample.yaml`)).split('\n'));
});

test('a rule with quotes and line ends is a rule of the same text when its comment is taken away', () => {
  const checkStr = "user_id:'a\"b\\c' or\n\trole:x\u0085\ud800";
  const sample = formatSample([{ name: 'x', rules: [ruleDefault({ name: 'a "quoted" name', checkStr })] }]);
  expect(readYaml(sample.replace(/^#/gm, '')).value).toEqual(new Map([['a "quoted" name', checkStr]]));
});
