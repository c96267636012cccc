// The subset of Ansible that runs without Ansible: what plays, blocks, tasks and modules may hold. docs/ansible-subset.md
// is the table for readers; whatever is not in these tables is refused by name.
import { readYaml } from '../yaml.js';
import { Control, Encrypted, Float, placeOf } from '../values.js';
import { FILTERS } from './jinja/filters.js';
import { isTemplate, JinjaSyntaxError, parseExpression, partsOf } from './jinja/parse.js';
import { TESTS } from './jinja/tests.js';

/** @import { Expression } from './jinja/parse.js' */

/** @typedef {{ line: number, message: string, rule: 'playbook-syntax' | 'playbook-subset' | 'playbook-template' }} PlaybookProblem */
/** @typedef {Record<string, unknown>} Mapping */

/**
 * How a module is called.
 * @typedef {object} ModuleCall
 * @property {readonly string[] | 'any'} parameters
 * @property {readonly string[]} [required] one of the alternatives `a|b` must be there
 * @property {string} [free] the parameter that a bare text stands for
 */

const COMMAND = [
  'cmd',
  'chdir',
  'creates',
  'removes',
  'executable',
  'stdin',
  'stdin_add_newline',
  'strip_empty_ends',
];

/** @type {Readonly<Record<string, ModuleCall>>} */
export const MODULES = {
  assert: { parameters: ['that', 'fail_msg', 'msg', 'success_msg', 'quiet'], required: ['that'] },
  command: { parameters: [...COMMAND, 'argv'], required: ['cmd|argv'], free: 'cmd' },
  copy: { parameters: ['content', 'src', 'dest', 'mode', 'remote_src'], required: ['content|src', 'dest'] },
  debug: { parameters: ['msg', 'var'] },
  fail: { parameters: ['msg'] },
  file: { parameters: ['path', 'state', 'mode', 'src'], required: ['path'] },
  import_role: { parameters: ['name', 'tasks_from'], required: ['name'] },
  import_tasks: { parameters: ['file'], required: ['file'], free: 'file' },
  include_role: { parameters: ['name', 'tasks_from'], required: ['name'] },
  include_tasks: { parameters: ['file'], required: ['file'], free: 'file' },
  include_vars: { parameters: ['file', 'name'], required: ['file'], free: 'file' },
  set_fact: { parameters: 'any' },
  shell: { parameters: COMMAND, required: ['cmd'], free: 'cmd' },
  slurp: { parameters: ['src'], required: ['src'] },
  stat: { parameters: ['path', 'follow'], required: ['path'] },
  wait_for: {
    parameters: ['host', 'port', 'path', 'state', 'timeout', 'delay', 'sleep', 'connect_timeout', 'msg'],
  },
  zuul_return: { parameters: ['data'], required: ['data'] },
};

const PLAY = [
  'name',
  'hosts',
  'gather_facts',
  'vars',
  'environment',
  'pre_tasks',
  'roles',
  'tasks',
  'post_tasks',
];
const BLOCK = ['name', 'block', 'rescue', 'always', 'when', 'vars', 'environment', 'ignore_errors', 'no_log'];
export const TASK = [
  ...['name', 'when', 'register', 'loop', 'with_items', 'loop_control', 'environment', 'args', 'failed_when'],
  ...['changed_when', 'ignore_errors', 'until', 'retries', 'delay', 'timeout', 'no_log', 'vars'],
];
const ROLE = ['role', 'name', 'vars', 'when'];
/** What an include does not take: it runs nothing itself. */
const NOT_FOR_INCLUDES = [
  'register',
  'until',
  'retries',
  'delay',
  'failed_when',
  'changed_when',
  'timeout',
  'args',
  'environment',
  'no_log',
  'ignore_errors',
];
const CONDITIONS = ['when', 'failed_when', 'changed_when', 'until'];
const STATES = ['file', 'directory', 'absent', 'touch', 'link'];
const WAIT_STATES = ['started', 'present', 'stopped', 'drained', 'absent'];

/** A module's name without the collection it is in. @param {string} name */
export const moduleName = (name) => name.replace(/^ansible\.(?:builtin|legacy)\./u, '');

/** @param {unknown} value @returns {value is Mapping} */
const isMapping = (value) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Float || value instanceof Control || value instanceof Encrypted);

/** The names of filters and tests in an expression. @param {Expression} expression @returns {string[]} */
const unknownNames = (expression) => {
  /** @type {string[]} */
  const unknown = [];
  /** @param {unknown} node */
  const visit = (node) => {
    if (Array.isArray(node)) for (const each of node) visit(each);
    else if (isMapping(node)) {
      if (node['kind'] === 'filter' && FILTERS[String(node['name'])] === undefined)
        unknown.push(`the filter "${String(node['name'])}" is not in the subset`);
      if (node['kind'] === 'test' && TESTS[String(node['name'])] === undefined)
        unknown.push(`the test "${String(node['name'])}" is not in the subset`);
      for (const each of Object.values(node)) visit(each);
    }
  };
  visit(expression);
  return unknown;
};

/** Whether quotes in a text end, as Ansible wants them to even in commands of a shell. @param {string} text */
const areQuotesClosed = (text) => {
  /** @type {string | undefined} */
  let open;
  for (const [index, character] of [...text].entries()) {
    if ((character !== '"' && character !== "'") || text[index - 1] === '\\') continue;
    if (open === undefined) open = character;
    else if (open === character) open = undefined;
  }
  return open === undefined;
};

/** One look at one file. */
class Check {
  /** @type {PlaybookProblem[]} */
  problems = [];

  /** @param {unknown} container @param {string | number} key @param {PlaybookProblem['rule']} rule @param {string} message */
  tell(container, key, rule, message) {
    const { line } = placeOf(container, key) ?? { line: 1 };
    this.problems.push({ line, message, rule });
  }

  /** @param {unknown} container @param {string | number} key @param {string} message */
  refuse(container, key, message) {
    this.tell(container, key, 'playbook-subset', message);
  }

  /** @param {unknown} container @param {string | number} key @param {string} message */
  wrong(container, key, message) {
    this.tell(container, key, 'playbook-syntax', message);
  }

  /** @param {unknown} list */
  playbook(list) {
    if (list === null) return;
    if (!Array.isArray(list)) {
      this.wrong(undefined, 0, 'a playbook is a list of plays, and a file of tasks a list of tasks');
      return;
    }
    for (const [index, entry] of list.entries()) {
      if (!isMapping(entry)) this.wrong(list, index, 'an entry of a playbook is a mapping');
      else if ('import_playbook' in entry)
        this.refuse(entry, 'import_playbook', '"import_playbook" is not in the subset');
      else if ('hosts' in entry) this.play(entry, list, index);
      else this.task(entry, list, index);
    }
  }

  /** @param {Mapping} play @param {unknown} list @param {number} index */
  play(play, list, index) {
    this.#keys(play, PLAY, 'of a play');
    if (!('gather_facts' in play))
      this.refuse(list, index, 'a play needs "gather_facts: false": facts are not gathered in the subset');
    else if (play['gather_facts'] !== false)
      this.refuse(play, 'gather_facts', '"gather_facts" must be false: facts are not gathered in the subset');
    const hosts = play['hosts'];
    const areNames =
      typeof hosts === 'string' || (Array.isArray(hosts) && hosts.every((each) => typeof each === 'string'));
    if (!areNames) this.wrong(play, 'hosts', '"hosts" is a name or a list of names');
    else if ([hosts].flat().some((each) => /[!&~*[\]:,{]/u.test(String(each))))
      this.refuse(play, 'hosts', '"hosts" takes names of hosts and groups; patterns are not in the subset');
    this.#environmentAndVars(play);
    for (const section of ['pre_tasks', 'tasks', 'post_tasks']) this.#tasks(play, section);
    this.#roles(play);
  }

  /** @param {Mapping} play */
  #roles(play) {
    const roles = play['roles'];
    if (roles === undefined) return;
    if (!Array.isArray(roles)) {
      this.wrong(play, 'roles', '"roles" is a list');
      return;
    }
    for (const [index, role] of roles.entries()) {
      if (typeof role === 'string') continue;
      if (!isMapping(role) || typeof (role['role'] ?? role['name']) !== 'string') {
        this.wrong(roles, index, 'a role is its name, or a mapping with "role"');
        continue;
      }
      this.#keys(role, ROLE, 'of a role');
      this.#environmentAndVars(role);
      this.#condition(role, 'when');
    }
  }

  /** @param {Mapping} of @param {readonly string[]} known @param {string} where */
  #keys(of, known, where) {
    for (const name of Object.keys(of))
      if (!known.includes(name)) this.refuse(of, name, `"${name}" ${where} is not in the subset`);
  }

  /** @param {Mapping} of */
  #environmentAndVars(of) {
    for (const name of ['vars', 'environment']) {
      if (!(name in of) || of[name] === null) continue;
      if (isMapping(of[name])) this.templates(of, name);
      else this.refuse(of, name, `"${name}" is a mapping in the subset`);
    }
  }

  /** @param {Mapping} of @param {string} section */
  #tasks(of, section) {
    const tasks = of[section];
    if (tasks === undefined || tasks === null) return;
    if (!Array.isArray(tasks)) {
      this.wrong(of, section, `"${section}" is a list of tasks`);
      return;
    }
    for (const [index, task] of tasks.entries()) {
      if (isMapping(task)) this.task(task, tasks, index);
      else this.wrong(tasks, index, 'a task is a mapping');
    }
  }

  /** @param {Mapping} task @param {unknown} list @param {number} index */
  task(task, list, index) {
    if ('block' in task) {
      this.#keys(task, BLOCK, 'of a block');
      this.#condition(task, 'when');
      this.#environmentAndVars(task);
      for (const section of ['block', 'rescue', 'always']) this.#tasks(task, section);
      return;
    }
    const others = Object.keys(task).filter((name) => !TASK.includes(name));
    const modules = others.filter((name) => MODULES[moduleName(name)] !== undefined);
    for (const name of others.filter((each) => !modules.includes(each))) {
      const isWord =
        modules.length > 0 ||
        /^(?:become|delegate|run_once|notify|tags|async|poll|local_action|action|listen|with_|any_errors|check_mode|diff|throttle|connection|debugger|module_defaults|remote_user|collections|vars_files|handlers)/u.test(
          name,
        );
      this.refuse(
        task,
        name,
        isWord ? `"${name}" of a task is not in the subset` : `the module "${name}" is not in the subset`,
      );
    }
    const [name, second] = modules;
    if (second !== undefined)
      this.wrong(task, second, `a task calls one module, not "${String(name)}" and "${second}"`);
    if (name === undefined) {
      if (others.length === 0) this.wrong(list, index, 'a task calls a module');
    } else this.#module(task, name);
    this.#keywords(task);
  }

  /** @param {Mapping} task */
  #keywords(task) {
    for (const name of CONDITIONS) this.#condition(task, name);
    this.#environmentAndVars(task);
    for (const name of [
      'name',
      'loop',
      'with_items',
      'no_log',
      'ignore_errors',
      'retries',
      'delay',
      'timeout',
    ])
      this.templates(task, name);
    if ('loop' in task && 'with_items' in task)
      this.wrong(task, 'with_items', '"loop" and "with_items" do not go together');
    const { register } = task;
    if (register !== undefined && !/^[A-Za-z_]\w*$/u.test(String(register)))
      this.wrong(task, 'register', '"register" takes the name of a variable');
    const control = task['loop_control'];
    if (control !== undefined) {
      if (isMapping(control)) this.#keys(control, ['loop_var', 'label'], 'of loop_control');
      else this.wrong(task, 'loop_control', '"loop_control" is a mapping');
    }
    for (const name of ['retries', 'delay', 'timeout']) {
      const value = task[name];
      if (value !== undefined && !Number.isInteger(value) && typeof value !== 'string')
        this.wrong(task, name, `"${name}" is a whole number`);
    }
  }

  /** @param {Mapping} task @param {string} written */
  #module(task, written) {
    const name = moduleName(written);
    const call = /** @type {ModuleCall} */ (MODULES[name]);
    const value = task[written];
    const args = task['args'];
    if (args !== undefined && !isMapping(args))
      this.refuse(task, 'args', '"args" is a mapping in the subset');
    if (typeof value === 'string' && call.free === undefined) {
      this.refuse(
        task,
        written,
        `the parameters of "${name}" are a mapping in the subset, not text with "="`,
      );
      return;
    }
    if (typeof value !== 'string' && value !== null && !isMapping(value)) {
      this.wrong(
        task,
        written,
        `the parameters of "${name}" are a mapping${call.free === undefined ? '' : ' or a text'}`,
      );
      return;
    }
    if (typeof value === 'string' && call.free !== undefined) {
      if (!areQuotesClosed(value))
        this.wrong(
          task,
          written,
          `a quote in the text of "${name}" does not end: write the text under "cmd"`,
        );
      const setting =
        /(?:^|\s)(chdir|creates|removes|executable|stdin|argv|cmd|file|name|strip_empty_ends|stdin_add_newline)=/u.exec(
          value,
        );
      if (setting !== null)
        this.refuse(
          task,
          written,
          `"${String(setting[1])}=" inside of the text of "${name}" is not in the subset: write it under "args"`,
        );
    }
    /** @type {Map<string, Mapping>} */
    const given = new Map();
    for (const each of [args, value])
      if (isMapping(each)) for (const parameter of Object.keys(each)) given.set(parameter, each);
    if (call.parameters !== 'any') {
      for (const [parameter, of] of given)
        if (!call.parameters.includes(parameter))
          this.refuse(of, parameter, `the parameter "${parameter}" of "${name}" is not in the subset`);
    } else {
      for (const [fact, of] of given) {
        if (fact === 'cacheable') this.refuse(of, fact, `"cacheable" of "${name}" is not in the subset`);
        else if (!/^[A-Za-z_]\w*$/u.test(fact))
          this.refuse(
            of,
            fact,
            `"${fact}" is no name of a variable, and a template for one is not in the subset`,
          );
      }
    }
    if (typeof value === 'string' && value.trim() !== '' && call.free !== undefined)
      given.set(call.free, task);
    for (const required of call.required ?? []) {
      const alternatives = required.split('|');
      if (!alternatives.some((each) => given.has(each)))
        this.wrong(task, written, `"${name}" needs "${alternatives.join('" or "')}"`);
    }
    this.#special(name, given, task, written);
  }

  /** @param {string} name @param {ReadonlyMap<string, Mapping>} given @param {Mapping} task @param {string} written */
  #special(name, given, task, written) {
    if (/^(?:include|import)_(?:tasks|role)$/u.test(name)) {
      for (const keyword of NOT_FOR_INCLUDES)
        if (keyword in task) this.refuse(task, keyword, `"${keyword}" of "${name}" is not in the subset`);
    }
    if (name.startsWith('import_')) {
      for (const keyword of ['loop', 'with_items'])
        if (keyword in task)
          this.wrong(task, keyword, `"${name}" takes no loop: write "include_${name.slice(7)}"`);
      if (isTemplate(JSON.stringify(task[written])))
        this.refuse(
          task,
          written,
          `"${name}" takes no templates in the subset: write "include_${name.slice(7)}"`,
        );
    }
    if (name === 'assert') this.#condition(given.get('that') ?? {}, 'that');
    for (const [parameter, of] of given) {
      if (name === 'assert' && parameter === 'that') continue;
      this.templates(of, of === task ? written : parameter);
    }
    const state = given.get('state')?.['state'];
    const states = name === 'file' ? STATES : WAIT_STATES;
    if (typeof state === 'string' && !isTemplate(state) && !states.includes(state))
      this.refuse(
        given.get('state'),
        'state',
        `the state "${state}" of "${name}" is not in the subset: ${states.join(', ')}`,
      );
    const mode = given.get('mode')?.['mode'];
    if (
      mode !== undefined &&
      !(typeof mode === 'string' && (isTemplate(mode) || /^0?[0-7]{3,4}$/u.test(mode))) &&
      typeof mode !== 'number'
    )
      this.refuse(
        given.get('mode'),
        'mode',
        '"mode" is an octal number in quotes in the subset, as in "0644"',
      );
    if (name === 'debug' && given.has('var')) {
      const value = given.get('var')?.['var'];
      if (typeof value === 'string' && !isTemplate(value))
        this.#expression(given.get('var'), 'var', value, false);
    }
  }

  /** Checks the templates in a value. @param {Mapping} of @param {string} key */
  templates(of, key) {
    /** @param {unknown} container @param {string | number} at @param {unknown} value */
    const visit = (container, at, value) => {
      if (typeof value === 'string') this.#template(container, at, value);
      else if (Array.isArray(value)) for (const [index, each] of value.entries()) visit(value, index, each);
      else if (isMapping(value)) {
        for (const [name, each] of Object.entries(value)) {
          if (isTemplate(name)) this.refuse(value, name, 'a template as a key is not in the subset');
          visit(value, name, each);
        }
      } else if (value instanceof Encrypted)
        this.refuse(container, at, 'encrypted values are not in the subset');
      else if (value instanceof Control)
        this.wrong(container, at, '!override and !inherit mean nothing in a playbook');
    };
    if (key in of) visit(of, key, of[key]);
  }

  /** @param {unknown} container @param {string | number} key @param {string} text */
  #template(container, key, text) {
    if (!isTemplate(text)) return;
    try {
      for (const part of partsOf(text))
        if (part.kind === 'expression') this.#expression(container, key, part.source, false);
    } catch (error) {
      if (!(error instanceof JinjaSyntaxError)) throw error;
      this.tell(container, key, 'playbook-template', `"${text.trim()}": ${error.message}`);
    }
  }

  /** @param {unknown} container @param {string | number} key @param {string} source @param {boolean} isCondition */
  #expression(container, key, source, isCondition) {
    try {
      for (const message of unknownNames(parseExpression(source, { isCondition })))
        this.tell(container, key, 'playbook-template', `"${source.trim()}": ${message}`);
    } catch (error) {
      if (!(error instanceof JinjaSyntaxError)) throw error;
      this.tell(container, key, 'playbook-template', `"${source.trim()}": ${error.message}`);
    }
  }

  /** @param {Mapping} of @param {string} key */
  #condition(of, key) {
    if (!(key in of)) return;
    const value = of[key];
    const all = Array.isArray(value) ? value : [value];
    for (const [index, each] of all.entries()) {
      const [container, at] = Array.isArray(value) ? [value, index] : [of, key];
      if (typeof each === 'boolean' || each === null) continue;
      if (typeof each !== 'string') this.wrong(container, at, `"${key}" takes conditions as text`);
      else if (isTemplate(each))
        this.refuse(container, at, `"${key}" takes a condition without {{ }}: "${each}"`);
      else if (each !== '') this.#expression(container, at, each, true);
    }
  }
}

/**
 * Reads a playbook or a file of tasks.
 * @param {string} text
 * @param {string} file for the message where it is no YAML
 * @returns {{ value: unknown, problems: PlaybookProblem[] }} problems in the order of lines
 */
export const readPlaybook = (text, file) => {
  const check = new Check();
  /** @type {unknown} */
  let value;
  try {
    value = readYaml(text);
    check.playbook(value);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = Number(/at line (\d+)/u.exec(message)?.[1] ?? 1);
    check.problems = [{ line, message: `${file} is no YAML: ${message}`, rule: 'playbook-syntax' }];
  }
  return { value, problems: check.problems.sort((one, other) => one.line - other.line) };
};

/**
 * What in a playbook or a file of tasks is not in the subset of Ansible that runs natively.
 * @param {string} text
 * @param {string} file for the message where it is no YAML
 * @returns {PlaybookProblem[]} in the order of lines
 */
export const checkPlaybook = (text, file) => readPlaybook(text, file).problems;
