// Which files a job reads: what the project graph says of its targets and projects, and what its variables add.
import { join } from 'node:path';
import { matchesGlob } from '../../../workspace/src/glob.js';
import { readerOf, withNeeded } from '../../../workspace/src/affected-tasks.js';
import { projectsWithTests, selectTests, testFilesOf } from '../../../workspace/src/test-files.js';
import { assemble } from '../freeze.js';

/** @import { NxJson, ProjectGraph } from '../../../workspace/src/affected-tasks.js' */
/** @import { FrozenJob } from '../frozen-job.js' */
/** @import { Tenant } from '../tenant.js' */

/** @param {unknown} value @returns {string[]} */
const texts = (value) => (Array.isArray(value) ? value.map(String) : []);

/** The jobs of the checkout's own project that can run, with their variables. @param {Tenant} tenant */
export const ownJobs = ({ layout, project }) =>
  [...layout.jobs]
    .filter(([, definitions]) => definitions.every(({ source }) => source.project === project))
    .map(([name]) => assemble(layout, name, { branch: 'main' }))
    .filter((job) => job !== undefined && !job.isAbstract)
    .map((job) => /** @type {FrozenJob} */ (job));

/**
 * @param {{ root: string, graph: ProjectGraph, nxJson: NxJson, files: readonly string[] }} workspace
 * @param {FrozenJob} job
 * @param {Tenant} tenant
 * @returns {Set<string> | undefined} undefined for a job that says nothing of what it reads: it runs for every change
 */
export const inputsOf = ({ root, graph, nxJson, files }, job, { project: own }) => {
  const vars = job.variables.vars;
  const targets = texts(vars['targets']);
  const folders = texts(vars['projects']);
  if (targets.length === 0 && folders.length === 0) return undefined;
  const tests = texts(vars['tests']);
  const without = texts(vars['without']);
  /** @type {Set<string>} */
  const found = new Set();
  /** @param {(file: string) => boolean} isRead */
  const add = (isRead) => {
    for (const file of files) if (isRead(file)) found.add(file);
  };
  const chosen =
    folders.length === 0
      ? undefined
      : new Set(targets.length === 0 ? projectsWithTests(root, folders) : folders);
  for (const [name, { data }] of Object.entries(graph.nodes)) {
    if (chosen !== undefined && !chosen.has(data.root)) continue;
    if (targets.length > 0) {
      for (const target of targets) {
        for (const task of withNeeded(graph, target, name).values()) {
          const isRead = readerOf(graph, nxJson, task.target, task.project);
          if (isRead !== undefined) add(isRead);
        }
      }
      continue;
    }
    // Tests that another job runs do not concern this one.
    const all = testFilesOf(root, data.root, [...files]);
    const mine = new Set(selectTests(all, { tests, without }));
    const others = new Set(all.filter((file) => !mine.has(file)).map((file) => join(data.root, file)));
    if ((tests.length > 0 || without.length > 0) && mine.size === 0) continue;
    const isRead = readerOf(graph, nxJson, 'test', name);
    if (isRead !== undefined) add((file) => isRead(file) && !others.has(file));
  }
  const extra = texts(vars['reads']);
  add((file) => extra.some((pattern) => matchesGlob(file, pattern)));
  const playbooks = Object.values(job.playbooks).flat();
  const ours = new Set(playbooks.filter(({ project }) => project === own).map(({ path }) => path));
  add((file) => ours.has(file));
  return found;
};
