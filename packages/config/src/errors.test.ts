import { expect, test, vi } from 'vitest';
import { ConfigError, ConfigurationError, InvalidDurationError } from './errors.ts';

test('the message lists every issue with its place', () => {
  const error = new ConfigurationError([
    { path: 'a.b', message: 'is required' },
    { path: 'a.c', message: 'is not an integer', file: '/etc/x.conf', line: 3 },
  ]);
  expect(error.message).toBe(
    'The configuration has 2 problems:\n  a.b: is required\n  a.c: is not an integer (/etc/x.conf:3)',
  );
  expect(error.code).toBe('ERR_CONFIG_INVALID');
});

test('instanceof tells the classes apart', () => {
  const error: unknown = new ConfigurationError([]);
  expect(error instanceof ConfigurationError).toBe(true);
  expect(error instanceof ConfigError).toBe(true);
  expect(error instanceof InvalidDurationError).toBe(false);
  expect(new Error('x') instanceof ConfigError).toBe(false);
});

test('instanceof holds across copies of the package', async () => {
  vi.resetModules();
  const copy = await import('./errors.ts');
  expect(copy.ConfigurationError).not.toBe(ConfigurationError);
  expect(new copy.ConfigurationError([]) instanceof ConfigurationError).toBe(true);
  expect(new copy.ConfigurationError([]) instanceof InvalidDurationError).toBe(false);
});
