// Every request by which a comparison of old and new defaults shows that somebody loses is put to the real library, which
// must allow it with old defaults and deny it with new ones.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { diffPolicies } from '../../src/analysis/diff.ts';
import { resolveGround, viewOfRules } from '../../src/migration/policy-of-text.ts';
import { defaultsOf, SERVICES } from './services.ts';

const PYTHON = '/usr/bin/python3';
const { status } = spawnSync(PYTHON, ['-c', 'import oslo_policy.policy'], { encoding: 'utf8' });

/** How many rules of each service decide otherwise once old defaults no longer count. */
const COUNTS = { glance: 28, keystone: 5, nova: 193 };

const comparisonOf = (service: (typeof SERVICES)[number]): ReturnType<typeof diffPolicies> => {
  const [old, current] = [false, true].map((enforceNewDefaults) =>
    viewOfRules(new Map(), resolveGround({ policies: defaultsOf(service), enforceNewDefaults })),
  );
  return diffPolicies(old!, current!);
};

test.each(SERVICES)(
  'the rules of %s by which somebody loses when old defaults go are as many as recorded',
  (service) => {
    const start = performance.now();
    const { differences, unchanged } = comparisonOf(service);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(differences.filter(({ loss }) => loss !== undefined).length).toBe(COUNTS[service]);
    expect(differences.filter(({ gain, undecided }) => gain ?? undecided)).toEqual([]);
    expect(differences.length + unchanged.length).toBe(defaultsOf(service).length);
  },
);

test.skipIf(status !== 0)(
  'oslo.policy on this machine decides every such request as the comparison says',
  { timeout: 120_000 },
  () => {
    const requests = SERVICES.flatMap((service) => {
      const rules = defaultsOf(service);
      return [
        { define: service, rules },
        ...comparisonOf(service).differences.map(({ rule, loss }) => ({ service, rule, ...loss })),
      ];
    });
    const {
      stdout,
      stderr,
      status: exit,
    } = spawnSync(PYTHON, [fileURLToPath(new URL('witnesses.py', import.meta.url))], {
      input: requests.map((request) => JSON.stringify(request)).join('\n'),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    expect(exit, stderr).toBe(0);
    const answers = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { rule: string; old: unknown; new: unknown });
    expect(answers.length).toBe(COUNTS.glance + COUNTS.keystone + COUNTS.nova);
    expect(answers.filter((answer) => answer.old !== true || answer.new !== false)).toEqual([]);
  },
);
