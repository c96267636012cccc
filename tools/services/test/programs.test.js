import { afterEach, expect, test, vi } from 'vitest';
import { programMissing } from '../src/index.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a program that is there is not missing', async () => {
  expect(await programMissing('sh')).toBeUndefined();
});

test('one that is not there, and may not be installed, is missing for a reason that says what to do', async () => {
  vi.stubEnv('CI', '');
  vi.stubEnv('OSLOFJORD_NO_INSTALL', '1');
  expect(await programMissing('no-such-program', ['some-package'])).toBe(
    'no-such-program: OSLOFJORD_NO_INSTALL forbids installing it; run: apt-get install some-package',
  );
});

test('with CI=true a missing program is a failure', async () => {
  vi.stubEnv('CI', 'true');
  vi.stubEnv('OSLOFJORD_NO_INSTALL', '1');
  await expect(programMissing('no-such-program')).rejects.toThrow('apt-get install no-such-program');
});
