import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CommandResult } from '../../src/commands/command.ts';
import { OSLO_COMMANDS, OWN_COMMANDS } from '../../src/commands/commands.ts';
import { runLine } from '../../src/commands/run.ts';

let directory = '';

const RULES = [
  { name: 'admin', check_str: 'role:admin' },
  {
    name: 'things:get',
    check_str: 'rule:admin or role:reader',
    scope_types: ['project'],
    deprecated_rule: {
      name: 'things:show',
      check_str: 'role:member',
      deprecated_reason: 'R',
      deprecated_since: 'S',
    },
  },
];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'policy-commands-'));
  write('rules.json', JSON.stringify(RULES));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);
const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
const run = (...line: string[]): Promise<CommandResult> => runLine(line, { directory });
const runWithRules = (...line: string[]): Promise<CommandResult> => run(...line, '--policies', 'rules.json');

describe('the program', () => {
  test('lists its commands, and says so when there is none of a name', async () => {
    const { output, exitCode } = await run('--help');
    expect(exitCode).toBe(0);
    for (const { name } of [...OWN_COMMANDS, ...OSLO_COMMANDS]) expect(output).toContain(`  ${name} `);
    expect(await run()).toMatchObject({ exitCode: 2, output: '' });
    expect(await run('dif')).toMatchObject({
      exitCode: 2,
      errors: 'oslofjord-policy dif: there is no such command; oslofjord-policy --help lists them\n',
    });
  });

  test.each([...OWN_COMMANDS, ...OSLO_COMMANDS].map((command) => [command.name, command] as const))(
    '%s explains itself, every option included',
    async (name, { flags, summary }) => {
      const { output, exitCode } = await run(name, '--help');
      expect(exitCode).toBe(0);
      expect(output).toContain(summary);
      for (const flag of flags) expect(output).toContain(`--${flag.name}`);
    },
  );

  test('knows the names of old, underscores and inverses', async () => {
    const line = ['--policies', 'rules.json', '--exclude_deprecated=false', '--noexclude-deprecated'];
    expect((await run('oslopolicy-sample-generator', ...line)).output).toContain('# DEPRECATED');
    expect(await run('diff', '--fail-on', 'never', 'a', 'b')).toMatchObject({
      exitCode: 2,
      errors: expect.stringContaining('argument --fail-on: "never" is none of gain, loss, any') as string,
    });
  });
});

describe('the rules of a service', () => {
  const line = ['policy-generator', '--policies'];
  const expected = '"admin": "role:boss"\n';

  test.each([
    ['an ES module that exports policies', 'p.mjs', 'export const policies = [RULE];', 'p.mjs'],
    ['an export of another name', 'p.mjs', 'export const mine = [RULE];', 'p.mjs#mine'],
    ['a default export', 'p.mjs', 'export default [RULE];', 'p.mjs'],
    ['a function that returns them', 'p.mjs', 'export const policies = async () => [RULE];', './p.mjs'],
    ['a CommonJS module', 'p.cjs', 'module.exports = { policies: [RULE] };', 'p.cjs'],
    [
      'an enforcer',
      'p.mjs',
      'export const enforcer = { registeredRules: new Map([["admin", RULE]]) };',
      'p.mjs',
    ],
    ['a YAML file', 'p.yaml', '- {name: admin, checkStr: "role:boss"}', 'p.yaml'],
  ])('come from %s', async (_, file, text, place) => {
    const rule = `{ name: 'admin', checkStr: 'role:boss', scopeTypes: [], operations: [] }`;
    write(file, text.replace('RULE', rule));
    expect(await run(...line, place)).toMatchObject({ output: expected, exitCode: 0 });
  });

  test.each([
    ['missing', 'nowhere.mjs', 'there is no module or file nowhere.mjs'],
    ['broken', 'broken.mjs', 'the module broken.mjs cannot be loaded: '],
    ['without rules', 'none.mjs', 'none.mjs exports no list of rules as policies, rules, enforcer, default'],
    ['no JSON', 'broken.json', 'broken.json: '],
    ['not of rules', 'list.json', 'list.json: Invalid policy rule default: a rule is a int'],
  ])('are refused when their file is %s', async (_, place, message) => {
    write('broken.mjs', 'throw new Error("at load");');
    write('none.mjs', 'export const policies = { admin: "role:admin" };');
    write('broken.json', '{');
    write('list.json', '[1]');
    const { exitCode, errors } = await run(...line, place);
    expect(exitCode).toBe(1);
    expect(errors).toContain(message);
  });
});

describe('diff', () => {
  test('shows who gains and loses, and fails when asked to', async () => {
    write('a.yaml', 'things:get: role:reader\n');
    write('b.yaml', 'things:get: role:reader and role:x\n');
    const { output, exitCode } = await runWithRules('diff', 'a.yaml', 'b.yaml');
    expect(exitCode).toBe(0);
    expect(output).toMatch(/^things:get\n {2}no longer allowed: project-scoped token, roles reader,/);
    expect(output).toContain('1 rule changed: somebody gains by 0 and loses by 1; 1 proved unchanged\n');
    const status = async (failOn: string): Promise<number> =>
      (await runWithRules('diff', 'a.yaml', 'b.yaml', '--fail-on', failOn)).exitCode;
    expect([await status('loss'), await status('gain'), await status('any')]).toEqual([1, 0, 1]);
  });

  test('compares old defaults with new ones, and releases with each other', async () => {
    const { output } = await runWithRules('diff', 'old-defaults', 'new-defaults');
    expect(output).toContain('no longer allowed: project-scoped token, roles member');
    write('next.json', JSON.stringify([...RULES, { name: 'things:put', check_str: 'role:writer' }]));
    const next = await runWithRules(
      'diff',
      'defaults',
      'defaults',
      '--policies-after',
      'next.json',
      '--json',
    );
    expect(JSON.parse(next.output)).toMatchObject({ differences: [{ rule: 'things:put', only: 'after' }] });
  });

  test('says which file is missing or refused', async () => {
    expect(await runWithRules('diff', 'defaults', 'x.yaml')).toMatchObject({
      exitCode: 1,
      errors: 'oslofjord-policy diff: there is no file x.yaml\n',
    });
    write('open.yaml', 'things:get: no\n');
    const { errors } = await runWithRules('diff', 'defaults', 'open.yaml');
    expect(errors).toContain('--compat oslo reads it as Oslo does, which may allow more than it says.');
    const { output } = await runWithRules('diff', 'defaults', 'open.yaml', '--compat', 'oslo');
    expect(output).toContain('allowed now:       project-scoped token, no roles');
  });
});

describe('convert and upgrade', () => {
  const FILE = '# ours\nadmin: role:admin # as ever\n\n# renamed since\nthings:show: role:operator\n';
  const CONVERTED = FILE.replace('admin:', '#admin:');
  const UPGRADED = CONVERTED.replace('things:show', 'things:get');

  test('print the new text, and what was done to each rule', async () => {
    write('policy.yaml', FILE);
    expect(await runWithRules('convert', 'policy.yaml')).toMatchObject({ output: CONVERTED, exitCode: 0 });
    const { output, errors } = await runWithRules('upgrade', 'policy.yaml');
    expect(output).toBe(UPGRADED);
    expect(errors).toBe(
      'things:show: now things:get\nadmin: commented out: equals the default\nproved: every rule decides as before\n',
    );
    expect(read('policy.yaml')).toBe(FILE);
  });

  test('write in place with the same mode, through links, and never over a backup', async () => {
    write('policy.yaml', FILE);
    write('policy.yaml.bak', 'an older backup\n');
    chmodSync(join(directory, 'policy.yaml'), 0o604);
    symlinkSync('policy.yaml', join(directory, 'link.yaml'));
    const { exitCode, output } = await runWithRules('upgrade', 'link.yaml', '--in-place');
    expect([exitCode, output]).toEqual([0, '']);
    expect(read('policy.yaml')).toBe(UPGRADED);
    expect(statSync(join(directory, 'policy.yaml')).mode & 0o777).toBe(0o604);
    expect([read('policy.yaml.bak'), read('policy.yaml.bak.1')]).toEqual(['an older backup\n', FILE]);
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const again = await runWithRules('upgrade', 'policy.yaml', '--in-place');
    expect(again.errors).toBe('proved: every rule decides as before\npolicy.yaml is up to date\n');
  });

  test('leave everything as it was where writing fails', async () => {
    write('policy.yaml', FILE);
    const { exitCode, errors } = await runWithRules(
      'convert',
      'policy.yaml',
      '--output-file',
      'no/such/dir.yaml',
    );
    expect(exitCode).toBe(1);
    expect(errors).toContain('no/such/dir.yaml cannot be written: ');
    expect(readdirSync(directory).sort()).toEqual(['policy.yaml', 'rules.json']);
  });

  test('make YAML of JSON, with prose as comments', async () => {
    write('policy.json', '{"_COMMENT": "say \\"please\\"", "_COMMENT": "two", "things:get": "role:x"}');
    const { output } = await runWithRules('convert', 'policy.json');
    expect(output).toBe('# say "please"\n# two\n"things:get": "role:x"\n');
  });

  test('refuse what cannot be changed rule by rule', async () => {
    write('policy.yaml', 'things:show: &a role:x\nmore: *a\n');
    expect((await runWithRules('upgrade', 'policy.yaml')).errors).toContain(
      'rules share texts by anchors and aliases',
    );
  });

  test('write to a file instead, also from configuration', async () => {
    write('service.conf', '[DEFAULT]\npolicies = rules.json\noutput_file = sample.yaml\n');
    expect(await run('sample-generator', '--config-file', 'service.conf')).toMatchObject({
      output: '',
      exitCode: 0,
    });
    expect(read('sample.yaml')).toContain('#"things:get": "rule:admin or role:reader"');
  });
});

describe('the other commands', () => {
  test('explain says why, from where, and what would help', async () => {
    write('policy.yaml', '\nadmin: role:boss\n');
    const { output, exitCode } = await runWithRules(
      'explain',
      'things:get',
      '--credentials',
      '{roles: [member], project_id: p1}',
      '--fail',
    );
    expect(exitCode).toBe(1);
    expect(output).toBe(`things:get is denied
from: registered default
scope: the token is project-scoped, the rule is for project

fails     (rule:admin or role:reader)
fails       rule:admin  [${join(directory, 'policy.yaml')}:2]
fails         role:boss
fails       role:reader

It would be allowed with
  role reader
  role boss
`);
  });

  test('who-can lists the ways in by scope', async () => {
    expect((await runWithRules('who-can', 'things:get')).output).toBe(
      'rule        scope    facts\nthings:get  project  role admin\n            project  role reader\n',
    );
    expect(await runWithRules('who-can', 'nope')).toMatchObject({ exitCode: 1 });
  });

  test('lint finds what is wrong and where, and ends with 1', async () => {
    write('policy.yaml', 'things:get: role:reader or (role:reader and role:x)\n');
    const { output, exitCode } = await runWithRules('lint');
    expect(exitCode).toBe(1);
    expect(output).toContain(
      `${join(directory, 'policy.yaml')}:1: things:get: (role:reader and role:x) changes nothing`,
    );
    expect(output).toContain('1 finding in 2 rules\n');
    expect(
      (await runWithRules('lint', '--policy-file', 'policy.yaml', '--known-role', 'reader')).output,
    ).toContain('there is no role x');
  });

  test('list-redundant can fail a pipeline', async () => {
    write('policy.yaml', 'admin: role:admin\n');
    expect(await runWithRules('list-redundant')).toMatchObject({
      exitCode: 0,
      output: '"admin": "role:admin"\n',
    });
    expect(await runWithRules('list-redundant', '--fail')).toMatchObject({ exitCode: 1 });
  });

  test('upgrade-check ends with the status of the worst finding', async () => {
    write('policy.yaml', '{"things:show": "role:x"}');
    const { output, exitCode } = await runWithRules('upgrade-check', '--enforce-new-defaults');
    expect(exitCode).toBe(2);
    expect(output).toContain('failure  policy-file-json\n');
    expect(output).toContain('warning  deprecated-names\n           things:show is now things:get\n');
    expect(await runWithRules('upgrade-check', '--policy-file', 'no.yaml')).toMatchObject({ exitCode: 2 });
  });

  test('docs writes Markdown or HTML', async () => {
    expect((await runWithRules('docs')).output).toContain('### `things:get`');
    expect((await runWithRules('docs', '--format', 'html')).output).toContain('<!doctype html>');
  });
});
