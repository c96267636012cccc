// Playbooks, files of tasks, roles and files of variables, as the native engine runs them.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { readYaml } from '../yaml.js';
import { moduleName, MODULES, readPlaybook, TASK } from './subset.js';

/** @typedef {Record<string, unknown>} Mapping */

/**
 * @typedef {object} Task
 * @property {'task'} kind
 * @property {string | undefined} name
 * @property {string} module without its collection
 * @property {Mapping} args templates not filled in
 * @property {Mapping} keywords
 * @property {readonly unknown[]} when
 * @property {Mapping} vars of the task itself
 * @property {readonly Mapping[]} environments outer first
 * @property {Role | undefined} role
 * @property {string} directory where files it names are looked for
 * @property {Mapping} finals items of the loops that included it
 * @property {Outer} outer what the tasks have that it includes
 */

/**
 * @typedef {object} Block
 * @property {'block'} kind
 * @property {readonly Step[]} block
 * @property {readonly Step[]} rescue
 * @property {readonly Step[]} always
 */

/** @typedef {Task | Block} Step */
/** @typedef {{ name: string, directory: string, defaults: Mapping, vars: Mapping }} Role */

/**
 * @typedef {object} Play
 * @property {string | undefined} name
 * @property {readonly string[]} hosts
 * @property {Mapping} vars
 * @property {readonly Step[]} steps
 * @property {readonly Role[]} roles of its list: their variables count in all of the play
 */

/**
 * What tasks have from what they stand in.
 * @typedef {object} Outer
 * @property {readonly unknown[]} when
 * @property {Mapping} vars
 * @property {readonly Mapping[]} environments
 * @property {Mapping} keywords `no_log`, `ignore_errors`
 * @property {Role | undefined} role
 * @property {string} directory
 * @property {Mapping} finals
 */

/** A playbook that cannot be run; the message says why, with the file and line of each problem. */
export class PlaybookError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'PlaybookError';
  }
}

/** @param {unknown} value @returns {unknown[]} */
const asList = (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** @param {unknown} value @returns {Mapping} */
const asMapping = (value) =>
  typeof value === 'object' && value !== null ? /** @type {Mapping} */ (value) : {};

/** @param {string} file @returns {string} */
const contentsOf = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new PlaybookError(`${file} cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
};

/** @param {string} file @returns {Mapping[]} */
const checkedList = (file) => {
  const { value, problems } = readPlaybook(contentsOf(file), file);
  if (problems.length > 0) {
    throw new PlaybookError(
      problems.map(({ line, message }) => `${file}:${String(line)}: ${message}`).join('\n'),
    );
  }
  return /** @type {Mapping[]} */ (value ?? []);
};

/** Variables in a file. @param {string} file @returns {Mapping} */
export const readVariables = (file) => {
  /** @type {unknown} */
  let read;
  try {
    read = readYaml(contentsOf(file));
  } catch (error) {
    if (error instanceof PlaybookError) throw error;
    throw new PlaybookError(`${file} is no YAML: ${error instanceof Error ? error.message : ''}`);
  }
  if (read === null) return {};
  if (typeof read !== 'object' || Array.isArray(read))
    throw new PlaybookError(`${file} must be stored as a dictionary/hash`);
  return /** @type {Mapping} */ (read);
};

/** @param {string} path without its ending @returns {string | undefined} */
const yamlFile = (path) =>
  [`${path}.yml`, `${path}.yaml`, path].find((each) => /\.ya?ml$/u.test(each) && existsSync(each));

/** Reads plays and what they import, for one playbook. */
export class PlaybookReader {
  #roleDirectories;
  /** @type {Map<string, Mapping[]>} */
  #files = new Map();
  /** Roles that a play imports: it sees their variables as if it listed them. @type {Role[]} */
  #imported = [];

  /** @param {readonly string[]} roleDirectories that hold roles, in the order in which they are looked through */
  constructor(roleDirectories) {
    this.#roleDirectories = roleDirectories;
  }

  /** @param {string} file */
  #list(file) {
    const known = this.#files.get(file) ?? checkedList(file);
    this.#files.set(file, known);
    return known;
  }

  /**
   * @param {string} file
   * @returns {Play[]}
   * @throws {PlaybookError}
   */
  plays(file) {
    const directory = dirname(file);
    const entries = this.#list(file);
    if (!entries.every((entry) => 'hosts' in entry))
      throw new PlaybookError(`${file} is no list of plays: "hosts" is missing`);
    return entries.map((entry) => {
      this.#imported = [];
      /** @type {Outer} */
      const outer = {
        when: [],
        vars: {},
        environments: asList(entry['environment']).map(asMapping),
        keywords: {},
        role: undefined,
        directory,
        finals: {},
      };
      /** @param {string} section */
      const section = (section) => this.#steps(asList(entry[section] ?? []), outer);
      const roles = asList(entry['roles']).map((written) => this.#listedRole(written, outer));
      const steps = [
        ...section('pre_tasks'),
        ...roles.flatMap((each) => each.steps),
        ...section('tasks'),
        ...section('post_tasks'),
      ];
      return {
        name: entry['name'] === undefined ? undefined : String(entry['name']),
        hosts: asList(entry['hosts']).map(String),
        vars: asMapping(entry['vars']),
        steps,
        roles: [...roles.map(({ role }) => role), ...this.#imported],
      };
    });
  }

  /** @param {unknown} written @param {Outer} outer */
  #listedRole(written, outer) {
    const own = typeof written === 'string' ? { role: written } : asMapping(written);
    const found = this.role(String(own['role'] ?? own['name']), outer.directory);
    // What a list or an import says of a role counts in all of the play, below the role's own variables.
    const vars = asMapping(own['vars']);
    const role = { ...found, vars: { ...vars, ...found.vars } };
    const inner = {
      ...outer,
      when: [...outer.when, ...asList(own['when'])],
      vars: { ...outer.vars, ...vars },
    };
    return { role, steps: this.roleSteps(role, 'main', inner) };
  }

  /** @param {readonly unknown[]} list @param {Outer} outer @returns {Step[]} */
  #steps(list, outer) {
    return list.flatMap((entry) => this.#step(asMapping(entry), outer));
  }

  /** @param {Mapping} entry @param {Outer} outer @returns {Step[]} */
  #step(entry, outer) {
    const { block, rescue, always } = entry;
    const inner = {
      ...outer,
      when: [...outer.when, ...asList(entry['when'])],
      vars: { ...outer.vars, ...asMapping(entry['vars']) },
      environments: [...outer.environments, ...asList(entry['environment']).map(asMapping)],
      keywords: {
        ...outer.keywords,
        ...Object.fromEntries(
          Object.entries(entry).filter(([name]) => name === 'no_log' || name === 'ignore_errors'),
        ),
      },
    };
    if (block !== undefined) {
      /** @param {unknown} section */
      const steps = (section) => this.#steps(asList(section ?? []), inner);
      return [{ kind: 'block', block: steps(block), rescue: steps(rescue), always: steps(always) }];
    }
    const [written = ''] = Object.keys(entry).filter((name) => !TASK.includes(name));
    const module = moduleName(written);
    const value = entry[written];
    const free = MODULES[module]?.free;
    const args = {
      ...asMapping(entry['args']),
      ...(typeof value === 'string' && free !== undefined ? { [free]: value } : asMapping(value)),
    };
    if (module === 'import_tasks') return this.tasks(String(args['file']), inner);
    if (module === 'import_role') {
      const found = this.role(String(args['name']), inner.directory);
      const role = { ...found, vars: { ...asMapping(entry['vars']), ...found.vars } };
      this.#imported.push(role);
      return this.roleSteps(role, String(args['tasks_from'] ?? 'main'), inner);
    }
    const { keywords, when, vars, environments, role, directory } = inner;
    const own = Object.fromEntries(Object.entries(entry).filter(([name]) => TASK.includes(name)));
    return [
      {
        kind: 'task',
        name: entry['name'] === undefined || entry['name'] === null ? undefined : String(entry['name']),
        module,
        args,
        keywords: { ...keywords, ...own },
        when,
        vars,
        environments,
        role,
        directory,
        finals: outer.finals,
        // An include hands down its variables, but not its condition.
        outer: { ...outer, vars },
      },
    ];
  }

  /**
   * The tasks of a file that a task names.
   * @param {string} file
   * @param {Outer} outer
   * @returns {Step[]}
   * @throws {PlaybookError}
   */
  tasks(file, outer) {
    const path = this.#find(file, outer);
    const entries = this.#list(path);
    const wrong = entries.findIndex((entry) => 'hosts' in entry);
    if (wrong !== -1) throw new PlaybookError(`${path} holds plays, where tasks are expected`);
    return this.#steps(entries, { ...outer, directory: dirname(path) });
  }

  /** @param {string} file @param {Outer} outer */
  #find(file, { directory, role }) {
    if (isAbsolute(file)) return file;
    const places = [
      directory,
      ...(role === undefined ? [] : [join(role.directory, 'tasks'), role.directory]),
    ];
    return places.map((place) => join(place, file)).find((path) => existsSync(path)) ?? join(directory, file);
  }

  /**
   * @param {string} name
   * @param {string} directory of who asks for it
   * @returns {Role}
   * @throws {PlaybookError}
   */
  role(name, directory) {
    const places = [join(directory, 'roles'), ...this.#roleDirectories, directory];
    const found = places.map((place) => join(place, name)).find((path) => existsSync(path));
    if (found === undefined)
      throw new PlaybookError(`the role '${name}' was not found in ${places.join(', ')}`);
    /** @param {string} kind */
    const variables = (kind) => {
      const file = yamlFile(join(found, kind, 'main'));
      return file === undefined ? {} : readVariables(file);
    };
    if (yamlFile(join(found, 'meta', 'main')) !== undefined) {
      const { dependencies } = readVariables(yamlFile(join(found, 'meta', 'main')) ?? '');
      if (asList(dependencies).length > 0)
        throw new PlaybookError(`${found}/meta: dependencies of a role are not in the subset`);
    }
    return {
      name: basename(found),
      directory: found,
      defaults: variables('defaults'),
      vars: variables('vars'),
    };
  }

  /**
   * @param {Role} role
   * @param {string} from the file of its tasks, without ending
   * @param {Outer} outer
   * @returns {Step[]}
   */
  roleSteps(role, from, outer) {
    const path = yamlFile(join(role.directory, 'tasks', from));
    if (path === undefined) {
      if (from === 'main') return [];
      throw new PlaybookError(`the role '${role.name}' has no tasks/${from}.yaml`);
    }
    return this.#steps(this.#list(path), { ...outer, role, directory: dirname(path) });
  }
}
