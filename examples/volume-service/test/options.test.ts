import { fileURLToPath } from 'node:url';
import { type ConfigurationError } from '@oslofjord/config';
import { expect, test } from 'vitest';
import { readOptions } from '../src/options.ts';

const file = fileURLToPath(new URL('../etc/volume-service.conf', import.meta.url));

test('the shipped file is read, and the command line outranks it', () => {
  const options = readOptions([file], ['--bind-port', '8776', '--once'], {});
  expect(options).toMatchObject({ bindHost: '127.0.0.1', bindPort: 8776, once: true });
  expect(options.healthcheck).toMatchObject({ backends: ['disable_by_file'], disableByFilePath: 'disabled' });
  expect(options.policy).toMatchObject({ policyFile: 'policy.yaml', policyDirs: ['policy.d'] });
});

test('the environment reaches the policy, too', () => {
  const options = readOptions([file], [], { OS_OSLO_POLICY__ENFORCE_NEW_DEFAULTS: 'no' });
  expect(options.policy.enforceNewDefaults).toBe(false);
});

test('everything that is wrong is said at once', () => {
  try {
    readOptions([file], ['--bind-port', '99999'], { OS_OSLO_POLICY__REMOTE_TIMEOUT: 'soon' });
    expect.unreachable();
  } catch (error) {
    expect((error as ConfigurationError).issues).toHaveLength(2);
  }
});
