// `npm start`: sets up, builds, and runs the reference service; words after `--` go to it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, runNx, setUp } from './setup.js';

setUp();
const service = join(ROOT, 'examples', 'volume-service');
if (runNx(['run-many', '-t', 'build', '--output-style=static']) !== 0) process.exit(1);
// Ctrl-C reaches the service too; this process waits for it to close what it holds.
process.on('SIGINT', () => undefined);
const { status, signal } = spawnSync(
  process.execPath,
  ['--enable-source-maps', join(service, 'dist', 'main.js'), ...process.argv.slice(2)],
  { cwd: service, stdio: 'inherit' },
);
process.exitCode = status ?? (signal === 'SIGINT' ? 0 : 1);
