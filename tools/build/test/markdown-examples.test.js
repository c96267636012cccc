import { expect, test } from 'vitest';
import { testsOf } from '../markdown-examples.js';

/** @param {string} code */
const block = (code) => `# Title\n\n\`\`\`ts\n${code}\n\`\`\`\n`;

test('a value comment becomes an assertion', () => {
  expect(testsOf(block('sum(1, 2); // => 3'))).toContain('__expect(sum(1, 2)).toEqual(3);');
});

test('a declaration with a value comment asserts the declared name', () => {
  expect(testsOf(block('const total = sum(1, 2); // => 3'))).toContain(
    'const total = sum(1, 2); __expect(total).toEqual(3);',
  );
});

test('an awaited expression that throws is asserted as a rejection', () => {
  expect(testsOf(block('await load(); // throws PolicyLoadError'))).toContain('rejects');
});

test('imports are hoisted out of the test', () => {
  const source = testsOf(block("import { sum } from 'sum';\nsum(1, 2); // => 3"));
  expect(source.indexOf("import { sum } from 'sum'")).toBeLessThan(source.indexOf('__test('));
});

test('blocks may import the same name again', () => {
  const source = testsOf(`${block("import { a } from 'x';")}${block("import { a, b } from 'x';")}`);
  expect(source).toContain("import { a, b } from 'x';");
  expect(source.match(/from 'x'/g)).toHaveLength(1);
});

test('a block names its line in the document', () => {
  expect(testsOf(block('1; // => 1'))).toContain('line 4');
});

test('blocks marked no-run and blocks of other languages are left out', () => {
  const source = testsOf('```ts no-run\nboom();\n```\n\n```sh\nboom\n```\n');
  expect(source).not.toContain('boom');
});
