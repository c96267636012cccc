// `node tools/workspace/run-targets.js TARGET… [--since REF]`: runs targets of every project with nx, or only those that
// read a file which differs from REF. What has not changed since it last ran comes from the cache of nx.
import { ROOT, runNx, setUp } from './setup.js';

const words = process.argv.slice(2);
const at = words.indexOf('--since');
const since = at === -1 ? undefined : words[at + 1];
const targets = at === -1 ? words : words.slice(0, at);
if (targets.length === 0 || (at !== -1 && since === undefined)) {
  console.error('Use run-targets.js TARGET… [--since REF]');
  process.exit(2);
}
setUp();
const options = ['--output-style=static', '--nx-bail=false'];
if (since === undefined) {
  process.exitCode = runNx(['run-many', '-t', ...targets, ...options]);
} else {
  const { selectAffected } = await import('./src/select-affected.js');
  const { tasks } = await selectAffected(ROOT, since, targets);
  for (const target of targets) {
    const projects = tasks.get(target) ?? [];
    if (projects.length === 0) console.log(`No project's ${target} reads what differs from ${since}`);
    else
      process.exitCode =
        runNx(['run-many', '-t', target, '-p', projects.join(','), ...options]) || process.exitCode;
  }
}
