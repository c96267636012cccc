// Runs playbooks of the subset in this process, with the results that Ansible gives.
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  isMapping,
  JinjaError,
  NativeText,
  OMIT,
  plain,
  text,
  UndefinedValue,
  UndefinedError,
} from '../jinja/values.js';
import { isTemplate } from '../jinja/parse.js';
import { Templar } from '../jinja/templar.js';
import { booleanOf, ModuleError } from '../modules/context.js';
import { MODULE_FUNCTIONS } from '../modules/index.js';
import { PlaybookError, PlaybookReader } from '../playbook.js';
import { HostFacts, layersOf, magicVariables } from './variables.js';

/** @import { Block, Outer, Play, Step, Task } from '../playbook.js' */
/** @import { Result } from '../modules/context.js' */
/** @import { Engine, EngineRun, HostStats, PlayOutput, PlaybookOutput, TaskOutput } from './engine.js' */

/** @typedef {Record<string, unknown>} Mapping */

/** A task with all that its host knows, ready to be evaluated. @typedef {{ task: Task, host: string, finals: Mapping, templar: Templar }} Look */

const CENSORED = 'hidden, because of no_log';

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {unknown} error whether it is a task's failure, rather than a fault of the engine */
const isFailure = (error) =>
  error instanceof JinjaError ||
  error instanceof ModuleError ||
  error instanceof PlaybookError ||
  (error instanceof Error && error.name === 'JinjaSyntaxError');

/** A value without parameters that are left out. @param {unknown} value @returns {unknown} */
const withoutOmitted = (value) => {
  if (Array.isArray(value)) return value.filter((each) => each !== OMIT).map(withoutOmitted);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== OMIT)
      .map(([name, each]) => [name, withoutOmitted(each)]),
  );
};

/** @param {unknown} value @param {string} name @returns {number} */
const wholeOf = (value, name) => {
  const own = typeof value === 'string' ? Number(value) : value;
  if (typeof own !== 'number' || !Number.isFinite(own))
    throw new JinjaError(`"${name}" is a whole number, not "${text(value)}"`);
  return Math.trunc(own);
};

/** One run of one playbook. */
class Run {
  #options;
  #reader;
  /** @type {Map<string, HostFacts>} */
  #known = new Map();
  /** @type {Set<string>} hosts that have failed for good */
  #failed = new Set();
  /** @type {PlayOutput[]} */
  #plays = [];
  /** @type {Record<string, HostStats>} */
  #stats = {};
  /** @type {Play} */
  #play = { name: undefined, hosts: [], vars: {}, steps: [], roles: [] };
  /** @type {readonly string[]} */
  #playHosts = [];
  /** Whether a failure now would be rescued. */
  #rescuers = 0;
  #directory;

  /** @param {EngineRun} options */
  constructor(options) {
    this.#options = options;
    this.#reader = new PlaybookReader(options.roleDirectories);
    this.#directory = dirname(options.file);
  }

  /** @returns {Promise<PlaybookOutput>} */
  async all() {
    for (const play of this.#reader.plays(this.#options.file)) {
      await this.#runPlay(play);
      if (this.#playHosts.length > 0 && this.#playHosts.every((host) => this.#failed.has(host))) break;
    }
    return { rc: this.#failed.size > 0 ? 2 : 0, plays: this.#plays, stats: this.#stats };
  }

  /** @param {string} host @returns {HostFacts} */
  #factsOf(host) {
    const known = this.#known.get(host) ?? new HostFacts();
    this.#known.set(host, known);
    return known;
  }

  /** @param {string} host @param {keyof HostStats} what */
  #count(host, what) {
    const stats = (this.#stats[host] ??= {
      changed: 0,
      failures: 0,
      ignored: 0,
      ok: 0,
      rescued: 0,
      skipped: 0,
      unreachable: 0,
    });
    stats[what] += 1;
  }

  /** @param {readonly string[]} names @returns {string[]} */
  #hostsOf(names) {
    const { inventory } = this.#options;
    /** @type {Set<string>} */
    const wanted = new Set();
    for (const name of names) {
      if (name === 'all') for (const host of inventory.hosts) wanted.add(host);
      for (const host of inventory.groups[name] ?? []) wanted.add(host);
      if (inventory.hosts.includes(name) || name === 'localhost') wanted.add(name);
    }
    return [...wanted].filter((host) => !this.#failed.has(host));
  }

  /** @param {Play} play */
  async #runPlay(play) {
    this.#play = play;
    this.#playHosts = this.#hostsOf(play.hosts);
    const name = play.name ?? play.hosts.join(',');
    if (this.#playHosts.length === 0) {
      this.#options.events.onPlay?.(name, false);
      return;
    }
    this.#options.events.onPlay?.(name, true);
    const start = new Date();
    /** @type {PlayOutput} */
    const output = { play: { name, duration: { start: start.toISOString(), end: '' } }, tasks: [] };
    this.#plays.push(output);
    for (const host of await this.#steps(play.steps, this.#playHosts)) this.#failed.add(host);
    output.play.duration.end = new Date().toISOString();
  }

  /** @param {readonly Step[]} steps @param {readonly string[]} hosts @returns {Promise<Set<string>>} hosts that failed */
  async #steps(steps, hosts) {
    /** @type {Set<string>} */
    const failed = new Set();
    for (const step of steps) {
      const active = hosts.filter((host) => !failed.has(host));
      if (active.length === 0) break;
      const more = step.kind === 'block' ? await this.#block(step, active) : await this.#task(step, active);
      for (const host of more) failed.add(host);
    }
    return failed;
  }

  /** @param {Block} block @param {readonly string[]} hosts */
  async #block(block, hosts) {
    const isRescuing = block.rescue.length > 0;
    if (isRescuing) this.#rescuers += 1;
    let failed = await this.#steps(block.block, hosts);
    if (isRescuing) {
      this.#rescuers -= 1;
      if (failed.size > 0) failed = await this.#steps(block.rescue, [...failed]);
    }
    for (const host of await this.#steps(block.always, hosts)) failed.add(host);
    return failed;
  }

  /** @param {Task} task @param {string} host @param {Mapping} [finals] @returns {Look} */
  #look(task, host, finals = {}) {
    const { inventory, extraVars } = this.#options;
    const magic = magicVariables(inventory, host, this.#known, this.#directory, this.#playHosts);
    const layers = layersOf(
      { inventory, extraVars, magic, play: this.#play, task, host, known: this.#factsOf(host) },
      finals,
    );
    return { task, host, finals, templar: new Templar(layers) };
  }

  /** @param {Task} task @param {string} host */
  #nameOf(task, host) {
    const own = task.name ?? task.module;
    let name = own;
    if (isTemplate(own)) {
      try {
        name = text(this.#look(task, host).templar.template(own));
      } catch (error) {
        if (!isFailure(error)) throw error;
      }
    }
    return task.role === undefined ? name : `${task.role.name} : ${name}`;
  }

  /** @param {Task} task @param {readonly string[]} hosts @returns {Promise<readonly string[]>} hosts that failed */
  async #task(task, hosts) {
    this.#options.signal.throwIfAborted();
    const start = new Date();
    const name = this.#nameOf(task, hosts[0] ?? '');
    this.#options.events.onTask?.(name);
    /** @type {TaskOutput} */
    const output = { task: { name, duration: { start: start.toISOString(), end: '' } }, hosts: {} };
    this.#plays.at(-1)?.tasks.push(output);
    if (/^include_(?:tasks|role)$/u.test(task.module)) return this.#include(task, hosts, output);
    const ended = await Promise.all(
      hosts.map(async (host) => {
        const result = await this.#runOn(task, host);
        return { host, isFailed: this.#conclude(task, host, result, output) };
      }),
    );
    output.task.duration.end = new Date().toISOString();
    return ended.filter(({ isFailed }) => isFailed).map(({ host }) => host);
  }

  /**
   * Counts, keeps and tells what a task came to on a host.
   * @param {Task} task @param {string} host @param {Result} result @param {TaskOutput} output
   * @returns {boolean} whether the host has failed
   */
  #conclude(task, host, result, output) {
    const { register } = task.keywords;
    const known = this.#factsOf(host);
    const facts = result['ansible_facts'];
    if (isMapping(facts)) {
      if (task.module === 'include_vars') Object.assign(known.included, facts);
      else if (task.module === 'set_fact') Object.assign(known.facts, facts);
    }
    const { censored, ignored, isMissing, ...kept } = result;
    if (typeof register === 'string') known.facts[register] = plainFacts(kept);
    const isFailed = result['failed'] === true;
    const isSkipped = result['skipped'] === true;
    const status = isFailed
      ? ignored === true
        ? 'ignored'
        : 'failed'
      : isSkipped
        ? 'skipped'
        : result['changed'] === true
          ? 'changed'
          : 'ok';
    const shown = /** @type {Result} */ (
      plain(
        censored === true
          ? { censored: CENSORED, changed: result['changed'] === true, ...(isFailed ? { failed: true } : {}) }
          : kept,
      )
    );
    output.hosts[host] = { ...shown, action: task.module };
    if (isFailed && ignored !== true) {
      this.#count(host, this.#rescuers > 0 && isMissing !== true ? 'rescued' : 'failures');
      if (this.#rescuers > 0) {
        known.facts['ansible_failed_result'] = plainFacts(kept);
        known.facts['ansible_failed_task'] = {
          name: task.name ?? task.module,
          action: task.module,
          args: {},
        };
      }
    } else if (isSkipped) this.#count(host, 'skipped');
    else {
      this.#count(host, 'ok');
      if (isFailed) this.#count(host, 'ignored');
      if (result['changed'] === true) this.#count(host, 'changed');
    }
    this.#options.events.onResult?.(host, status, shown);
    return isFailed && ignored !== true;
  }

  /** @param {Task} task @param {string} host @returns {Promise<Result>} with `censored` and `ignored` where the task says so */
  async #runOn(task, host) {
    const { templar } = this.#look(task, host);
    /** @type {unknown[] | undefined} */
    let items;
    /** @type {unknown} */
    let loopError;
    try {
      items = this.#itemsOf(task, templar);
    } catch (error) {
      if (!(error instanceof UndefinedError)) return this.#failure(error, task);
      loopError = error;
    }
    if (items === undefined) return this.#once(this.#look(task, host), loopError);
    if (items.length === 0)
      return { changed: false, skipped: true, skipped_reason: 'No items in the list', results: [] };
    return this.#loop(task, host, items);
  }

  /** @param {Task} task @param {Templar} templar @returns {unknown[] | undefined} */
  #itemsOf({ keywords }, templar) {
    const isOld = 'with_items' in keywords;
    const written = isOld ? keywords['with_items'] : keywords['loop'];
    if (!isOld && !('loop' in keywords)) return undefined;
    const items = templar.template(written);
    if (isOld) {
      const list = Array.isArray(items) ? items : [items];
      return list.flatMap((/** @type {unknown} */ each) => (Array.isArray(each) ? each : [each]));
    }
    if (!Array.isArray(items))
      throw new JinjaError(
        `Invalid data passed to 'loop', it requires a list, got this instead: ${text(items)}`,
      );
    return items;
  }

  /** @param {Task} task @param {string} host @param {readonly unknown[]} items @returns {Promise<Result>} */
  async #loop(task, host, items) {
    const control = task.keywords['loop_control'];
    const name = isMapping(control) ? String(control['loop_var'] ?? 'item') : 'item';
    /** @type {Result[]} */
    const results = [];
    for (const item of items) {
      // What an item registers is there for the next one.
      const { register } = task.keywords;
      const last = results.at(-1);
      const finals = {
        [name]: item,
        ...(typeof register === 'string' && last !== undefined ? { [register]: last } : {}),
      };
      const result = await this.#once(this.#look(task, host, finals), undefined);
      const facts = result['ansible_facts'];
      if (isMapping(facts) && (task.module === 'set_fact' || task.module === 'include_vars'))
        Object.assign(
          task.module === 'set_fact' ? this.#factsOf(host).facts : this.#factsOf(host).included,
          facts,
        );
      results.push({ ...result, [name]: item, ansible_loop_var: name });
    }
    const failures = results.filter(({ failed }) => failed === true);
    const isSkipped = results.every(({ skipped }) => skipped === true);
    return {
      results: results.map(({ censored: _censored, ignored: _ignored, ...rest }) => rest),
      changed: results.some(({ changed }) => changed === true),
      skipped: isSkipped,
      ...(failures.length > 0 ? { failed: true } : {}),
      msg:
        failures.length > 0
          ? 'One or more items failed'
          : isSkipped
            ? 'All items skipped'
            : 'All items completed',
      ...(results.some(({ censored }) => censored === true) ? { censored: true } : {}),
      ...(failures.length > 0 && failures.every(({ ignored }) => ignored === true) ? { ignored: true } : {}),
    };
  }

  /** @param {unknown} error @param {Task} task @returns {Result} */
  #failure(error, task) {
    this.#options.signal.throwIfAborted();
    if (!isFailure(error)) throw error;
    const result = error instanceof ModuleError ? error.result : {};
    return {
      changed: false,
      ...result,
      ...(error instanceof ModuleError && error.message === '' ? {} : { msg: messageOf(error) }),
      failed: true,
      ...(task.keywords['ignore_errors'] === true ? { ignored: true } : {}),
      ...(task.keywords['no_log'] === true ? { censored: true } : {}),
    };
  }

  /** Runs a task once, or once for an item. @param {Look} look @param {unknown} loopError @returns {Promise<Result>} */
  async #once(look, loopError) {
    const { task, templar } = look;
    const { keywords } = task;
    /** @type {Result} */
    const marks = {};
    try {
      /** @param {string} name */
      const flag = (name) =>
        name in keywords && keywords[name] !== null && booleanOf(templar.template(keywords[name]), name);
      if (flag('no_log')) marks['censored'] = true;
      try {
        if (!templar.holds(task.when))
          return { changed: false, skipped: true, skip_reason: 'Conditional result was False', ...marks };
      } catch (error) {
        throw (
          loopError ??
          (isFailure(error) ? new JinjaError(`The conditional check failed: ${messageOf(error)}`) : error)
        );
      }
      if (loopError !== undefined) throw loopError;
      if (flag('ignore_errors')) marks['ignored'] = true;
      const result = await this.#attempts(look, marks['censored'] === true);
      return result['failed'] === true
        ? { ...result, ...marks }
        : { ...result, ...(marks['censored'] === true ? { censored: true } : {}) };
    } catch (error) {
      return { ...this.#failure(error, task), ...marks };
    }
  }

  /** Runs a task until it is as wanted, or has been tried often enough. @param {Look} look @param {boolean} isSecret @returns {Promise<Result>} */
  async #attempts(look, isSecret) {
    const { task, host, templar, finals } = look;
    const { keywords } = task;
    const until = conditionsOf(keywords['until']);
    const retries = 'retries' in keywords ? wholeOf(templar.template(keywords['retries']), 'retries') : 3;
    const pause = 'delay' in keywords ? wholeOf(templar.template(keywords['delay']), 'delay') : 5;
    const most = until.length > 0 ? Math.max(retries, 0) + 1 : 1;
    for (let attempt = 1; ; attempt += 1) {
      const result = await this.#attempt(look, isSecret);
      if (until.length > 0) result['attempts'] = attempt;
      const { register } = keywords;
      const after = () =>
        this.#look(task, host, {
          ...finals,
          ...(typeof register === 'string' ? { [register]: plainFacts(result) } : {}),
        }).templar;
      if (result['skipped'] !== true) this.#judge(keywords, result, after);
      if (most === 1) return result;
      if (after().holds(until)) return result;
      if (attempt === most) return { ...result, attempts: most - 1, failed: true };
      this.#options.events.onLine?.(host, `not yet as wanted: attempt ${String(attempt)} of ${String(most)}`);
      await delay((pause < 0 ? 1 : pause) * 1000, undefined, { signal: this.#options.signal });
    }
  }

  /** What changed_when and failed_when make of a result. @param {Mapping} keywords @param {Result} result @param {() => Templar} after */
  #judge(keywords, result, after) {
    let name = 'changed';
    try {
      const changedWhen = conditionsOf(keywords['changed_when']);
      if (changedWhen.length > 0) result['changed'] = after().holds(changedWhen);
      name = 'failed';
      const failedWhen = conditionsOf(keywords['failed_when']);
      if (failedWhen.length > 0) {
        const isFailed = after().holds(failedWhen);
        result['failed'] = isFailed;
        result['failed_when_result'] = isFailed;
      }
    } catch (error) {
      if (!isFailure(error)) throw error;
      result['failed'] = true;
      result[`${name}_when_result`] = messageOf(error);
    }
  }

  /** @param {Look} look @param {boolean} isSecret @returns {Promise<Result>} */
  async #attempt({ task, host, templar }, isSecret) {
    const { signal, cwd, env, events, give } = this.#options;
    const args = this.#argumentsOf(task, templar);
    const environment = Object.assign({}, ...task.environments.map((each) => templar.template(each)));
    const seconds =
      'timeout' in task.keywords ? wholeOf(templar.template(task.keywords['timeout']), 'timeout') : 0;
    const limit = seconds > 0 ? AbortSignal.timeout(seconds * 1000) : undefined;
    const run = MODULE_FUNCTIONS[task.module];
    if (run === undefined) throw new ModuleError(`the module "${task.module}" is not in the subset`);
    try {
      const result = await run(args, {
        cwd,
        env: {
          ...env,
          ...Object.fromEntries(
            Object.entries(withoutOmitted(environment) ?? {}).map(([name, value]) => [name, text(value)]),
          ),
        },
        signal: limit === undefined ? signal : AbortSignal.any([signal, limit]),
        onLine: (line) => {
          if (!isSecret) events.onLine?.(host, line);
        },
        templar,
        written: task.args,
        find: (kind, name) => this.#find(task, kind, name),
        give: (data) => {
          give(/** @type {Mapping} */ (plain(data)));
        },
      });
      return { failed: false, changed: false, ...result };
    } catch (error) {
      signal.throwIfAborted();
      if (limit?.aborted === true)
        return {
          failed: true,
          changed: false,
          msg: `The ${task.module} action did not end within ${String(seconds)} seconds and was stopped`,
        };
      if (!(error instanceof ModuleError)) throw error;
      return {
        changed: false,
        ...(error.message === '' ? {} : { msg: error.message }),
        ...error.result,
        failed: true,
        ...(error.message === '' ? {} : { msg: error.message }),
      };
    }
  }

  /** @param {Task} task @param {Templar} templar @returns {Mapping} */
  #argumentsOf({ module, args }, templar) {
    /** @type {Mapping} */
    const filled = {};
    for (const [name, value] of Object.entries(args)) {
      // An assertion's conditions are evaluated one by one, by the module.
      if (module === 'assert' && name === 'that') continue;
      const own = module === 'set_fact' ? templar.keep(value) : templar.template(value);
      if (own !== OMIT) filled[name] = withoutOmitted(own);
    }
    return filled;
  }

  /** @param {Task} task @param {'files' | 'vars'} kind @param {string} name */
  #find({ role, directory }, kind, name) {
    if (isAbsolute(name)) return name;
    const places = [
      ...(role === undefined ? [] : [join(role.directory, kind), role.directory]),
      join(directory, kind),
      directory,
      join(this.#directory, kind),
      this.#directory,
    ];
    return places.map((place) => join(place, name)).find((path) => existsSync(path)) ?? join(directory, name);
  }

  /** @param {Task} task @param {readonly string[]} hosts @param {TaskOutput} output @returns {Promise<readonly string[]>} */
  async #include(task, hosts, output) {
    /** @type {Map<string, { file: string, steps: readonly Step[], hosts: string[] }>} */
    const included = new Map();
    /** @type {string[]} */
    const failed = [];
    for (const host of hosts) {
      const { result, files } = this.#includesOn(task, host);
      if (this.#conclude(task, host, result, output)) failed.push(host);
      for (const { key, file, steps } of files) {
        const known = included.get(key) ?? { file, steps, hosts: [] };
        known.hosts.push(host);
        included.set(key, known);
      }
    }
    output.task.duration.end = new Date().toISOString();
    /** @type {Set<string>} */
    const all = new Set(failed);
    for (const { steps, hosts: own } of included.values()) {
      const active = own.filter((host) => !all.has(host));
      for (const host of await this.#steps(steps, active)) all.add(host);
    }
    return [...all];
  }

  /**
   * What a host includes: the same by all hosts is run together.
   * @param {Task} task @param {string} host
   * @returns {{ result: Result, files: { key: string, file: string, steps: readonly Step[] }[] }}
   */
  #includesOn(task, host) {
    try {
      const items = this.#itemsOf(task, this.#look(task, host).templar);
      const control = task.keywords['loop_control'];
      const name = isMapping(control) ? String(control['loop_var'] ?? 'item') : 'item';
      /** @type {{ key: string, file: string, steps: readonly Step[] }[]} */
      const files = [];
      const rounds = items === undefined ? [{}] : items.map((item) => ({ [name]: item }));
      for (const [index, finals] of rounds.entries()) {
        const { templar } = this.#look(task, host, finals);
        if (!templar.holds(task.when)) continue;
        const args = this.#argumentsOf(task, templar);
        /** @type {Outer} */
        const outer = { ...task.outer, finals: { ...task.finals, ...finals } };
        if (task.module === 'include_tasks') {
          const file = text(args['file']);
          files.push({
            key: `${String(index)} ${file} ${JSON.stringify(finals)}`,
            file,
            steps: this.#reader.tasks(file, outer),
          });
        } else {
          const role = this.#reader.role(text(args['name']), this.#directory);
          const from = text(args['tasks_from'] ?? 'main');
          files.push({
            key: `${String(index)} ${role.directory} ${from} ${JSON.stringify(finals)}`,
            file: role.name,
            steps: this.#reader.roleSteps(role, from, outer),
          });
        }
      }
      if (files.length === 0)
        return {
          result: {
            changed: false,
            skipped: true,
            ...(items?.length === 0
              ? { skipped_reason: 'No items in the list' }
              : { skip_reason: 'Conditional result was False' }),
          },
          files,
        };
      return { result: { changed: false, include: files.map(({ file }) => file).join(', ') }, files };
    } catch (error) {
      const result = this.#failure(error, task);
      if (error instanceof PlaybookError) {
        // The include itself went well, as Ansible sees it: what it includes did not, and is counted as not rescued.
        this.#options.events.onResult?.(host, 'ok', {});
        result['isMissing'] = true;
      }
      return { result, files: [] };
    }
  }
}

/** @param {unknown} written @returns {unknown[]} */
const conditionsOf = (written) =>
  written === undefined || written === null ? [] : Array.isArray(written) ? written : [written];

/** A result whose texts are plain. @param {Result} result @returns {Result} */
const plainFacts = (result) =>
  Object.fromEntries(
    Object.entries(result).map(([name, value]) => [
      name,
      value instanceof NativeText ? value.text : value instanceof UndefinedValue ? null : value,
    ]),
  );

/** @type {Engine} */
export const nativeEngine = {
  name: 'native',
  run: (options) => new Run(options).all(),
};
