// Random expressions, filled in by both engines: the same values, and failures where the other fails.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { programMissing } from '@oslofjord/services';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseExpression } from '../../src/run/jinja/parse.js';
import { Templar } from '../../src/run/jinja/templar.js';
import { both, outcomeOf, type Outcome } from './both-engines.ts';

const RUNS = 250 * Number(process.env.PROPERTY_RUNS ?? 1);
const SEED = Number(process.env.PROPERTY_SEED ?? 20_261_124);
const missing = await programMissing('ansible-playbook', ['ansible-core']);

const VARIABLES = {
  v_int: 7,
  v_zero: 0,
  v_float: 2.5,
  v_true: true,
  v_false: false,
  v_none: null,
  v_empty: '',
  v_text: 'Hello World',
  v_number: '42',
  v_json: '{"a": [1, null, true]}',
  v_python: "[1, 'two', None]",
  v_list: [3, 1, 2],
  v_texts: ['a', 'b', 'c'],
  v_items: [
    { name: 'x', size: 1, on: true },
    { name: 'y', size: 20 },
  ],
  v_map: { a: 1, b: { c: [10, 20] }, items: 'shadow' },
  v_lazy: '{{ v_int }}-{{ v_text }}',
  v_alone: '{{ v_list }}',
  v_path: '/usr/share/file-1.2.tar.gz',
};

const { expression } = fc.letrec<{ expression: string; leaf: string; text: string }>((tie) => ({
  leaf: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...Object.keys(VARIABLES)) },
    fc.constantFrom(
      'nowhere',
      'v_map.b.c',
      'v_map.b.c[1]',
      "v_map['items']",
      'v_map.nowhere',
      'v_items[0].name',
      'v_list[5]',
      'v_texts[-1]',
      'v_list.0',
    ),
    fc.integer({ min: -3, max: 30 }).map(String),
    fc.constantFrom(
      '0.5',
      '2.0',
      'true',
      'False',
      'none',
      '[]',
      '{}',
      '[1, 2]',
      "['b', 'a']",
      "{'a': 1}",
      "{'b': {'d': none}}",
    ),
    tie('text'),
  ),
  text: fc
    .constantFrom(
      '',
      'a',
      'World',
      'True',
      '[1]',
      '1',
      ' pad ',
      'ø✓',
      'yes',
      'no',
      'on',
      '3.7',
      '-4',
      '0x1f',
      'a/b/',
      '/',
      'null',
      '{',
    )
    .map((text) => `'${text}'`),
  expression: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'expression', withCrossShrink: true },
    tie('leaf'),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('+', '-', '~', '==', '!=', '<', '>', '<=', '>=', 'in', 'not in', 'and', 'or'),
        tie('expression'),
      )
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(
        tie('leaf'),
        fc.constantFrom('+', '~', '==', 'and', 'or', 'in'),
        tie('leaf'),
        fc.constantFrom('~', '-', '+', 'and'),
        tie('leaf'),
      )
      .map((parts) => parts.join(' ')),
    tie('expression').map((a) => `(not ${a})`),
    tie('expression').map((a) => `-${a}`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([a, b, c]) => `(${a} if ${b} else ${c})`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(
          ...[
            'default(1)',
            "default('d', true)",
            'bool',
            'int',
            'int(9)',
            'string',
            'length',
            "join('-')",
            'join',
            'to_json',
            'from_json',
            'basename',
            'dirname',
            'lower',
            'upper',
          ],
          ...[
            "replace('a', 'bb')",
            "regex_replace('[aeiou]+', '<\\\\g<0>>')",
            "regex_replace('(.)(.)', '\\\\2\\\\1')",
            "regex_replace('^h', 'J', ignorecase=true)",
            "combine({'a': 2, 'z': [1]})",
            "combine({'b': {'d': 1}}, recursive=true)",
          ],
          ...[
            'list',
            "map('upper') | list",
            "map(attribute='size') | list",
            "map(attribute='nowhere', default=0) | list",
            "selectattr('on', 'defined') | list",
            "selectattr('size', 'equalto', 20) | list",
          ],
        ),
      )
      .map(([a, filter]) => `(${a} | ${filter})`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('is', 'is not'),
        fc.constantFrom(
          'defined',
          'undefined',
          'none',
          "match('[a-zA-Z]')",
          "search('or')",
          'equalto(7)',
          'in([1, 2, 7])',
        ),
      )
      .map((parts) => `(${parts.join(' ')})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `[${a}, ${b}]`),
    fc.tuple(tie('text'), tie('expression')).map(([a, b]) => `{${a}: ${b}}`),
    // Of variables only: Jinja calculates what is constant before it knows Ansible's rules.
    fc
      .tuple(fc.constantFrom(...Object.keys(VARIABLES)), fc.constantFrom('.a', "['b']", '[0]', '[1]'))
      .map(([a, b]) => `${a}${b}`),
  ),
}));

/** Half of the templates are an expression alone, others have text around. */
const template = fc
  .tuple(
    expression,
    fc.constantFrom('{{ X }}', '{{X}}', '{{ X }}', 'a {{ X }} b', '{{ X }}{{ v_int }}', '{{ X -}} '),
  )
  .map(([inner, around]) => around.replace('X', () => inner));

const variables = {
  find: (name: string) =>
    name in VARIABLES ? { value: VARIABLES[name as keyof typeof VARIABLES], isFinal: false } : undefined,
};

const RECORDED = join(import.meta.dirname, 'recorded/expressions.json.gz');
const isRecording = process.env.RECORD === '1';
/** A fact as it is shown; undefined where there was none. */
const factOf = ({ plays }: Outcome, index: number): unknown => {
  const task = plays[0]?.tasks[index] as
    { hosts: { first: { ansible_facts?: Record<string, unknown> } } } | undefined;
  return task?.hosts.first.ansible_facts?.[`e${String(index)}`];
};

test.skipIf(isRecording)('expressions mean what they meant to ansible-core 2.14', async () => {
  const recorded = JSON.parse(gunzipSync(readFileSync(RECORDED)).toString()) as Readonly<
    Record<string, unknown>
  >;
  const templates = Object.keys(recorded);
  expect(templates.length).toBeGreaterThan(100);
  const tasks = templates.map((each, index) => ({ name: 'x', set_fact: { [`e${String(index)}`]: each } }));
  const ours = await onPlaybook(tasks, (file) => outcomeOf(both.native, file));
  expect(Object.fromEntries(templates.map((each, index) => [each, factOf(ours, index)]))).toEqual(recorded);
});

/** Runs tasks as a playbook. */
const onPlaybook = async <T>(tasks: readonly object[], work: (file: string) => Promise<T>): Promise<T> => {
  const directory = mkdtempSync(join(tmpdir(), 'zuul-expressions-'));
  try {
    const file = join(directory, 'expressions.yaml');
    writeFileSync(
      file,
      stringify([{ hosts: 'all', gather_facts: false, vars: VARIABLES, tasks }], { version: '1.1' }),
    );
    return await work(file);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const isFilledIn = (written: string): boolean => {
  try {
    new Templar(variables).template(written);
    return true;
  } catch {
    return false;
  }
};

describe.skipIf(missing !== undefined)(`${String(RUNS)} expressions, seed ${String(SEED)}`, () => {
  test('mean the same to both engines', { timeout: 180_000 }, async () => {
    const all = [...new Set(fc.sample(template, { numRuns: RUNS, seed: SEED }))];
    const good = all.filter(isFilledIn);
    const bad = all.filter((each) => !isFilledIn(each)).slice(0, 40);
    expect(good.length).toBeGreaterThan(RUNS / 5);
    const conditions = fc
      .sample(expression, { numRuns: 40, seed: SEED + 1 })
      .filter(
        (each) => !each.includes('\\') && parseExpression(each, { isCondition: true }).kind !== 'ternary',
      );
    const tasks = [
      ...good.map((each, index) => ({
        name: each,
        set_fact: { [`e${String(index)}`]: each },
        ignore_errors: true,
      })),
      ...bad.map((each) => ({ name: 'bad', debug: { msg: each }, ignore_errors: true })),
      ...conditions.map((when) => ({ name: 'condition', debug: { msg: 'x' }, when, ignore_errors: true })),
    ];
    // The name of a task is a template, too; here it only tells which one it is.
    const named = tasks.map((task, index) => ({ ...task, name: `task ${String(index)}` }));
    const [ours, theirs] = await onPlaybook(named, (file) =>
      Promise.all([outcomeOf(both.native, file), outcomeOf(both.ansible, file)]),
    );
    if (isRecording) {
      const answers = Object.fromEntries(good.map((each, index) => [each, factOf(theirs, index)]));
      writeFileSync(RECORDED, gzipSync(JSON.stringify(answers), { level: 9 }));
    }
    const differing = good.flatMap((each, index) => {
      const [own, other] = [ours, theirs].map(({ plays }) => JSON.stringify(plays[0]?.tasks[index]));
      return own === other ? [] : [`${each} is ${String(own)}, to Ansible ${String(other)}`];
    });
    const written = (index: number): string => [...good, ...bad, ...conditions][index] ?? '';
    const statuses = ours.statuses.flatMap((status, index) =>
      status === theirs.statuses[index]
        ? []
        : [`${written(index)}: ${status}, to Ansible ${String(theirs.statuses[index])}`],
    );
    expect(differing).toEqual([]);
    expect(statuses).toEqual([]);
  });
});
