import { afterEach, expect, test, vi } from 'vitest';
import { originalsMissing } from '../src/originals.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('an original that may not be installed is a reason to skip that says what to do', async () => {
  vi.stubEnv('OSLOFJORD_NO_INSTALL', '1');
  vi.stubEnv('CI', '');
  expect(await originalsMissing({ 'no-such-thing': '' }, ['python3-no-such-thing'])).toMatch(
    /apt-get install python3-no-such-thing/,
  );
});

test('in CI a missing original is a failure', async () => {
  vi.stubEnv('OSLOFJORD_NO_INSTALL', '1');
  vi.stubEnv('CI', 'true');
  await expect(originalsMissing({ 'no-such-thing': '' }, ['python3-no-such-thing'])).rejects.toThrow(
    /cannot be compared with/,
  );
});
