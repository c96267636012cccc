// `npm start`, `npm run start:real`, `npm run soak`: sets up, builds, and runs the reference service; words after `--` go
// to it. The first word says how: `--real` on real servers, `--soak` on real servers that are killed and frozen.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, runNx, setUp } from './setup.js';

const PROGRAMS = new Map([
  ['--real', 'real.js'],
  ['--soak', 'soak.js'],
]);
const [first = '', ...rest] = process.argv.slice(2);
const program = PROGRAMS.get(first);
const words = program === undefined ? process.argv.slice(2) : rest;

setUp();
const service = join(ROOT, 'examples', 'volume-service');
if (runNx(['run-many', '-t', 'build', '--output-style=static']) !== 0) process.exit(1);
const running = spawn(
  process.execPath,
  ['--enable-source-maps', join(service, 'dist', program ?? 'main.js'), ...words],
  { cwd: service, stdio: 'inherit' },
);
// Ctrl-C reaches the service too; this process waits for it to close what it holds, and hands other signals on.
process.on('SIGINT', () => undefined);
for (const name of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) {
  process.on(name, () => {
    running.kill(name);
  });
}
running.on('exit', (status, signal) => {
  process.exitCode = status ?? (signal === 'SIGINT' ? 0 : 1);
});
