import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createEnforcer } from '../../src/enforcer.ts';
import { LimitsFileError } from '../../src/errors.ts';
import { usageFrom } from '../../src/testing/fixture.ts';
import { parseLimits } from '../../src/yaml/document.ts';
import { environmentLimits } from '../../src/yaml/environment.ts';
import { yamlLimits } from '../../src/yaml/file.ts';

describe('a file of limits', () => {
  test('states model, defaults, own limits and parents', () => {
    const { model, registered, projects, parents } = parseLimits(`
model: nested
registered: &defaults
  volumes: 10
  snapshots: unlimited
projects:
  a: { volumes: 20 }
  b: *defaults
parents: { b: a }
`);
    expect([
      model,
      Object.fromEntries(registered),
      Object.fromEntries(projects.get('b') ?? []),
      [...parents],
    ]).toEqual(['nested', { volumes: 10, snapshots: -1 }, { volumes: 10, snapshots: -1 }, [['b', 'a']]]);
  });

  test('that is empty registers nothing', () => {
    expect(parseLimits('').registered.size).toBe(0);
  });

  test('is refused with every problem and its line', () => {
    const wrong =
      'model: deep\nregisterd: {}\nregistered:\n  volumes: 1.5\n  disks: many\nprojects: [a]\nparents: {a: b, b: a}\n';
    const error: unknown = (() => {
      try {
        return parseLimits(wrong, 'limits.yaml');
      } catch (reason) {
        return reason;
      }
    })();
    expect(error).toBeInstanceOf(LimitsFileError);
    expect((error as LimitsFileError).problems).toEqual([
      "line 2: 'registerd' means nothing here; there are model, registered, projects, parents",
      'model must be one of flat, strict_two_level, nested, not deep',
      'line 4: the limit of volumes in registered must be a whole number from 0, -1 or unlimited',
      'line 5: the limit of disks in registered must be a whole number from 0, -1 or unlimited',
      'line 6: projects must be a mapping',
      'a is its own ancestor',
    ]);
  });
});

describe('hot reload', () => {
  let directory: string;
  let path: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'oslofjord-limit-'));
    path = join(directory, 'limits.yaml');
    writeFileSync(path, 'registered: {volumes: 1}\n');
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  test('a changed file counts for the next decisions, also when it was replaced', async () => {
    const enforcer = await createEnforcer({ limits: yamlLimits(path), usage: usageFrom({}) });
    await enforcer.enforce('p', { volumes: 1 });
    writeFileSync(path, 'registered: {volumes: 0}\n');
    await vi.waitFor(() =>
      expect(enforcer.check('p', { volumes: 1 })).resolves.toMatchObject({ isGranted: false }),
    );
    writeFileSync(`${path}.new`, 'registered: {volumes: 7}\n');
    renameSync(`${path}.new`, path);
    await vi.waitFor(() => expect(enforcer.getRegisteredLimits()).resolves.toEqual([['volumes', 7]]));
    await enforcer.close();
  });

  test('a file that becomes unusable is reported, and what it said before stays in force', async () => {
    const problems: LimitsFileError[] = [];
    const limits = yamlLimits(path, { onProblem: (error) => problems.push(error) });
    const enforcer = await createEnforcer({ limits, usage: usageFrom({}) });
    writeFileSync(path, 'registered: {volumes: lots}\n');
    await vi.waitFor(() => {
      expect(problems.length).toBe(1);
    });
    await enforcer.enforce('p', { volumes: 1 });
    await enforcer.close();
  });

  test('a file that is not there is refused at once', () => {
    expect(() => yamlLimits(join(directory, 'none.yaml'))).toThrow(LimitsFileError);
  });
});

test('limits in the environment can be replaced, and must be set', async () => {
  const environment: Record<string, string> = { OSLOFJORD_LIMITS: '{registered: {volumes: 1}}' };
  const provider = environmentLimits({ environment });
  environment.OSLOFJORD_LIMITS = '{registered: {volumes: 2}}';
  expect((await provider.registeredLimits()).get('volumes')).toBe(2);
  expect(() => environmentLimits({ environment: {} })).toThrow('OSLOFJORD_LIMITS: is not set');
});
