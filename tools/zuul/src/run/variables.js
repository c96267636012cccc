// What playbooks of a build know: `zuul.*`, the job's variables, and what the jobs before it have returned.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { deepMerge } from '../frozen-job.js';
import { canonicalName, HOST } from '../project-names.js';
import { asList, plainValue } from '../values.js';
import { readYaml } from '../yaml.js';

/** @import { FrozenJob } from '../frozen-job.js' */
/** @import { Item } from '../freeze.js' */
/** @import { Inventory } from './engines/variables.js' */
/** @import { Workspace } from './workspace.js' */

/** @typedef {Record<string, unknown>} Mapping */

/**
 * What a build is about.
 * @typedef {object} Subject
 * @property {string} tenant
 * @property {Item} item
 * @property {string} checkout the folder in which the project lies
 * @property {string} commit that is checked out
 * @property {string} buildset
 * @property {boolean} isPostReview whether the pipeline runs reviewed changes only
 */

/** @param {Subject} subject */
const refOf = ({ item: { ref } }) =>
  ref.tag === undefined
    ? { branch: ref.branch ?? 'main', ref: `refs/heads/${ref.branch ?? 'main'}` }
    : { tag: ref.tag, ref: `refs/tags/${ref.tag}` };

/** @param {Subject} subject */
const projectOf = ({ item: { project }, checkout }) => ({
  name: project,
  short_name: project.split('/').at(-1),
  canonical_hostname: HOST,
  canonical_name: canonicalName(project),
  src_dir: checkout,
});

/**
 * @param {Subject} subject
 * @param {FrozenJob} job
 * @param {{ build: string, attempt: number, attempts: number, workspace: Workspace, childJobs: readonly string[], artifacts: readonly unknown[] }} build
 * @returns {Mapping}
 */
export const zuulVariables = (
  subject,
  job,
  { build, attempt, attempts, workspace, childJobs, artifacts },
) => {
  const { item, commit, checkout } = subject;
  const project = projectOf(subject);
  const ref = refOf(subject);
  const own = { project, ...ref, change_url: '', commit_id: commit, topic: null };
  return {
    ansible_version: null,
    artifacts,
    attempts: attempt,
    max_attempts: attempts,
    build,
    build_refs: [own],
    buildset: subject.buildset,
    buildset_refs: [own],
    ...ref,
    change: '0',
    change_message: '',
    change_url: '',
    child_jobs: childJobs,
    commit_id: commit,
    event_id: subject.buildset.replaceAll('-', ''),
    executor: {
      hostname: hostname(),
      src_root: dirname(checkout),
      log_root: workspace.logs,
      work_root: workspace.work,
      inventory_file: `${workspace.work}/ansible/inventory.yaml`,
    },
    items: [own],
    job: job.name,
    jobtags: [...job.sets.tags].sort(),
    newrev: commit,
    oldrev: commit,
    patchset: '1',
    pipeline: item.pipeline,
    playbook_context: { playbooks: [], playbook_projects: {} },
    post_review: subject.isPostReview,
    post_timeout: job.scalars['post-timeout'] ?? null,
    project,
    projects: {
      [project.canonical_name]: {
        ...project,
        required: job.requiredProjects.has(project.canonical_name),
        checkout: ref.branch ?? ref.tag,
        checkout_description: 'zuul branch',
        commit,
      },
    },
    tenant: subject.tenant,
    timeout: job.scalars['timeout'] ?? null,
    topic: null,
    voting: job.scalars['voting'] !== false,
  };
};

/** @param {unknown} value @returns {Mapping} */
const mapping = (value) => /** @type {Mapping} */ (value ?? {});

/**
 * What the files that `include-vars` names hold.
 * @param {FrozenJob} job
 * @param {string} project that the item is about
 * @param {(file: { path: string, project: string }) => string} fileOf
 * @returns {Mapping}
 * @throws {Error} where one that has to be there is not, or is no mapping
 */
export const includedVariables = (job, project, fileOf) =>
  job.includedVariables.reduce((known, { name, project: own = project, isRequired }) => {
    const what = `include-vars of ${job.name}: ${name} of ${own}`;
    /** @type {string} */
    let text;
    try {
      text = readFileSync(fileOf({ path: name, project: own }), 'utf8');
    } catch (error) {
      if (!isRequired) return known;
      throw new Error(`${what} cannot be read; add it, or say \`required: false\``, { cause: error });
    }
    const read = plainValue(readYaml(text));
    if (typeof read !== 'object' || read === null || Array.isArray(read))
      throw new Error(`${what} is no mapping of names to values`);
    return { ...known, .../** @type {Mapping} */ (read) };
  }, /** @type {Mapping} */ ({}));

/**
 * The hosts of a job's nodeset, all of them this machine, and what they know.
 * @param {FrozenJob} job
 * @param {Mapping} zuul
 * @param {Mapping} returned by the jobs it depends on: the weakest of all
 * @param {Mapping} included from files, which count more than these and less than what the job says
 * @returns {Inventory}
 */
export const inventoryOf = (job, zuul, returned, included) => {
  // Of alternatives the first is at hand: every node is this machine.
  const [nodeset = {}] = job.nodesets;
  const nodes = asList(nodeset['nodes']).flatMap((node) =>
    asList(mapping(node)['name']).slice(0, 1).map(String),
  );
  const groups = asList(nodeset['groups']).map((group) => {
    const { name, nodes: members } = mapping(group);
    return [String(name), asList(members).map(String)];
  });
  const { variables } = job;
  /** @param {'host-vars' | 'group-vars'} kind */
  const byName = (kind) => /** @type {Record<string, Mapping>} */ (variables[kind]);
  const { all, ...groupVars } = byName('group-vars');
  return {
    hosts: nodes,
    groups: Object.fromEntries(groups),
    vars: { ...deepMerge(deepMerge(returned, included), { ...variables.vars, ...all }), zuul },
    groupVars,
    hostVars: byName('host-vars'),
  };
};

/**
 * An inventory as Ansible and a reader of logs take it.
 * @param {Inventory} inventory
 * @returns {Mapping}
 */
export const inventoryFile = ({ hosts, groups, vars, groupVars, hostVars }) => ({
  all: {
    children: Object.fromEntries(
      Object.entries(groups).map(([name, members]) => [
        name,
        {
          hosts: Object.fromEntries(members.map((member) => [member, null])),
          vars: plainValue(groupVars[name] ?? {}),
        },
      ]),
    ),
    hosts: Object.fromEntries(
      hosts.map((host) => [
        host,
        { ansible_connection: 'local', ...mapping(plainValue(hostVars[host] ?? {})) },
      ]),
    ),
    vars: plainValue(vars),
  },
});
