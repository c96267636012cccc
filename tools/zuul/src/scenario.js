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
 * Answers which jobs each item of a scenario runs, and what is wrong with its configuration.
 * @param {string} text YAML
 */
export const runScenario = (text) => {
  const scenario = /** @type {{ tenant?: Attributes, projects: ProjectFiles[], items?: WrittenItem[] }} */ (
    plainValue(readYaml(text))
  );
  const layout = new Layout(scenario.projects, scenario.tenant ?? {}, readYaml);
  /** @type {Record<string, unknown>} */
  const items = {};
  for (const item of scenario.items ?? []) {
    const isProposal = item.proposed !== undefined;
    const own = isProposal
      ? new Layout(withProposal(scenario.projects, item), scenario.tenant ?? {}, readYaml)
      : layout;
    try {
      const { failFast, jobs } = freeze(own, itemOf(item), isProposal ? layout : undefined);
      const known = new Set(shown(layout).map((problem) => JSON.stringify(problem)));
      const errors = shown(own).filter((problem) => !known.has(JSON.stringify(problem)));
      items[item.id] = {
        ...(isProposal ? { errors } : {}),
        fail_fast: failFast,
        jobs: jobs.map((job) => job.toJSON()),
      };
    } catch (error) {
      if (!(error instanceof FreezeError)) throw error;
      items[item.id] = { error: `${error.kind}: ${error.message}` };
    }
  }
  return { errors: shown(layout), items };
};
