import { describe, expect, test } from 'vitest';
import { migratePolicy } from '../../src/migration/migrate.ts';
import { readPolicyRules } from '../../src/migration/policy-rules.ts';
import { defaultsOf, readRecordedText, SERVICES } from '../parity/services.ts';

const withComments = (text: string): string =>
  text
    .split('\n')
    .flatMap((line, index) =>
      index % 5 === 0 && line !== '' ? [`# note ${index}: "keep" me`, line] : [line],
    )
    .join('\n');

describe.each(SERVICES)('a file that repeats every default of %s', (service) => {
  const policies = defaultsOf(service);
  const full = withComments(readRecordedText(`${service}.full.yaml`));

  test('becomes comments line by line, and nothing changes', async () => {
    const { text, changes, differences } = await migratePolicy(full, { policies });
    expect(readPolicyRules('policy.yaml', text)).toEqual(new Map());
    expect(text.split('\n').map((line) => line.replace(/^#(?! note)/, ''))).toEqual(full.split('\n'));
    expect(changes.length).toBe(policies.length);
    expect(differences).toEqual([]);
  });

  test('becomes the same comments from JSON', async () => {
    const rules = Object.fromEntries(policies.map(({ name, checkStr }) => [name, checkStr]));
    const json = JSON.stringify({ _COMMENT: 'Edited by hand, see "the wiki"', ...rules }, null, 4);
    const { text, differences } = await migratePolicy(json, { policies });
    expect(text).toBe(
      [
        '# Edited by hand, see "the wiki"',
        ...policies.map(({ name, checkStr }) => `#${JSON.stringify(name)}: ${JSON.stringify(checkStr)}`),
        '',
      ].join('\n'),
    );
    expect(differences).toEqual([]);
  });

  test('keeps all its rules while old defaults count, where they would allow more', async () => {
    const { text, differences } = await migratePolicy(full, { policies, enforceNewDefaults: false });
    const changed = policies.filter(
      ({ checkStr, deprecatedRule: old }) => old !== undefined && old.checkStr !== checkStr,
    );
    expect([...readPolicyRules('policy.yaml', text).keys()].sort()).toEqual(
      changed.map(({ name }) => name).sort(),
    );
    expect(differences).toEqual([]);
  });

  test('with old names gives every successor its value, also those that were split', async () => {
    const old = new Map(
      policies.flatMap(({ name, deprecatedRule }) =>
        deprecatedRule && deprecatedRule.name !== name ? [[deprecatedRule.name, 'role:operator']] : [],
      ),
    );
    const file = Array.from(old, ([name, rule]) => `# about ${name}\n"${name}": "${rule}"\n`).join('');
    const { text, differences } = await migratePolicy(file, { policies });
    expect(differences).toEqual([]);
    const rules = readPolicyRules('policy.yaml', text);
    for (const { name, deprecatedRule } of policies) {
      if (deprecatedRule !== undefined && deprecatedRule.name !== name)
        expect(rules.get(name)).toBe('role:operator');
    }
    for (const name of old.keys()) expect(text).toContain(`# about ${name}\n`);
  });
});
