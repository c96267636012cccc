import { expect, test } from 'vitest';
import { compareVersions } from './version.ts';

test('versions come in the order of semver', () => {
  const ordered = [
    'none',
    '0.9.0',
    '0.10.0',
    '1.0.0-beta.2',
    '1.0.0-rc.1',
    '1.0.0-rc.10',
    '1.0.0',
    '1.0.1',
    '10.0.0',
  ];
  expect([...ordered].reverse().sort(compareVersions)).toEqual(ordered);
});
