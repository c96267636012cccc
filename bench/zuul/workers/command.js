// Runs a command once and tells how long it took.
import { spawnSync } from 'node:child_process';

const [directory, executable, ...words] = process.argv.slice(2);
const start = performance.now();
const { status } = spawnSync(executable, words, { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
const elapsed = performance.now() - start;
console.log(
  JSON.stringify({ answers: `ended with ${String(status)}`, cpuMicroseconds: Math.round(elapsed * 1000) }),
);
