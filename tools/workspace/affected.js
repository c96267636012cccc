// `npm run affected`: runs the tasks whose inputs differ from the base branch, and no others.
import { countResults, forgetResults } from './results.js';
import { ROOT, runNx, setUp } from './setup.js';

/**
 * Targets with the same projects go into one call of nx, which runs them side by side.
 * @param {Map<string, string[]>} tasks
 * @returns {Map<string, string[]>} projects, joined → targets
 */
const groupByProjects = (tasks) => {
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  for (const [target, projects] of tasks) {
    const key = projects.join(',');
    groups.set(key, [...(groups.get(key) ?? []), target]);
  }
  return groups;
};

setUp();
const { selectAffected } = await import('./src/select-affected.js');
const base = process.env.NX_BASE ?? 'main';
const { changed, tasks } = await selectAffected(ROOT, base);
if (tasks.size === 0) {
  console.log(
    `Nothing to run: no task reads any of the ${String(changed.length)} files that differ from ${base}`,
  );
} else {
  const summary = [...tasks].map(([target, projects]) => `  ${target}: ${projects.join(', ')}`);
  console.log(`${String(changed.length)} files differ from ${base}; affected:\n${summary.join('\n')}\n`);
  forgetResults();
  for (const [projects, targets] of groupByProjects(tasks)) {
    const words = ['run-many', '-t', ...targets, '-p', projects, '--output-style=static', '--nx-bail=false'];
    process.exitCode = runNx(words) || process.exitCode;
  }
  const { passed, failed } = countResults();
  console.log(`\n${String(passed)} passed, ${String(failed)} failed`);
}
