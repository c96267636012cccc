// A whole scenario: projects with their files, and items whose jobs are wanted.
import { FreezeError } from './errors.js';
import { freeze } from './freeze.js';
import { Layout } from './layout.js';
import { plainValue } from './values.js';
import { readYaml } from './yaml.js';

/** @import { Attributes, ProjectFiles } from './layout.js' */
/** @import { Item } from './freeze.js' */

/**
 * @typedef {object} WrittenItem
 * @property {string} id
 * @property {string} pipeline
 * @property {string} project
 * @property {string} [branch]
 * @property {string} [tag]
 * @property {readonly string[]} [containing_branches]
 * @property {readonly string[]} [files]
 * @property {Readonly<Record<string, string>>} [proposed] configuration files that the change has
 */

/** @param {WrittenItem} item @returns {Item} */
const itemOf = ({ pipeline, project, branch, tag, containing_branches: containingBranches, files }) => ({
  pipeline,
  project,
  ref:
    tag === undefined
      ? { branch: branch ?? 'master' }
      : { tag, containingBranches: containingBranches ?? [] },
  files,
});

/** @param {readonly ProjectFiles[]} projects @param {WrittenItem} item */
const withProposal = (projects, { project, branch = 'master', proposed = {} }) =>
  projects.map((each) =>
    each.name === project && each.trusted !== true
      ? { ...each, branches: { ...each.branches, [branch]: proposed } }
      : each,
  );

/** Problems as Zuul tells them. @param {Layout} layout */
const shown = ({ problems }) =>
  problems.map(({ severity, name, short, where }) => ({ severity, name, short, where }));

/**
 * The layout of a scenario, and its items each with the layout that it brings.
 * @param {string} text YAML
 */
export const readScenario = (text) => {
  const scenario = /** @type {{ tenant?: Attributes, projects: ProjectFiles[], items?: WrittenItem[] }} */ (
    plainValue(readYaml(text))
  );
  const tenant = scenario.tenant ?? {};
  const layout = new Layout(scenario.projects, tenant, readYaml);
  const items = (scenario.items ?? []).map((written) => {
    const isProposal = written.proposed !== undefined;
    return {
      id: written.id,
      item: itemOf(written),
      layout: isProposal ? new Layout(withProposal(scenario.projects, written), tenant, readYaml) : layout,
      unchanged: isProposal ? layout : undefined,
    };
  });
  return { layout, items };
};

/**
 * Answers which jobs each item of a scenario runs, and what is wrong with its configuration.
 * @param {string} text YAML
 */
export const runScenario = (text) => {
  const { layout, items: own } = readScenario(text);
  /** @type {Record<string, unknown>} */
  const items = {};
  for (const { id, item, layout: mine, unchanged } of own) {
    try {
      const { failFast, jobs } = freeze(mine, item, unchanged);
      const known = new Set(shown(layout).map((problem) => JSON.stringify(problem)));
      const errors = shown(mine).filter((problem) => !known.has(JSON.stringify(problem)));
      items[id] = {
        ...(unchanged === undefined ? {} : { errors }),
        fail_fast: failFast,
        jobs: jobs.map((job) => job.toJSON()),
      };
    } catch (error) {
      if (!(error instanceof FreezeError)) throw error;
      items[id] = { error: `${error.kind}: ${error.message}` };
    }
  }
  return { errors: shown(layout), items };
};
