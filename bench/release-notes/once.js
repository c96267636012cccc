// Runs a command once in a folder: node once.js FOLDER COMMAND…
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';

const [, , folder, command = '', ...words] = process.argv;
const start = performance.now();
const { stdout, status } = spawnSync(command, words, {
  cwd: folder,
  maxBuffer: 2 ** 28,
  stdio: ['ignore', 'pipe', 'ignore'],
});
const seconds = (performance.now() - start) / 1000;
const answers = `${String(status)} ${createHash('sha256').update(stdout).digest('hex')}`;
console.log(JSON.stringify({ answers, figure: 1 / seconds }));
