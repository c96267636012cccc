// Everything that is defined, read from all projects and branches. What is wrong is told, and left out.
import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from './errors.js';
import { configurationFiles } from './files.js';
import { patternOf } from './matchers.js';
import { alternativesOf, checkNodeset } from './nodesets.js';
import { shortName } from './project-names.js';
import { secretUsesOf } from './secret-uses.js';
import * as shapes from './shapes.js';
import { asList, Control, placeOf, plainValue } from './values.js';

/** @import { Pattern } from './matchers.js' */

/**
 * @typedef {object} Source where a definition stands
 * @property {string} project
 * @property {string} branch
 * @property {string} path
 * @property {boolean} isTrusted
 * @property {number} [line] of its stanza or entry
 */

/**
 * @typedef {{ patterns: readonly Pattern[], isExact: boolean } | undefined} BranchMatcher
 * @typedef {{ severity: string, name: string, short: string, where: string, source: Source | undefined }} Problem
 * @typedef {Readonly<Record<string, unknown>>} Attributes
 */

/**
 * A definition of a job, or what a pipeline of a project changes about it.
 * @typedef {object} JobDefinition
 * @property {string} name
 * @property {Attributes} attributes as they are written
 * @property {Source} source
 * @property {BranchMatcher} branches undefined: all
 * @property {boolean} isVariant whether it belongs to a pipeline of a project
 */

/**
 * The jobs that a project or template has in one pipeline.
 * @typedef {object} PipelineJobs
 * @property {boolean | undefined} failFast
 * @property {readonly JobDefinition[]} jobs
 */

/**
 * @typedef {object} ProjectDefinition
 * @property {BranchMatcher} branches
 * @property {Source} source
 * @property {readonly string[]} templates
 * @property {Attributes} vars
 * @property {ReadonlyMap<string, PipelineJobs>} pipelines
 * @property {Attributes} attributes as they are written
 */

/** @typedef {ProjectDefinition & { name: string }} TemplateDefinition */

/**
 * @typedef {object} ProjectFiles
 * @property {string} name
 * @property {boolean} [trusted]
 * @property {Readonly<Record<string, Readonly<Record<string, string>>>>} branches contents of files by branch
 * @property {readonly string[]} [extra-config-paths]
 */

const PHASES = ['pre-run', 'run', 'post-run', 'cleanup-run'];
const KINDS = Object.keys(shapes.OBJECT_SHAPES);

/**
 * To which branches what stands in a file applies unless it says so: a project's stanza to its own branch, jobs and
 * templates to what the file states.
 * @typedef {{ own: BranchMatcher, stated: BranchMatcher }} Implied
 */

/** @type {Implied} */
const NOT_IMPLIED = { own: undefined, stated: undefined };

/** @param {string} branch @returns {BranchMatcher} */
const onlyOn = (branch) => ({
  patterns: [{ source: branch, isNegated: false, matches: (text) => text === branch }],
  isExact: true,
});

/** All definitions. */
export class Layout {
  /** @type {Map<string, JobDefinition[]>} */
  jobs = new Map();
  /** @type {Map<string, { isPostReview: boolean, attributes: Attributes }>} only reviewed changes get where `isPostReview` */
  pipelines = new Map();
  /** @type {Map<string, ProjectDefinition[]>} by project */
  projects = new Map();
  /** @type {{ pattern: string, definition: ProjectDefinition }[]} */
  patternProjects = [];
  /** @type {Map<string, TemplateDefinition[]>} */
  templates = new Map();
  /** @type {Map<string, { contents: Attributes, source: Source }>} */
  nodesets = new Map();
  /** How many builds may hold one at a time. @type {Map<string, number>} */
  semaphores = new Map();
  /** Nodesets, queues, semaphores and secrets by kind and name. @type {Map<string, { value: Record<string, unknown>, source: Source }>} */
  defined = new Map();
  /** @type {Problem[]} */
  problems = [];
  /** @type {readonly ProjectFiles[]} */
  files;
  defaultParent;
  maxTimeout;
  #tenant;
  #read;

  /**
   * @param {readonly ProjectFiles[]} projects the trusted ones count first, whatever their order
   * @param {Attributes} tenant `default-parent`, `max-job-timeout`, `max-nodes-per-job`, `allowed-labels`, `disallowed-labels`
   * @param {(text: string) => unknown} read what a file holds
   */
  constructor(projects, tenant, read) {
    this.files = projects;
    this.#tenant = tenant;
    this.#read = read;
    this.defaultParent = String(tenant['default-parent'] ?? 'base');
    this.maxTimeout = Number(tenant['max-job-timeout'] ?? 10_800);
    this.#addBuiltIn();
    const stanzas = [
      ...projects.filter(({ trusted }) => trusted === true),
      ...projects.filter(({ trusted }) => trusted !== true),
    ].flatMap((project) => this.#stanzasOf(project));
    // Jobs and what they need come before what refers to them.
    for (const kinds of [
      ['pipeline'],
      ['nodeset', 'secret', 'semaphore', 'queue'],
      ['job'],
      ['project-template'],
      ['project'],
    ]) {
      for (const stanza of stanzas)
        if (kinds.includes(stanza.kind))
          this.#guard(stanza.source, () => {
            this.#add(stanza);
          });
    }
    this.#checkReferences();
  }

  /** The text of a file. @param {Source} source */
  textOf({ project, branch, path }) {
    return this.files.find(({ name }) => name === project)?.branches[branch]?.[path] ?? '';
  }

  /**
   * The same definitions with another text in one file.
   * @param {Source} source
   * @param {string} text
   * @param {(text: string) => unknown} read for that text
   */
  withText({ project, branch, path }, text, read) {
    const files = this.files.map((each) =>
      each.name === project
        ? {
            ...each,
            branches: { ...each.branches, [branch]: { ...each.branches[branch], [path]: text } },
          }
        : each,
    );
    return new Layout(files, this.#tenant, (each) => (each === text ? read(each) : this.#read(each)));
  }

  /** @param {Source | undefined} source @param {() => void} work */
  #guard(source, work) {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.tell(error, source);
    }
  }

  /** @param {ConfigError} error @param {Source | undefined} source */
  tell({ severity, kind, message, line, file }, source) {
    const where = source === undefined ? 'None' : `${source.project}/${source.path}@${source.branch}`;
    const at =
      source === undefined || line === undefined
        ? source
        : { ...source, line, ...(file === undefined ? {} : { path: file }) };
    this.problems.push({ severity, name: kind, short: message, where, source: at });
  }

  #addBuiltIn() {
    const source = { project: '', branch: '', path: '', isTrusted: true };
    const attributes = {
      name: 'noop',
      parent: null,
      description: 'A job that will always succeed, no operation.',
    };
    this.jobs.set('noop', [{ name: 'noop', attributes, source, branches: undefined, isVariant: false }]);
  }

  /** @param {ProjectFiles} project */
  #stanzasOf(project) {
    const { name, trusted: isTrusted = false, branches } = project;
    const names = Object.keys(branches);
    const first = ['master', 'main'].find((branch) => names.includes(branch)) ?? names[0];
    const ordered = isTrusted
      ? names.slice(0, 1)
      : [...names.filter((each) => each === first), ...names.filter((each) => each !== first)];
    return ordered.flatMap((branch) => {
      const contents = branches[branch] ?? {};
      const at = { project: name, branch, isTrusted };
      const paths = configurationFiles(contents, project['extra-config-paths'] ?? [], (warning) => {
        this.tell(warning, { ...at, path: '' });
      });
      return paths.flatMap((path) => this.#stanzasIn(contents[path] ?? '', { ...at, path }, names.length));
    });
  }

  /** @param {string} text @param {Source} source @param {number} branchCount */
  #stanzasIn(text, source, branchCount) {
    /** @type {{ kind: string, value: Record<string, unknown>, source: Source, implied: Implied }[]} */
    const stanzas = [];
    this.#guard(source, () => {
      const list = this.#read(text);
      if (list === null) return;
      if (!Array.isArray(list)) throw new ConfigError('Unknown', 'the file is no list of objects');
      for (const [index, item] of list.entries()) {
        const at = { ...source, line: placeOf(list, index)?.line ?? 1 };
        this.#guard(at, () => {
          const entries = typeof item === 'object' && item !== null ? Object.entries(item) : [];
          const [kind, value] = entries[0] ?? ['', undefined];
          if (entries.length !== 1)
            throw new ConfigError('Unknown', 'an object has more or less than one key');
          if (!KINDS.includes(kind)) throw new ConfigError('Unknown', `'${kind}' is no kind of object`);
          stanzas.push({ kind, value: value ?? {}, source: at, implied: NOT_IMPLIED });
        });
      }
    });
    const implied = this.#impliedBranches(stanzas, source, branchCount);
    return stanzas.map((stanza) => ({ ...stanza, implied }));
  }

  /**
   * To which branches definitions of a file apply that do not say it.
   * @param {readonly { kind: string, value: Record<string, unknown> }[]} stanzas
   * @param {Source} source
   * @param {number} branchCount
   * @returns {Implied}
   */
  #impliedBranches(stanzas, source, branchCount) {
    let isImplied = !source.isTrusted && branchCount > 1;
    /** @type {BranchMatcher} */
    let stated;
    for (const { kind, value } of stanzas) {
      if (kind !== 'pragma') continue;
      this.#guard(source, () => {
        shapes.pragmaShape(value, 'data');
        const matchers = value['implied-branch-matchers'];
        if (typeof matchers === 'boolean') isImplied = matchers;
        if (value['implied-branches'] !== undefined)
          stated = this.#branchesOf(value['implied-branches'], source);
      });
    }
    const own = isImplied ? onlyOn(source.branch) : undefined;
    return { own, stated: isImplied ? (stated ?? own) : undefined };
  }

  /** @param {unknown} written @param {Source} source */
  #branchesOf(written, source) {
    return { patterns: this.patternsOf(written, source), isExact: false };
  }

  /** @param {unknown} written @param {Source} source @returns {readonly Pattern[]} */
  patternsOf(written, source) {
    return asList(written).map((each) =>
      patternOf(each, (warning) => {
        this.tell(warning, source);
      }),
    );
  }

  /** @param {{ kind: string, value: Record<string, unknown>, source: Source, implied: Implied }} stanza */
  #add({ kind, value, source, implied }) {
    switch (kind) {
      case 'pipeline': {
        if (!source.isTrusted)
          throw new ConfigError('Pipeline Forbidden', 'Pipelines may not be defined in untrusted repos.');
        shapes.pipelineShape(value, 'data');
        this.pipelines.set(String(value['name']), {
          isPostReview: value['post-review'] === true,
          attributes: value,
        });
        break;
      }
      case 'job':
        shapes.jobShape(value, 'data');
        this.#addJob(this.#jobOf(String(value['name']), value, source, implied.stated, false));
        break;
      case 'nodeset':
        this.#addNodeset(value, source);
        break;
      case 'queue':
        shapes.queueShape(value, 'data');
        if (value['dependencies-by-topic'] === true && value['allow-circular-dependencies'] !== true) {
          throw new ConfigError('Unknown', 'dependencies-by-topic needs allow-circular-dependencies');
        }
        this.#isNew('Queue', value, source);
        break;
      case 'semaphore':
        shapes.semaphoreShape(value, 'data');
        if (this.#isNew('Semaphore', value, source))
          this.semaphores.set(String(value['name']), Number(value['max'] ?? 1));
        break;
      case 'secret':
        shapes.secretShape(value, 'data');
        this.#isNew('Secret', value, source);
        break;
      case 'project-template': {
        shapes.templateShape(value, 'data');
        const template = { ...this.#projectOf(value, source, implied.stated), name: String(value['name']) };
        const known = this.templates.get(template.name) ?? [];
        if (known.some((each) => each.source.project !== source.project))
          throw new ConfigError('Unknown', `Project template ${template.name} is already defined`);
        this.templates.set(template.name, [...known, template]);
        break;
      }
      case 'project':
        this.#addProject(value, source, implied.own);
        break;
      default:
    }
  }

  /**
   * Whether something is new: a name may stand on several branches of one project, with the same contents.
   * @param {string} kind
   * @param {Record<string, unknown>} value
   * @param {Source} source
   */
  #isNew(kind, value, source) {
    const name = String(value['name'] ?? '');
    const key = `${kind} ${name}`;
    const known = this.defined.get(key);
    if (known === undefined) {
      this.defined.set(key, { value, source });
      return true;
    }
    const isSame = isDeepStrictEqual(plainValue(known.value), plainValue(value));
    const isOtherBranch = known.source.project === source.project && known.source.branch !== source.branch;
    if (!isSame || !isOtherBranch) {
      this.tell(new ConfigError('Unknown', `${kind} ${name} already defined`), source);
    }
    return false;
  }

  /** @param {Record<string, unknown>} value @param {Source} source */
  #addNodeset(value, source) {
    shapes.nodesetShape(value, 'data');
    checkNodeset(value, this.#tenant);
    if (this.#isNew('Nodeset', value, source)) {
      this.nodesets.set(String(value['name'] ?? ''), { contents: value, source });
    }
  }

  /**
   * @param {string} name
   * @param {Attributes} attributes
   * @param {Source} source
   * @param {BranchMatcher} implied
   * @param {boolean} isVariant
   * @returns {JobDefinition}
   */
  #jobOf(name, attributes, source, implied, isVariant) {
    const { branches } = attributes;
    if ('parent' in attributes && attributes['parent'] === null && !source.isTrusted) {
      throw new ConfigError('Unknown', 'Base jobs must be defined in config projects');
    }
    if (attributes['post-review'] === false) {
      throw new ConfigError('Unknown', 'Once set, the post-review attribute may not be unset');
    }
    if (attributes['intermediate'] === true && attributes['abstract'] !== true) {
      throw new ConfigError('Unknown', 'An intermediate job must also be abstract');
    }
    for (const limit of ['timeout', 'post-timeout']) {
      const seconds = attributes[limit];
      if (typeof seconds === 'number' && this.maxTimeout !== -1 && seconds > this.maxTimeout) {
        throw new ConfigError(
          'Max Timeout Exceeded',
          `The job "${name}" exceeds tenant max-job-timeout ${String(this.maxTimeout)}.`,
        );
      }
    }
    this.#checkSemaphores(attributes);
    for (const each of asList(plainValue(attributes['required-projects']))) {
      this.#requireProject(
        typeof each === 'string' ? each : String(/** @type {Attributes} */ (each)['name']),
      );
    }
    for (const name of asList(attributes['allowed-projects'])) this.#requireProject(String(name));
    for (const field of ['files', 'irrelevant-files']) {
      const written = attributes[field];
      this.patternsOf(written instanceof Control ? written.value : written, source);
    }
    for (const each of asList(plainValue(attributes['failure-output']))) {
      patternOf(each, (warning) => {
        throw new ConfigError('Unknown', warning.message);
      });
    }
    const { nodeset } = attributes;
    if (typeof nodeset === 'object' && nodeset !== null)
      checkNodeset(/** @type {Attributes} */ (nodeset), this.#tenant);
    if ('cleanup-run' in attributes) {
      this.tell(
        new ConfigError(
          'Cleanup Run Deprecation',
          'The cleanup-run job attribute is deprecated.  Replace it with post-run playbooks with the `cleanup` attribute set.',
          { severity: 'warning' },
        ),
        source,
      );
    }
    return {
      name,
      attributes,
      source,
      branches:
        branches === undefined ? (isVariant ? undefined : implied) : this.#branchesOf(branches, source),
      isVariant,
    };
  }

  /** @param {Attributes} attributes */
  #checkSemaphores(attributes) {
    /** @param {unknown} each */
    const nameOf = (each) =>
      typeof each === 'string' ? each : String(/** @type {Attributes} */ (each)['name']);
    const own = new Set(
      [...asList(attributes['semaphores']), ...asList(attributes['semaphore'])].map(nameOf),
    );
    for (const phase of PHASES) {
      for (const playbook of asList(attributes[phase])) {
        if (typeof playbook !== 'object' || playbook === null) continue;
        for (const name of asList(/** @type {Attributes} */ (playbook)['semaphores'])) {
          if (!own.has(String(name))) continue;
          throw new ConfigError(
            'Unknown',
            `Semaphores {'${String(name)}'} specified as both job and playbook semaphores but may only be used for one`,
          );
        }
      }
    }
  }

  /** @param {string} name */
  #requireProject(name) {
    if (this.files.some((project) => project.name === shortName(name))) return;
    throw new ConfigError('Project Not Found', `The project "${name}" was not found.`);
  }

  /** @param {JobDefinition} job */
  #addJob(job) {
    const known = this.jobs.get(job.name) ?? [];
    const other = known.find(({ source }) => source.project !== job.source.project);
    if (other !== undefined) {
      throw new ConfigError(
        'Unknown',
        `Job ${job.name} in ${job.source.project} is not permitted to shadow job ${job.name} in ${other.source.project}`,
      );
    }
    this.jobs.set(job.name, [...known, job]);
  }

  /** @param {Record<string, unknown>} value @param {Source} source @param {BranchMatcher} implied @returns {ProjectDefinition} */
  #projectOf(value, source, implied) {
    /** @type {Map<string, PipelineJobs>} */
    const pipelines = new Map();
    for (const [name, written] of Object.entries(value)) {
      if (!this.pipelines.has(name)) continue;
      const { jobs, 'fail-fast': failFast } = /** @type {{ jobs?: unknown, 'fail-fast'?: boolean }} */ (
        written
      );
      /** @param {number} index */
      const at = (index) => {
        const line = (Array.isArray(jobs) ? placeOf(jobs, index) : placeOf(written, 'jobs'))?.line;
        return line === undefined ? source : { ...source, line };
      };
      pipelines.set(name, {
        failFast,
        jobs: asList(jobs).flatMap((entry, index) =>
          typeof entry === 'string'
            ? [this.#jobOf(entry, {}, at(index), implied, true)]
            : // Of several jobs in one entry Zuul takes the first.
              Object.entries(/** @type {Record<string, Attributes>} */ (entry))
                .slice(0, 1)
                .map(([job, attributes]) => this.#jobOf(job, attributes, at(index), implied, true)),
        ),
      });
    }
    const { branches } = value;
    return {
      branches: branches === undefined ? implied : this.#branchesOf(branches, source),
      source,
      templates: asList(value['templates']).map(String),
      vars: /** @type {Attributes} */ (value['vars'] ?? {}),
      pipelines,
      attributes: value,
    };
  }

  /** @param {Record<string, unknown>} value @param {Source} source @param {BranchMatcher} implied */
  #addProject(value, source, implied) {
    shapes.projectShape(value, 'data');
    const name = String(value['name'] ?? source.project);
    if (name.startsWith('^')) {
      if (!source.isTrusted) throw forbidden();
      this.patternProjects.push({ pattern: name, definition: this.#projectOf(value, source, implied) });
      return;
    }
    const short = shortName(name);
    if (!source.isTrusted && short !== source.project) throw forbidden();
    this.#requireProject(name);
    const definition = this.#projectOf(value, source, implied);
    this.projects.set(short, [...(this.projects.get(short) ?? []), definition]);
  }

  /** Tells of names that nothing has. What refers to them stays, but for jobs of a pipeline that do not exist. */
  #checkReferences() {
    for (const { contents, source } of this.nodesets.values()) {
      this.#guard(source, () => {
        alternativesOf(contents, this.nodesets);
      });
    }
    for (const definitions of this.jobs.values()) {
      for (const { attributes, source, name } of definitions) {
        this.#guard(source, () => {
          this.#checkParent(name, attributes);
        });
        this.#guard(source, () => {
          this.#checkJobReferences(attributes, source);
        });
      }
    }
    const projects = [...this.projects.values()].flat();
    for (const definition of [
      ...[...this.templates.values()].flat(),
      ...projects,
      ...this.patternProjects.map((each) => each.definition),
    ]) {
      for (const { jobs } of definition.pipelines.values()) {
        for (const { name, attributes, source } of jobs) {
          this.#guard(source, () => {
            if (!this.jobs.has(name)) throw new ConfigError('Unknown', `Job ${name} not defined`);
            this.#checkJobReferences(attributes, source);
          });
        }
      }
      for (const template of definition.templates) {
        if (this.templates.has(template)) continue;
        this.tell(
          new ConfigError('Template Not Found', `The project template "${template}" was not found.`),
          definition.source,
        );
      }
    }
  }

  /** @param {string} name @param {Attributes} attributes */
  #checkParent(name, attributes) {
    if (attributes['parent'] === null) return;
    const parent = String(attributes['parent'] ?? this.defaultParent);
    const parents = this.jobs.get(parent);
    if (parents === undefined) throw new ConfigError('Unknown', `Job ${parent} not defined`);
    if (!('parent' in attributes)) return;
    if (parents.some((each) => each.attributes['final'] === true)) {
      throw new ConfigError(
        'Unknown',
        `The parent of job "${name}", "${parent}", is final and can not act as a parent`,
      );
    }
    const isIntermediate = parents.some((each) => each.attributes['intermediate'] === true);
    if (isIntermediate && attributes['abstract'] !== true) {
      throw new ConfigError(
        'Unknown',
        `The parent of job "${name}", "${parent}" is intermediate but "${name}" is not abstract`,
      );
    }
  }

  /** @param {Attributes} attributes @param {Source} source */
  #checkJobReferences(attributes, source) {
    const { nodeset } = attributes;
    if (nodeset !== undefined) alternativesOf(nodeset, this.nodesets);
    this.#checkSecrets(attributes, source);
    for (const each of asList(plainValue(attributes['dependencies']))) {
      const name = typeof each === 'string' ? each : String(/** @type {Attributes} */ (each)['name']);
      if (!this.jobs.has(name)) throw new ConfigError('Unknown', `Job ${name} not defined`);
    }
  }

  /**
   * Secrets belong to the playbooks of a definition, so that one without any needs none.
   * @param {Attributes} attributes
   * @param {Source} source
   */
  #checkSecrets(attributes, source) {
    if (!PHASES.some((phase) => attributes[phase] !== undefined)) return;
    for (const { name, secret } of secretUsesOf(attributes)) {
      const known = this.defined.get(`Secret ${secret}`);
      if (known === undefined) throw new ConfigError('Unknown', `The secret "${secret}" was not found.`);
      if (name === 'zuul' || name === 'nodepool')
        throw new ConfigError('Unknown', 'Secrets named "zuul" or "nodepool" are not allowed.');
      if (known.source.project !== source.project) {
        throw new ConfigError(
          'Unknown',
          `Unable to use secret ${secret}: it is defined in ${known.source.project}, and only jobs of that project may use it.`,
        );
      }
    }
  }
}

const forbidden = () =>
  new ConfigError(
    'Project Forbidden',
    'Within an untrusted project, the only project definition permitted is that of the project itself.',
  );
