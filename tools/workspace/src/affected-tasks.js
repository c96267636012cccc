// Which tasks read a changed file. nx itself selects whole projects and lets the cache replay the rest; here a task is
// selected only when one of its own inputs changed, so that a README does not run another package's tests.
import { matchesGlob } from './glob.js';

export const TARGETS = ['lint', 'typecheck', 'test', 'build', 'check-package'];

/** Files that decide what is installed: every task may change with them. */
const INSTALLATION = ['package-lock.json', '.npmrc', '.nvmrc'];

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
 * The tasks whose inputs changed, with the tasks these need to run first.
 * @param {import('@nx/devkit').ProjectGraph} graph
 * @param {import('@nx/devkit').NxJsonConfiguration} nxJson
 * @param {string[]} changed paths from the workspace root
 * @returns {Map<string, string[]>} target → names of projects, both in a fixed order
 */
export const affectedTasks = (graph, nxJson, changed) => {
  const named = /** @type {Record<string, unknown[]>} */ (nxJson.namedInputs ?? {});
  const installs = changed.some((file) => INSTALLATION.includes(file));
  /** @type {Map<string, Set<string>>} */
  const selected = new Map(TARGETS.map((target) => [target, new Set()]));
  const select = (/** @type {string} */ target, /** @type {string} */ project) => {
    const definition = graph.nodes[project]?.data.targets?.[target];
    if (definition === undefined || selected.get(target)?.has(project)) return;
    selected.get(target)?.add(project);
    for (const needed of definition.dependsOn ?? []) {
      if (typeof needed !== 'string') continue;
      const projects = needed.startsWith('^') ? [...dependenciesOf(graph, project)] : [project];
      for (const other of projects) select(needed.replace('^', ''), other);
    }
  };
  for (const [project, { data }] of Object.entries(graph.nodes)) {
    const roots = [...dependenciesOf(graph, project)].map((name) => graph.nodes[name]?.data.root ?? '');
    for (const target of TARGETS) {
      const definition = data.targets?.[target];
      if (definition === undefined) continue;
      const { own, dependencies } = patternsOf(definition.inputs ?? ['default'], named);
      const isAffected = changed.some(
        (file) => reads(file, own, data.root) || roots.some((root) => reads(file, dependencies, root)),
      );
      if (isAffected || installs) select(target, project);
    }
  }
  return new Map(
    [...selected]
      .filter(([, projects]) => projects.size > 0)
      .map(([target, projects]) => [target, [...projects].sort()]),
  );
};
