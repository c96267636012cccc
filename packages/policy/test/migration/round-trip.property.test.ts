// Laws, for any policy file in any style and any registered rules, some of them renamed, split or changed:
//  1. every registered rule decides by the same check as before, and the proof says so;
//  2. every comment of the file is still there, in order;
//  3. rules the migration leaves alone keep their values;
//  4. a second migration changes nothing.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCheck } from '../../src/checks/check.ts';
import { migratePolicy } from '../../src/migration/migrate.ts';
import { effectiveCheck, readFileRules, resolveGround } from '../../src/migration/policy-of-text.ts';
import { ruleDefault, type RuleDefault } from '../../src/rules/defaults.ts';

const RUNS = 500 * Number(process.env.PROPERTY_RUNS ?? 1);
const seed = process.env.PROPERTY_SEED;
const parameters = { numRuns: RUNS, ...(seed === undefined ? {} : { seed: Number(seed) }) };

const NEW = ['s:get', 's:list', 's:create', 's:delete', 's:show'];
const OLD = ['s:old', 's:older', 's:get', 'os-x:y', 'context'];
const NAMES = [
  ...NEW,
  ...OLD.filter((name) => !NEW.includes(name)),
  'default',
  'extra',
  '__proto__',
  'constructor',
];

const check = fc.constantFrom(
  'role:a',
  'role:b',
  '@',
  '!',
  '',
  'rule:s:get',
  'rule:s:list',
  'rule:s:old',
  'rule:context',
  'role:a or role:b',
  'role:a and project_id:%(project_id)s',
  'not role:a',
  "'x':%(y)s or role:a",
  'is_admin:True or (role:b and user_id:%(user_id)s)',
);

const registered = fc
  .subarray(NEW, { minLength: 1 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.record({
          name: fc.constant(name),
          checkStr: check,
          old: fc.option(fc.record({ name: fc.constantFrom(...OLD), checkStr: check }), { nil: undefined }),
        }),
      ),
    ),
  )
  .map((rules) =>
    rules.map(({ name, checkStr, old }) =>
      ruleDefault({ name, checkStr, ...(old === undefined ? {} : { deprecatedRule: old }) }),
    ),
  );

const comment = fc.constantFrom(
  '# plain',
  '#"s:get": "role:x"',
  "#  it's -- 'quoted' { } : #",
  '# ünïcode ☃',
  '#',
);

interface Line {
  readonly name: string;
  readonly rule: string;
  readonly style: number;
  readonly above: readonly string[];
  readonly trailing: string | undefined;
}

const lines: fc.Arbitrary<Line[]> = fc.array(
  fc.record({
    name: fc.constantFrom(...NAMES),
    rule: check,
    style: fc.nat(6),
    above: fc.array(fc.oneof(comment, fc.constant('')), { maxLength: 2 }),
    trailing: fc.option(comment, { nil: undefined }),
  }),
  { maxLength: 8 },
);

const quote = (text: string): string => JSON.stringify(text);
const single = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A rule in one of the styles people write. */
const block = ({ name, rule, style, above, trailing }: Line, indent: string): string => {
  const written =
    [
      `${quote(name)}: ${quote(rule)}`,
      `${single(name)}: ${single(rule)}`,
      `${name}: ${single(rule)}`,
      `${quote(name)} :   ${quote(rule)}`,
      `? ${quote(name)}\n${indent}: ${quote(rule)}`,
      `${name}:\n${indent}    ${quote(rule)}`,
      rule === '' ? `${name}: ""` : `${name}: >-\n${indent}  ${rule}`,
    ][style] ?? '';
  const end = trailing === undefined || style === 6 ? '' : ` ${trailing}`;
  return [...above, indent + written + end].join('\n');
};

const file = fc
  .tuple(lines, fc.constantFrom('', '  '), fc.constantFrom('block', 'braces', 'json'), fc.boolean())
  .map(([entries, indent, form, hasMarker]) => {
    if (entries.length === 0) return '';
    if (form === 'block') {
      return `${hasMarker ? '---\n' : ''}${entries.map((entry) => block(entry, indent)).join('\n')}\n`;
    }
    const rows = entries.map(({ name, rule, above, trailing }, index) => {
      const comma = index < entries.length - 1 ? ',' : '';
      const isJson = form === 'json';
      return [
        ...(isJson ? [] : above),
        `  ${quote(name)}: ${quote(rule)}${comma}${isJson || trailing === undefined ? '' : ` ${trailing}`}`,
      ].join('\n');
    });
    return `{\n${rows.join('\n')}\n}\n`;
  });

const commentsOf = (text: string): string[] =>
  text.split('\n').flatMap((line) => {
    const found = /(?:^|\s)(# plain|#"s:get": "role:x"|# {2}it's -- 'quoted' \{ \} : #|# ünïcode ☃|#)$/.exec(
      line,
    )?.[1];
    return found === undefined ? [] : [found];
  });

const isInOrder = (parts: readonly string[], whole: readonly string[]): boolean => {
  let at = 0;
  for (const item of whole) if (item === parts[at]) at += 1;
  return at === parts.length;
};

const decisions = (text: string, policies: readonly RuleDefault[], enforceNewDefaults: boolean): string[] => {
  const ground = resolveGround({ policies, enforceNewDefaults });
  const rules = readFileRules('policy.yaml', text, ground.checks);
  return policies.map((rule) => `${rule.name} = ${formatCheck(effectiveCheck(rule, rules, ground))}`);
};

test(
  'a migrated file decides as before and keeps what people wrote',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        file,
        registered,
        fc.record({
          enforceNewDefaults: fc.boolean(),
          upgradeNames: fc.boolean(),
          commentOutDefaults: fc.boolean(),
        }),
        async (text, policies, options) => {
          const migrated = await migratePolicy(text, { policies, ...options });
          const { enforceNewDefaults } = options;
          expect(decisions(migrated.text, policies, enforceNewDefaults)).toEqual(
            decisions(text, policies, enforceNewDefaults),
          );
          expect(migrated.differences).toEqual([]);
          expect(isInOrder(commentsOf(text), commentsOf(migrated.text))).toBe(true);
          const ground = resolveGround({ policies });
          const [before, after] = [text, migrated.text].map((one) =>
            readFileRules('policy.yaml', one, ground.checks),
          );
          const changed = new Set(migrated.changes.flatMap(({ rule, to }) => [rule, ...to]));
          const kept = (rules: typeof before): unknown[] =>
            Array.from(rules ?? [], ([name, { checkStr }]): [string, unknown] => [name, checkStr])
              .filter(([name]) => !changed.has(name))
              .sort();
          expect(kept(after)).toEqual(kept(before));
          const again = await migratePolicy(migrated.text, { policies, ...options });
          expect(again.text).toBe(migrated.text);
        },
      ),
      parameters,
    );
  },
  30_000 + RUNS * 10,
);
