import { affectedTasks } from './affected-tasks.js';
import { changedFiles } from './changed-files.js';
import { loadGraph } from './graph.js';

/**
 * The tasks that read a file which differs from a branch.
 * @param {string} root of the workspace
 * @param {string} base branch or commit
 * @param {readonly string[]} [targets]
 */
export const selectAffected = async (root, base, targets) => {
  const { graph, nxJson } = await loadGraph(root);
  const changed = changedFiles(root, base);
  return { changed, tasks: affectedTasks(graph, nxJson, changed, targets) };
};
