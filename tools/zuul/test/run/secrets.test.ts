// Secrets: whom they reach, and that nothing that is written holds them.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { playbook, Scratch } from './scratch.ts';

const SECRET = 'tr0ub4dor "&" 3';
const JOBS = `
- secret: {name: registry, data: {token: !encrypted/pkcs1-oaep xyz}}
- job:
    name: publish
    run: playbooks/publish.yaml
    pre-run: playbooks/pre.yaml
    secrets: [{name: npm, secret: registry}]
- job:
    name: child
    parent: publish
    pre-run: playbooks/child.yaml
- project: {gate: {jobs: [publish, child]}, check: {jobs: []}}
`;

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile());

const scratchOf = (publish: string): Scratch =>
  new Scratch(JOBS, {
    'secrets.yaml': `registry: {token: '${SECRET}', lines: "first secret line\\nsecond secret line", number: 90125}\n`,
    'playbooks/pre.yaml': playbook('- debug: {msg: "{{ npm.number }}"}'),
    'playbooks/child.yaml': playbook('- debug: {msg: "{{ npm is defined }} {{ child is defined }}"}'),
    'playbooks/publish.yaml': playbook(publish),
  });

test('a playbook gets its secrets, and no file, page or line holds them', async () => {
  using scratch =
    scratchOf(`- shell: printf '%s' "$TOKEN" > {{ zuul.project.src_dir }}/got; echo "$TOKEN"; echo "$TOKEN" >&2
  environment: {TOKEN: "{{ npm.token }}"}
  register: out
- name: a name with {{ npm.token }}
  debug: {msg: "{{ npm }}"}
- zuul_return: {data: {kept: "{{ npm.token }}", zuul: {artifacts: [{name: a, url: "https://x/{{ npm.number }}"}]}}}
- fail: {msg: "{{ npm.token }} {{ npm.number }}"}`);
  const { status, output } = await scratch.run(
    '--pipeline',
    'gate',
    'publish',
    '--secrets',
    'secrets.yaml',
    '-v',
    '--keep-workspace',
  );
  expect(status).toBe(1);
  expect(scratch.read('got')).toBe(SECRET);
  const written = filesBelow(join(scratch.directory, '.cache/zuul')).filter(
    (file) => !/zuul\/[0-9a-f]{64}\.json$/u.test(file),
  );
  expect(written.length).toBeGreaterThan(5);
  for (const [place, text] of [
    ['output', output],
    ...written.map((file) => [file, readFileSync(file, 'utf8')] as const),
  ] as const) {
    for (const part of [
      SECRET,
      JSON.stringify(SECRET).slice(1, -1),
      'tr0ub4dor',
      'first secret line',
      'second secret line',
      '90125',
    ])
      expect(text, `${place} holds ${part}`).not.toContain(part);
  }
  expect(output).toContain('***');
});

test('only playbooks of the definition with the secret get it', async () => {
  using scratch = scratchOf('- debug: {msg: "{{ npm is defined }}"}');
  await scratch.run('--pipeline', 'gate', '--secrets', 'secrets.yaml');
  expect(scratch.log('child')).toContain('node | False False');
  expect(scratch.log('child')).toContain('node | True');
});

test('secrets are refused where nobody reviews, and asked for where a job needs them', async () => {
  using scratch = scratchOf('- debug: {}');
  await expect(scratch.run('--secrets', 'secrets.yaml')).rejects.toThrow(
    '--secrets is refused in the pipeline check',
  );
  await expect(scratch.run('--pipeline', 'gate')).rejects.toThrow(
    'The job publish needs the secret "registry"',
  );
  scratch.write('secrets.yaml', 'registry: text\n');
  await expect(scratch.run('--pipeline', 'gate', '--secrets', 'secrets.yaml')).rejects.toThrow(
    'a mapping for each secret',
  );
});
