import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installForbidden } from '../src/install.js';
import { missingPrograms, titled } from './available.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('../src/install.sh', import.meta.url));
let folder = '';

const place = (name: string): string => join(folder, name);
const program = (name: string, text: string): void => {
  writeFileSync(place(name), `#!/bin/sh\n${text}\n`);
  chmodSync(place(name), 0o755);
};
const install = (...packages: string[]): Promise<unknown> =>
  run('/bin/sh', [SCRIPT, ...packages], {
    env: {
      PATH: `${folder}:/usr/bin:/bin`,
      FOLDER: folder,
      OSLOFJORD_POLICY_RC: place('policy-rc.d'),
      OSLOFJORD_INSTALL_LOCK: place('lock'),
    },
  });

// A package manager that notes what it is asked, and whether a package's service would have been started.
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oslofjord-install-test-'));
  program(
    'dpkg-query',
    'for package; do :; done; if [ -e "$FOLDER/has-$package" ]; then echo installed; else exit 1; fi',
  );
  program(
    'apt-get',
    [
      'for package; do :; done',
      'echo "$@" >>"$FOLDER/calls"',
      '[ "$package" = update ] && exit 0',
      'status=0; "$OSLOFJORD_POLICY_RC" || status=$?',
      'echo "policy $status" >>"$FOLDER/calls"',
      'sleep 0.2',
      '[ "$package" = broken ] && exit 100',
      'touch "$FOLDER/has-$package"',
    ].join('\n'),
  );
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const calls = (): string => readFileSync(place('calls'), 'utf8');

const reason = missingPrograms('flock');
const scripted = it.skipIf(reason !== undefined);

scripted(
  titled('forbids starting the services of what it installs, and then leaves no trace of that', reason),
  async () => {
    await install('redis-server');
    expect(calls()).toMatch(/ update\n.* install --no-install-recommends redis-server\npolicy 101\n$/);
    expect(existsSync(place('policy-rc.d'))).toBe(false);
  },
);

scripted('puts back the policy that was there, also when installing fails', async () => {
  program('policy-rc.d', 'exit 104');
  await expect(install('broken')).rejects.toMatchObject({ code: 100 });
  expect(calls()).toContain('policy 101');
  expect(readFileSync(place('policy-rc.d'), 'utf8')).toBe('#!/bin/sh\nexit 104\n');
});

scripted('puts back the policy that an interrupted installation left aside', async () => {
  program('policy-rc.d', 'exit 104');
  program('policy-rc.d.oslofjord-saved', 'exit 103');
  writeFileSync(place('policy-rc.d'), '# placed for one installation by Oslofjord services');
  await install('redis-server');
  expect(readFileSync(place('policy-rc.d'), 'utf8')).toBe('#!/bin/sh\nexit 103\n');
});

scripted('installs once when two ask at the same time', async () => {
  await Promise.all([install('redis-server'), install('redis-server')]);
  expect(calls().match(/ install /g)).toHaveLength(1);
});

it('is forbidden by OSLOFJORD_NO_INSTALL', () => {
  expect(installForbidden({ OSLOFJORD_NO_INSTALL: '1' })).toBe('OSLOFJORD_NO_INSTALL forbids installing it');
});
