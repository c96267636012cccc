import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkInstalled, overridesFor } from './check.ts';
import type { TestedSet } from './tested-set.ts';

const NEW: TestedSet = {
  series: '2026.2',
  versions: { '@oslofjord/config': '0.3.0', '@oslofjord/cache': '0.3.1', '@oslofjord/policy': '1.0.0' },
  dependencies: { '@oslofjord/cache': { ioredis: ['5.11.0', '6.0.0'] } },
};
const OLD: TestedSet = {
  series: '2026.1',
  versions: { '@oslofjord/config': '0.2.0', '@oslofjord/cache': '0.3.0', '@oslofjord/policy': '0.9.0' },
  dependencies: {},
};
const sets = [NEW, OLD];

let project = '';
const put = (path: string, name: string, version: string): void => {
  const directory = join(project, path);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name, version }));
};
const installed = (versions: Record<string, string>): void => {
  for (const [name, version] of Object.entries(versions)) put(`node_modules/${name}`, name, version);
};
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'oslofjord-constraints-'));
});
afterEach(() => {
  rmSync(project, { recursive: true, force: true });
});

describe('what is installed', () => {
  test('was tested together when one set has all of it', () => {
    installed({ '@oslofjord/cache': '0.3.0', '@oslofjord/config': '0.2.0' });
    expect(checkInstalled(project, sets)).toMatchObject({ verdict: 'tested', set: OLD, changes: [] });
  });

  test('was not when the versions come from several sets, and the nearest set says what to change', () => {
    installed({ '@oslofjord/cache': '0.3.1', '@oslofjord/config': '0.2.0', '@oslofjord/policy': '1.0.0' });
    expect(checkInstalled(project, sets)).toMatchObject({
      verdict: 'mixed',
      set: NEW,
      changes: [{ name: '@oslofjord/config', installed: '0.2.0', tested: '0.3.0' }],
    });
  });

  test('is unknown when a version stands in no set', () => {
    installed({ '@oslofjord/cache': '0.9.0', '@oslofjord/config': '0.3.0' });
    const report = checkInstalled(project, sets);
    expect(report.verdict).toBe('unknown');
    expect(report.notes.join()).toContain('@oslofjord/cache 0.9.0 is in no set');
  });

  test('is told when a package is there twice, nested below another', () => {
    installed({ '@oslofjord/cache': '0.3.1', '@oslofjord/config': '0.3.0', express: '5.0.0' });
    put('node_modules/express/node_modules/@oslofjord/config', '@oslofjord/config', '0.2.0');
    const report = checkInstalled(project, sets);
    expect(report.verdict).toBe('twice');
    expect(report.notes.join()).toContain('0.2.0 and 0.3.0');
  });

  test('is nothing in an empty folder, and this package alone is nothing to check', () => {
    expect(checkInstalled(project, sets).verdict).toBe('none');
    installed({ '@oslofjord/constraints': '0.1.0' });
    expect(checkInstalled(project, sets).verdict).toBe('none');
  });

  test('is found above the folder, as Node.js finds it', () => {
    installed({ '@oslofjord/cache': '0.3.1' });
    mkdirSync(join(project, 'services/api'), { recursive: true });
    expect(checkInstalled(join(project, 'services/api'), sets).verdict).toBe('tested');
  });

  test('is found through the links of a store, once', () => {
    put(
      'node_modules/.pnpm/@oslofjord+cache@0.3.1/node_modules/@oslofjord/cache',
      '@oslofjord/cache',
      '0.3.1',
    );
    put(
      'node_modules/.pnpm/@oslofjord+config@0.3.0/node_modules/@oslofjord/config',
      '@oslofjord/config',
      '0.3.0',
    );
    const link = join(project, 'node_modules/@oslofjord/cache');
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(
      join(project, 'node_modules/.pnpm/@oslofjord+cache@0.3.1/node_modules/@oslofjord/cache'),
      link,
    );
    expect(checkInstalled(project, sets)).toMatchObject({
      verdict: 'tested',
      installed: { '@oslofjord/cache': '0.3.1', '@oslofjord/config': '0.3.0' },
      notes: [],
    });
  });

  test('has a note where a dependency is beyond what was tested', () => {
    installed({ '@oslofjord/cache': '0.3.1', ioredis: '5.10.0' });
    expect(checkInstalled(project, sets)).toMatchObject({
      verdict: 'tested',
      notes: ['ioredis 5.10.0: @oslofjord/cache was tested with 5.11.0 to 6.0.0'],
    });
    installed({ ioredis: '6.0.0' });
    expect(checkInstalled(project, sets).notes).toEqual([]);
  });

  test('is read past folders that are no packages', () => {
    installed({ '@oslofjord/cache': '0.3.1' });
    mkdirSync(join(project, 'node_modules/empty'));
    mkdirSync(join(project, 'node_modules/broken'));
    writeFileSync(join(project, 'node_modules/broken/package.json'), '{');
    mkdirSync(join(project, 'node_modules/nothing'));
    writeFileSync(join(project, 'node_modules/nothing/package.json'), 'null');
    writeFileSync(join(project, 'node_modules/@file'), '');
    symlinkSync('nowhere', join(project, 'node_modules/@dangling'));
    mkdirSync(join(project, 'inner'));
    writeFileSync(join(project, 'inner/node_modules'), '');
    expect(checkInstalled(join(project, 'inner'), sets).verdict).toBe('tested');
    expect(checkInstalled(project, sets).verdict).toBe('tested');
  });
});

test('overrides hold npm to a set', () => {
  expect(overridesFor(NEW)).toEqual(NEW.versions);
});
