// A job put together from its definitions: the first makes it, each further one changes it.
import { ConfigError, FreezeError } from './errors.js';
import { alternativesOf } from './nodesets.js';
import { canonicalName, shortName } from './project-names.js';
import { secretUsesOf } from './secret-uses.js';
import { Control, asList, plainValue } from './values.js';

/** @import { Pattern } from './matchers.js' */
/** @import { Attributes, JobDefinition, Layout } from './layout.js' */

/**
 * @typedef {object} Playbook
 * @property {string} path
 * @property {string} project
 * @property {string} branch
 * @property {boolean} trusted
 * @property {number} nesting how deep in the inheritance it was declared
 * @property {boolean} cleanup
 * @property {readonly string[]} roles projects whose roles it sees
 */

/** What may be changed of a job that is final. */
const CONTEXT = new Set([
  ...[
    'name',
    'description',
    'variant-description',
    'voting',
    'branches',
    'files',
    'irrelevant-files',
    'tags',
  ],
  ...[
    'provides',
    'requires',
    'success-message',
    'failure-message',
    'success-url',
    'failure-url',
    'dependencies',
  ],
  ...[
    'match-on-config-updates',
    'hold-following-changes',
    'deduplicate',
    'final',
    'abstract',
    'intermediate',
    'protected',
  ],
  ...['attribute-control', 'secrets'],
]);

/** Written attributes with a control, or without. @param {unknown} written @returns {{ mode: string | undefined, value: unknown }} */
const controlOf = (written) =>
  written instanceof Control
    ? { mode: written.mode, value: written.value }
    : { mode: undefined, value: written };

/** @param {Attributes} below @param {Attributes} above @returns {Attributes} */
export const deepMerge = (below, above) => {
  if (Object.keys(below).length === 0) return above;
  /** @type {Record<string, unknown>} */
  const merged = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const known = merged[name];
    const areBoth = isMapping(known) && isMapping(value);
    merged[name] = areBoth
      ? deepMerge(/** @type {Attributes} */ (known), /** @type {Attributes} */ (value))
      : value;
  }
  return merged;
};

/** @param {unknown} value */
const isMapping = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = /** @type {unknown} */ (Object.getPrototypeOf(value));
  return prototype === null || prototype === Object.prototype;
};

/** @param {string} one @param {string} other */
const byText = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/** One job of one item. */
export class FrozenJob {
  name;
  #layout;
  #path = 0;
  /** The name of the definition that was applied last. */
  #current = '';
  /** @type {Set<string>} attributes that may not be set any more */
  #controlled = new Set();
  /** What it was made of, in order. @type {JobDefinition[]} */
  definitions = [];
  isFinal = false;
  isAbstract = false;
  isIntermediate = false;
  /** The project whose jobs alone may build on this one. @type {string | undefined} */
  #protector;
  isPostReview = false;
  /** @type {Set<string> | undefined} */
  allowedProjects;
  /** @type {readonly string[]} */
  #roles = [];
  /** @type {Record<'preRun' | 'run' | 'postRun' | 'cleanupRun', readonly Playbook[]>} */
  playbooks = { preRun: [], run: [], postRun: [], cleanupRun: [] };
  /**
   * Files of variables; those of no project are in the one that the item is about.
   * @type {readonly { name: string, project: string | undefined, isRequired: boolean, usesRef: boolean }[]}
   */
  includedVariables = [];
  /** What playbooks hold while they run, as far as they do. @type {Map<Playbook, { semaphores: readonly string[], secrets: readonly unknown[] }>} */
  #needs = new Map();
  /** @type {Record<'vars' | 'extra-vars' | 'host-vars' | 'group-vars', Attributes>} */
  variables = { vars: {}, 'extra-vars': {}, 'host-vars': {}, 'group-vars': {} };
  /** @type {Record<'tags' | 'provides' | 'requires' | 'failure-output', Set<string>>} */
  sets = { tags: new Set(), provides: new Set(), requires: new Set(), 'failure-output': new Set() };
  /** @type {Map<string, boolean>} soft or not, by name */
  dependencies = new Map();
  /** @type {Map<string, string | null>} branch to check out, by project */
  requiredProjects = new Map();
  /** @type {Map<string, boolean>} resources first or not, by name */
  semaphores = new Map();
  /** @type {readonly Pattern[] | undefined} */
  files;
  /** @type {readonly Pattern[] | undefined} */
  irrelevantFiles;
  /** The machines that it asks for, and what may stand for them. @type {readonly Attributes[]} */
  nodesets = [{}];
  /** @type {Record<string, unknown>} */
  scalars = {};

  /** @param {string} name @param {Layout} layout */
  constructor(name, layout) {
    this.name = name;
    this.#layout = layout;
  }

  /**
   * Adds what one definition says.
   * @param {JobDefinition} definition
   * @throws {FreezeError} for what may not be changed
   */
  apply(definition) {
    const { attributes, source, name, isVariant } = definition;
    if (this.#path > 0) this.#refuseForbidden(definition);
    const nesting = this.#path;
    this.#path += 1;
    this.definitions.push(definition);
    const own = !isVariant && source.project !== '' ? [canonicalName(source.project)] : [];
    this.#addRoles([...own, ...this.#namedRoles(attributes)]);
    // A job does not have these from its parent, but variants of one job have them from each other.
    const isSame = isVariant || name === this.#current;
    this.isAbstract = (isSame && this.isAbstract) || attributes['abstract'] === true;
    this.isIntermediate = (isSame && this.isIntermediate) || attributes['intermediate'] === true;
    if (!isVariant) this.#current = name;
    this.isFinal ||= attributes['final'] === true;
    if (attributes['protected'] === false && this.#protector !== undefined)
      throw new FreezeError('Exception', `Unable to reset protected attribute of job ${this.name}`);
    if (attributes['protected'] === true) this.#protector ??= source.project;
    this.isPostReview ||= attributes['post-review'] === true;
    this.#applyPlaybooks(definition, nesting);
    this.#applyCollections(definition);
    this.#refuseSharedSemaphores();
    for (const name of Object.keys(attributes))
      if (SCALARS.has(name)) this.scalars[name] = plainValue(attributes[name]);
    if (attributes['override-branch'] !== undefined)
      this.scalars['override-checkout'] = attributes['override-branch'];
    if (attributes['attribute-control'] === undefined) return;
    for (const [controlled, control] of Object.entries(
      /** @type {Attributes} */ (attributes['attribute-control']),
    )) {
      if (/** @type {Attributes} */ (control)['final'] === true) this.#controlled.add(controlled);
    }
  }

  /** New ones come before what is known, as Ansible looks for roles. @param {readonly string[]} names */
  #addRoles(names) {
    const added = names.filter((name, index) => !this.#roles.includes(name) && names.indexOf(name) === index);
    if (added.length > 0) this.#roles = [...added, ...this.#roles];
  }

  /** Projects whose roles are asked for; roles of Galaxy are accepted, and never there. @param {Attributes} attributes */
  #namedRoles(attributes) {
    if (attributes['roles'] === undefined) return [];
    return asList(attributes['roles']).flatMap((role) => {
      const { zuul } = /** @type {Attributes} */ (role);
      const name = shortName(zuul ?? '');
      return this.#layout.files.some((project) => project.name === name) ? [canonicalName(name)] : [];
    });
  }

  /** @param {JobDefinition} definition */
  #refuseForbidden({ attributes, name, isVariant, source }) {
    const isSame = isVariant || name === this.#current;
    const isForeign = this.#protector !== undefined && this.#protector !== source.project;
    if (isForeign && (!isSame || Object.keys(attributes).some((attribute) => !CONTEXT.has(attribute)))) {
      throw new FreezeError(
        'JobConfigurationError',
        `Job ${this.#current} which is defined in ${String(this.#protector)} is protected and cannot be inherited from other projects.`,
      );
    }
    const isOpen = !this.isFinal && this.#controlled.size === 0;
    if (this.isFinal && !isVariant) {
      throw new FreezeError(
        'JobConfigurationError',
        `Unable to modify final job ${this.name}: only what a project's pipeline says about it may differ`,
      );
    }
    for (const attribute of isOpen ? [] : Object.keys(attributes)) {
      // What holds secrets is changed to run reviewed changes only.
      const isContext = CONTEXT.has(attribute) && !(attribute === 'secrets' && !source.isTrusted);
      if (this.isFinal && !isContext) {
        throw new FreezeError(
          'JobConfigurationError',
          `Unable to modify final job ${this.name} attribute ${attribute}`,
        );
      }
      if (this.#controlled.has(attribute)) {
        throw new FreezeError(
          'JobConfigurationError',
          `Unable to modify job ${this.name} final attribute ${attribute}`,
        );
      }
    }
    if (this.isIntermediate && !isSame && attributes['abstract'] !== true) {
      throw new FreezeError(
        'JobConfigurationError',
        `Intermediate job ${this.#current} may only be inherited by another abstract job`,
      );
    }
  }

  /** @param {JobDefinition} definition @param {number} nesting */
  #applyPlaybooks({ attributes, source }, nesting) {
    /** @param {string} key @returns {readonly Playbook[]} */
    const list = (key) =>
      asList(attributes[key]).map((written) => {
        const {
          name,
          cleanup = false,
          semaphores,
        } = typeof written === 'string'
          ? { name: written }
          : /** @type {{ name: string, cleanup?: boolean, semaphores?: unknown }} */ (written);
        const { project, branch, isTrusted } = source;
        const roles = this.#roles;
        const playbook = { path: name, project, branch, trusted: isTrusted, nesting, cleanup, roles };
        if (semaphores !== undefined || secrets.length > 0)
          this.#needs.set(playbook, { semaphores: asList(semaphores).map(String), secrets });
        return playbook;
      });
    const secrets = asList(attributes['secrets']);
    if (secrets.length > 0) this.#passToParents(attributes);
    const { preRun, postRun, cleanupRun } = this.playbooks;
    if (attributes['pre-run'] !== undefined) this.playbooks.preRun = [...preRun, ...list('pre-run')];
    if (attributes['run'] !== undefined) this.playbooks.run = list('run');
    if (attributes['post-run'] !== undefined) this.playbooks.postRun = [...list('post-run'), ...postRun];
    if (attributes['cleanup-run'] !== undefined)
      this.playbooks.cleanupRun = [...list('cleanup-run'), ...cleanupRun];
  }

  /** All playbooks. */
  get #allPlaybooks() {
    return Object.values(this.playbooks).flat();
  }

  /** What unreviewed playbooks of a parent get as well runs nothing unreviewed. @param {Attributes} attributes */
  #passToParents(attributes) {
    const isPassed = secretUsesOf(attributes).some(({ isForParents }) => isForParents);
    if (isPassed && this.#allPlaybooks.some(({ trusted }) => !trusted)) this.isPostReview = true;
  }

  #refuseSharedSemaphores() {
    if (this.semaphores.size === 0 || this.#needs.size === 0) return;
    const both = this.#allPlaybooks
      .flatMap((playbook) => this.#needs.get(playbook)?.semaphores ?? [])
      .find((name) => this.semaphores.has(name));
    if (both === undefined) return;
    throw new FreezeError(
      'JobConfigurationError',
      `Semaphore ${both} belongs to job ${this.name} and to one of its playbooks, and may only be used for one`,
    );
  }

  /** @param {JobDefinition} definition */
  #applyCollections({ attributes, source }) {
    for (const name of /** @type {const} */ (['vars', 'extra-vars', 'host-vars', 'group-vars'])) {
      if (attributes[name] === undefined) continue;
      const { mode, value } = controlOf(attributes[name]);
      const above = /** @type {Attributes} */ (value);
      this.variables[name] = mode === 'override' ? above : deepMerge(this.variables[name], above);
    }
    for (const name of /** @type {const} */ (['tags', 'provides', 'requires', 'failure-output'])) {
      if (attributes[name] === undefined) continue;
      const { mode, value } = controlOf(attributes[name]);
      const own = asList(value).map(String);
      this.sets[name] = mode === 'override' ? new Set(own) : new Set([...this.sets[name], ...own]);
    }
    if (attributes['dependencies'] !== undefined) {
      const { mode, value } = controlOf(attributes['dependencies']);
      if (mode !== 'inherit') this.dependencies = new Map();
      for (const each of asList(value)) {
        const { name, soft = false } =
          typeof each === 'string' ? { name: each } : /** @type {{ name: string, soft?: boolean }} */ (each);
        this.dependencies.set(name, soft);
      }
    }
    if (attributes['required-projects'] !== undefined) {
      const { mode, value } = controlOf(attributes['required-projects']);
      if (mode === 'override') this.requiredProjects = new Map();
      for (const each of asList(value)) {
        const written =
          typeof each === 'string' ? { name: each } : /** @type {Record<string, string>} */ (each);
        this.requiredProjects.set(
          canonicalName(written['name']),
          written['override-checkout'] ?? written['override-branch'] ?? null,
        );
      }
    }
    if (attributes['include-vars'] !== undefined) {
      const { mode, value } = controlOf(attributes['include-vars']);
      const known = mode === 'override' ? [] : this.includedVariables;
      const own = asList(value).map((each) => {
        const {
          name,
          project = source.project,
          required = true,
          'zuul-project': isOfItem = false,
          'use-ref': usesRef = true,
        } = /** @type {Record<string, unknown>} */ (typeof each === 'string' ? { name: each } : each);
        return {
          name: String(name),
          project: isOfItem === true ? undefined : shortName(project),
          isRequired: required === true,
          usesRef: usesRef === true,
        };
      });
      const all = [...known, ...own].map((each) => /** @type {const} */ ([JSON.stringify(each), each]));
      this.includedVariables = [...new Map(all).values()];
    }
    for (const each of asList(attributes['semaphores'] ?? attributes['semaphore'])) {
      const { name, 'resources-first': first = false } =
        typeof each === 'string'
          ? { name: each }
          : /** @type {{ name: string, 'resources-first'?: boolean }} */ (each);
      this.semaphores.set(name, first);
    }
    for (const [attribute, field] of /** @type {const} */ ([
      ['files', 'files'],
      ['irrelevant-files', 'irrelevantFiles'],
    ])) {
      if (attributes[attribute] === undefined) continue;
      const { mode, value } = controlOf(attributes[attribute]);
      const own = this.#layout.patternsOf(value, source);
      this[field] = mode === 'inherit' ? [...(this[field] ?? []), ...own] : own;
    }
    if (attributes['allowed-projects'] !== undefined) {
      this.#allow(asList(attributes['allowed-projects']).map(shortName));
    }
    if (attributes['secrets'] !== undefined && !source.isTrusted) {
      // What holds secrets runs nothing unreviewed, and for nobody else.
      this.isPostReview = true;
      this.#allow([source.project]);
    }
    if (attributes['nodeset'] !== undefined) this.#applyNodeset(attributes['nodeset']);
  }

  /** @param {readonly string[]} projects */
  #allow(projects) {
    const known = this.allowedProjects;
    this.allowedProjects = new Set(
      known === undefined ? projects : projects.filter((each) => known.has(each)),
    );
  }

  /** @param {unknown} written */
  #applyNodeset(written) {
    try {
      this.nodesets = alternativesOf(written, this.#layout.nodesets);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new FreezeError(
        error.kind === 'Nodeset Not Found' ? 'NodesetNotFoundError' : 'Exception',
        error.message,
      );
    }
  }

  /** Adds variables of the project below those of the job. @param {Attributes} vars */
  applyProjectVariables(vars) {
    this.variables.vars = deepMerge(vars, this.variables.vars);
  }

  /** Everything that decides whether an unchanged job would be the same: all but file matchers and texts. */
  get fingerprint() {
    const scalars = [...SCALARS].map((name) => (name === 'description' ? undefined : this.scalars[name]));
    return JSON.stringify([
      ...[
        this.toJSON(),
        scalars,
        this.includedVariables,
        this.#allPlaybooks.map((each) => this.#needs.get(each)),
      ],
      ...[this.isFinal, this.isAbstract, this.isIntermediate, this.isPostReview, this.#protector],
      ...[this.#roles, [...(this.allowedProjects ?? [])], [...this.#controlled]],
    ]);
  }

  /** As it is shown. */
  toJSON() {
    const { scalars, variables, sets, playbooks } = this;
    return {
      name: this.name,
      attempts: scalars['attempts'] ?? 3,
      cleanup_run: playbooks.cleanupRun,
      dependencies: [...this.dependencies].sort(([one], [other]) => byText(one, other)),
      extra_vars: plainValue(variables['extra-vars']),
      failure_message: scalars['failure-message'] ?? null,
      failure_output: [...sets['failure-output']].sort(),
      group_vars: plainValue(variables['group-vars']),
      hold_following_changes: scalars['hold-following-changes'] ?? false,
      host_vars: plainValue(variables['host-vars']),
      inheritance_path: this.#path,
      nodeset: this.nodesets.map(nodesetOf),
      override_checkout: scalars['override-checkout'] ?? null,
      post_review: null,
      post_run: playbooks.postRun,
      post_timeout: scalars['post-timeout'] ?? null,
      pre_run: playbooks.preRun,
      provides: [...sets.provides].sort(),
      required_projects: Object.fromEntries(
        [...this.requiredProjects].sort(([one], [other]) => byText(one, other)),
      ),
      requires: [...sets.requires].sort(),
      run: playbooks.run,
      semaphores: [...this.semaphores].sort(([one], [other]) => byText(one, other)),
      success_message: scalars['success-message'] ?? null,
      tags: [...sets.tags].sort(),
      timeout: scalars['timeout'] ?? null,
      vars: plainValue(variables.vars),
      voting: scalars['voting'] ?? true,
      workspace_scheme: scalars['workspace-scheme'] ?? 'golang',
    };
  }
}

const SCALARS = new Set([
  ...[
    'attempts',
    'failure-message',
    'success-message',
    'hold-following-changes',
    'override-checkout',
    'timeout',
  ],
  ...['post-timeout', 'voting', 'workspace-scheme', 'match-on-config-updates', 'description', 'deduplicate'],
  ...['ansible-version', 'ansible-split-streams', 'workspace-checkout', 'image-build-name'],
]);

/** @param {Attributes} nodeset @returns {Record<string, unknown>} */
const nodesetOf = (nodeset) => ({
  alternatives: [],
  groups: asList(nodeset['groups']).map((group) => {
    const { name, nodes } = /** @type {Attributes} */ (group);
    return { name, nodes: asList(nodes) };
  }),
  name: nodeset['name'] ?? '',
  nodes: asList(nodeset['nodes']).map((node) => {
    const { name, label } = /** @type {Attributes} */ (node);
    const [first, ...aliases] = asList(name);
    return {
      aliases,
      comment: null,
      hold_job: null,
      id: null,
      label,
      name: first,
      requestor: null,
      state: 'unknown',
      tenant_name: null,
      user_data: null,
    };
  }),
});
