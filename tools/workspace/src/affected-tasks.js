// Which tasks read a changed file. nx itself selects whole projects and lets the cache replay the rest; here a task is
// selected only when one of its own inputs changed, so that a README does not run another package's tests.
import { matchesGlob } from './glob.js';

const TARGETS = ['lint', 'typecheck', 'test', 'build', 'check-package'];

/** Files that decide what is installed, and what is a file of the workspace at all: every task may change with them. */
const INSTALLATION = ['package-lock.json', '.npmrc', '.nvmrc', '.gitignore'];

/**
 * The file patterns of a target's inputs, named inputs expanded, `^` kept apart.
 * @param {unknown[]} inputs as written in nx.json
 * @param {Record<string, unknown[]>} named
 * @returns {{ own: string[], dependencies: string[] }}
 */
const patternsOf = (inputs, named) => {
  /** @type {{ own: string[], dependencies: string[] }} */
  const patterns = { own: [], dependencies: [] };
  for (const input of inputs) {
    if (typeof input !== 'string') continue;
    if (input.startsWith('^')) {
      patterns.dependencies.push(...patternsOf(named[input.slice(1)] ?? [], named).own);
    } else if (Object.hasOwn(named, input)) {
      const expanded = patternsOf(named[input] ?? [], named);
      patterns.own.push(...expanded.own);
      patterns.dependencies.push(...expanded.dependencies);
    } else {
      patterns.own.push(input);
    }
  }
  return patterns;
};

/**
 * @param {string} file
 * @param {string[]} patterns with {projectRoot} and {workspaceRoot}; a leading `!` excludes
 * @param {string} root of the project
 */
const reads = (file, patterns, root) => {
  const placed = patterns.map((pattern) =>
    pattern.replace('{projectRoot}', root).replace('{workspaceRoot}/', ''),
  );
  const included = placed.filter((pattern) => !pattern.startsWith('!'));
  const excluded = placed.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  return (
    included.some((pattern) => matchesGlob(file, pattern)) &&
    !excluded.some((pattern) => matchesGlob(file, pattern))
  );
};

/**
 * The projects a project depends on, directly and through others.
 * @param {import('@nx/devkit').ProjectGraph} graph
 * @param {string} project
 */
const dependenciesOf = (graph, project) => {
  const found = new Set();
  const queue = [project];
  for (let current = queue.pop(); current !== undefined; current = queue.pop()) {
    for (const { target } of graph.dependencies[current] ?? []) {
      if (!(target in graph.nodes) || found.has(target) || target === project) continue;
      found.add(target);
      queue.push(target);
    }
  }
  return found;
};

/**
 * @typedef {import('@nx/devkit').ProjectGraph} ProjectGraph
 * @typedef {import('@nx/devkit').NxJsonConfiguration} NxJson
 */

/**
 * The tasks that one task needs to have run, and itself.
 * @param {ProjectGraph} graph
 * @param {string} target
 * @param {string} project
 * @param {Map<string, { target: string, project: string }>} [found]
 */
export const withNeeded = (graph, target, project, found = new Map()) => {
  const definition = graph.nodes[project]?.data.targets?.[target];
  const key = `${project}:${target}`;
  if (definition === undefined || found.has(key)) return found;
  found.set(key, { target, project });
  for (const needed of definition.dependsOn ?? []) {
    if (typeof needed !== 'string') continue;
    const projects = needed.startsWith('^') ? [...dependenciesOf(graph, project)] : [project];
    for (const other of projects) withNeeded(graph, needed.replace('^', ''), other, found);
  }
  return found;
};

/**
 * Whether a task reads a file, as `inputs` say.
 * @param {ProjectGraph} graph
 * @param {NxJson} nxJson
 * @param {string} target
 * @param {string} project
 * @returns {((file: string) => boolean) | undefined} undefined where the project has no such target
 */
export const readerOf = (graph, nxJson, target, project) => {
  const data = graph.nodes[project]?.data;
  const definition = data?.targets?.[target];
  if (data === undefined || definition === undefined) return undefined;
  const named = /** @type {Record<string, unknown[]>} */ (nxJson.namedInputs ?? {});
  const { own, dependencies } = patternsOf(definition.inputs ?? ['default'], named);
  const roots = [...dependenciesOf(graph, project)].map((name) => graph.nodes[name]?.data.root ?? '');
  return (file) =>
    INSTALLATION.includes(file) ||
    reads(file, own, data.root) ||
    roots.some((root) => reads(file, dependencies, root));
};

/**
 * The tasks whose inputs changed, with the tasks these need to run first.
 * @param {ProjectGraph} graph
 * @param {NxJson} nxJson
 * @param {string[]} changed paths from the workspace root
 * @param {readonly string[]} [targets]
 * @returns {Map<string, string[]>} target → names of projects, both in a fixed order
 */
export const affectedTasks = (graph, nxJson, changed, targets = TARGETS) => {
  /** @type {Map<string, { target: string, project: string }>} */
  const selected = new Map();
  for (const project of Object.keys(graph.nodes)) {
    for (const target of targets) {
      const isRead = readerOf(graph, nxJson, target, project);
      if (isRead !== undefined && changed.some(isRead)) withNeeded(graph, target, project, selected);
    }
  }
  /** @param {string} target */
  const projectsOf = (target) =>
    [...selected.values()]
      .filter((task) => task.target === target)
      .map(({ project }) => project)
      .sort();
  // Tasks that others need come along, whatever their target.
  const all = [...new Set([...targets, ...[...selected.values()].map(({ target }) => target)])];
  return new Map(
    all
      .map((target) => /** @type {const} */ ([target, projectsOf(target)]))
      .filter(([, projects]) => projects.length > 0),
  );
};
