// Runs playbooks with ansible-playbook, an installed Ansible's, and tells what happens in the same shapes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { toJson } from '../jinja/filters.js';
import { isMapping, text } from '../jinja/values.js';
import { PlaybookError } from '../playbook.js';
import { runCommand } from '../processes.js';
import { moduleName } from '../subset.js';
import { inventoryFile } from '../variables.js';

/** @import { Engine, EngineRun, HostStats, PlaybookOutput, TaskOutput, TaskStatus } from './engine.js' */

/** @typedef {Record<string, unknown>} Mapping */

const HERE = join(import.meta.dirname, 'ansible');

/** What Ansible adds to results for its own use. */
const OWN = new Set(['invocation', 'diff', 'warnings', 'deprecations', 'exception']);

/** @param {Mapping} result @returns {Mapping} */
const cleaned = (result) =>
  Object.fromEntries(
    Object.entries(result)
      .filter(([name]) => !name.startsWith('_ansible_') && !OWN.has(name))
      .map(([name, value]) => [
        name,
        name === 'results' && Array.isArray(value)
          ? value.map((each) => (isMapping(each) ? cleaned(each) : each))
          : value,
      ]),
  );

/** Lines of output that a result holds. @param {Mapping} result @returns {string[]} */
const linesOf = (result) => {
  const { results, stdout_lines: out, stderr_lines: err, msg } = result;
  if (Array.isArray(results)) return results.flatMap((each) => (isMapping(each) ? linesOf(each) : []));
  if (Array.isArray(out)) return [...out, ...(Array.isArray(err) ? err : [])].map(String);
  return msg === undefined || result['failed'] === true ? [] : text(msg).split('\n');
};

/** Takes down what the callback plugin writes. */
class Recorder {
  #events;
  #give;
  /** @type {PlaybookOutput} */
  output = { rc: 0, plays: [], stats: {} };
  /** Lines that are no events. @type {string[]} */
  others = [];

  /** @param {EngineRun['events']} events @param {() => void} give hands on what has been returned so far */
  constructor(events, give) {
    this.#events = events;
    this.#give = give;
  }

  get #play() {
    return this.output.plays.at(-1);
  }

  /** @returns {TaskOutput | undefined} */
  get #task() {
    return this.#play?.tasks.at(-1);
  }

  #end() {
    const now = new Date().toISOString();
    if (this.#task?.task.duration.end === '') this.#task.task.duration.end = now;
    if (this.#play !== undefined) this.#play.play.duration.end = now;
  }

  /** @param {string} line */
  line(line) {
    /** @type {Mapping} */
    let event;
    try {
      event = /** @type {Mapping} */ (JSON.parse(line));
    } catch {
      this.others.push(line);
      return;
    }
    const name = String(event['name']);
    const now = new Date().toISOString();
    if (event['event'] === 'play') {
      this.#end();
      this.output.plays.push({ play: { name, duration: { start: now, end: '' } }, tasks: [] });
      this.#events.onPlay?.(name, true);
    } else if (event['event'] === 'no-hosts') {
      const play = this.output.plays.pop();
      this.#events.onPlay?.(String(play?.play.name), false);
    } else if (event['event'] === 'task') {
      this.#end();
      this.#play?.tasks.push({ task: { name, duration: { start: now, end: '' } }, hosts: {} });
      this.#events.onTask?.(name);
    } else if (event['event'] === 'result') this.#result(event);
    else if (event['event'] === 'stats') {
      this.#end();
      this.output.stats = /** @type {Record<string, HostStats>} */ (event['stats']);
    }
  }

  /** @param {Mapping} event */
  #result(event) {
    const host = String(event['host']);
    const result = cleaned(/** @type {Mapping} */ (event['result']));
    const task = this.#task;
    if (task !== undefined) task.hosts[host] = { ...result, action: moduleName(String(event['action'])) };
    this.#give();
    for (const line of linesOf(result)) this.#events.onLine?.(host, line);
    const status = event['status'] === 'unreachable' ? 'failed' : /** @type {TaskStatus} */ (event['status']);
    this.#events.onResult?.(host, status, result);
  }
}

/** @param {string} file @param {number} from @returns {{ all: Mapping[], size: number }} */
const returnedIn = (file, from) => {
  const written = readFileSync(file, 'utf8');
  const lines = written
    .slice(from)
    .split('\n')
    .filter((line) => line !== '');
  return { all: lines.map((line) => /** @type {Mapping} */ (JSON.parse(line))), size: written.length };
};

/** @param {EngineRun} options @returns {Promise<PlaybookOutput>} */
const run = async ({ file, roleDirectories, inventory, extraVars, cwd, env, signal, events, give }) => {
  const folder = mkdtempSync(join(cwd, '.ansible-'));
  /** @param {string} name */
  const at = (name) => join(folder, name);
  const hosts = /** @type {{ all: { vars: Mapping } }} */ (inventoryFile(inventory));
  const all = {
    ...hosts.all,
    vars: { ansible_python_interpreter: '{{ ansible_playbook_python }}', ...inventory.vars },
  };
  writeFileSync(at('inventory.json'), toJson({ all }), { mode: 0o600 });
  writeFileSync(at('extra.json'), toJson(extraVars), { mode: 0o600 });
  writeFileSync(at('returned'), '');
  writeFileSync(at('ansible.cfg'), '');
  mkdirSync(at('tmp'));
  let seen = 0;
  const recorder = new Recorder(events, () => {
    const { all: returned, size } = returnedIn(at('returned'), seen);
    seen = size;
    for (const each of returned) give(each);
  });
  try {
    const { rc, stderr } = await runCommand({
      file: 'ansible-playbook',
      args: ['-i', at('inventory.json'), '-e', `@${at('extra.json')}`, file],
      cwd,
      env: {
        ...env,
        ANSIBLE_CONFIG: at('ansible.cfg'),
        ANSIBLE_CALLBACK_PLUGINS: join(HERE, 'callbacks'),
        ANSIBLE_HOME: at('tmp'),
        ANSIBLE_LIBRARY: join(HERE, 'library'),
        ANSIBLE_LOCALHOST_WARNING: 'false',
        ANSIBLE_LOCAL_TEMP: at('tmp'),
        ANSIBLE_NOCOLOR: 'true',
        ANSIBLE_PIPELINING: 'true',
        ANSIBLE_REMOTE_TMP: at('tmp'),
        ANSIBLE_RETRY_FILES_ENABLED: 'false',
        ANSIBLE_ROLES_PATH: roleDirectories.join(':'),
        ANSIBLE_STDOUT_CALLBACK: 'zuul_local',
        LC_ALL: env['LC_ALL'] ?? 'C.UTF-8',
        PYTHONDONTWRITEBYTECODE: '1',
        ZUUL_LOCAL_RETURNED: at('returned'),
      },
      signal,
      onLine: (line) => {
        recorder.line(line);
      },
    });
    // Without any statistics nothing has run: the playbook is wrong.
    const isStarted = recorder.output.plays.length > 0 || rc === 0;
    if (!isStarted)
      throw new PlaybookError(
        `${basename(file)}: ansible-playbook ended with ${String(rc)}\n${stderr.trim()}`,
      );
    return { ...recorder.output, rc };
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT')
      throw new PlaybookError(
        'There is no ansible-playbook: install it (on Debian: apt-get install ansible-core), or use --engine native',
      );
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
};

/** @type {Engine} */
export const ansibleEngine = { name: 'ansible', run };
