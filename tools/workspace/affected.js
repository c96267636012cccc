// `npm run affected`: runs the tasks whose inputs differ from the base branch, and no others.
import { setUp, runNx, ROOT } from './setup.js';
import { countResults, forgetResults } from './results.js';

setUp();
const { affectedTasks } = await import('./src/affected-tasks.js');
const { changedFiles } = await import('./src/changed-files.js');
const { loadGraph } = await import('./src/graph.js');

const base = process.env.NX_BASE ?? 'main';
const { graph, nxJson } = await loadGraph(ROOT);
const changed = changedFiles(ROOT, base);
const tasks = affectedTasks(graph, nxJson, changed);
const summary = [...tasks].map(([target, projects]) => `  ${target}: ${projects.join(', ')}`).join('\n');
if (process.argv.includes('--print')) {
  console.log(JSON.stringify(Object.fromEntries(tasks)));
} else if (tasks.size === 0) {
  console.log(
    `Nothing to run: no task reads any of the ${String(changed.length)} files that differ from ${base}`,
  );
} else {
  console.log(`${String(changed.length)} files differ from ${base}; affected:\n${summary}\n`);
  forgetResults();
  /** Targets with the same projects go into one call of nx, which runs them side by side. */
  let status = 0;
  for (const [projects, members] of groupByProjects(tasks)) {
    const targets = members.map(([target]) => target);
    status ||= runNx([
      'run-many',
      '-t',
      ...targets,
      '-p',
      projects,
      '--output-style=static',
      '--nx-bail=false',
    ]);
  }
  const { passed, failed } = countResults();
  console.log(`\n${String(passed)} passed, ${String(failed)} failed`);
  process.exitCode = status;
}

/** @param {Map<string, string[]>} entries */
function groupByProjects(entries) {
  /** @type {Map<string, [string, string[]][]>} */
  const groups = new Map();
  for (const entry of entries) {
    const key = entry[1].join();
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return groups;
}
