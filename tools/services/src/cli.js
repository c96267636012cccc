#!/usr/bin/env node
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { detach, detached, forget, record, takeDown } from './detached.js';
import { messageOf } from './errors.js';
import { sourceOf, withServer } from './obtain.js';
import { kindOf, startServer } from './start.js';
import { servers } from './servers/index.js';
import { table } from './table.js';

/** @import { ServerName } from './servers/index.js' */
/** @import { Server } from './server.js' */

const WATCH_INTERVAL = 500;

const USAGE = `services up NAME…            start servers on loopback; Ctrl-C stops them
services up --detach NAME…   start them and return
services down [NAME…]        stop detached ones; all of them without a name
services status              what runs detached
services list                what can be started, and where it would come from

In tests: await using server = await withServer('redis')
`;

/** @param {string} text */
const print = (text) => {
  process.stdout.write(`${text}\n`);
};

/** @param {readonly { name: string, url: string, pid: number | undefined, env: Readonly<Record<string, string>> }[]} running */
const printRunning = (running) => {
  const rows = running.map(({ name, url, pid, env }) => [
    name,
    url,
    String(pid ?? '-'),
    Object.entries(env)
      .map(([variable, value]) => `export ${variable}=${value}`)
      .join(' '),
  ]);
  print(table(['SERVER', 'ADDRESS', 'PID', 'FOR OTHER PROCESSES'], rows));
};

/**
 * @param {AbortSignal} [done] no longer to be waited for
 * @returns {Promise<void>} at the first Ctrl-C or request to end
 */
const interrupted = (done) =>
  new Promise((resolve) => {
    const alive = setInterval(() => undefined, 60_000); // servers alone keep no process alive
    done?.addEventListener('abort', () => {
      clearInterval(alive);
    });
    for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(name, () => {
        clearInterval(alive);
        resolve();
      });
    }
  });

/** @param {readonly string[]} names @returns {ServerName[]} */
const known = (names) => {
  for (const name of names) kindOf(name);
  return /** @type {ServerName[]} */ ([...names]);
};

/** @param {readonly ServerName[]} names */
const up = async (names) => {
  const stop = new AbortController();
  const done = new AbortController();
  const end = interrupted(done.signal);
  void end.then(() => {
    stop.abort(new Error('interrupted'));
  });
  /** @type {Server[]} */
  const running = [];
  try {
    for (const name of names)
      running.push(await withServer(name, /** @type {{}} */ ({ signal: stop.signal })));
    printRunning(running);
    print('\nCtrl-C stops them.');
    await end;
  } finally {
    done.abort();
    await Promise.all(running.map((server) => server.stop()));
  }
};

/** @param {readonly ServerName[]} names */
const upDetached = async (names) => {
  for (const name of names) {
    if (!detached().some((state) => state.name === name)) await detach(name);
  }
  printRunning(detached().filter(({ name }) => names.includes(/** @type {ServerName} */ (name))));
  print('\n`services down` stops them.');
};

/** @param {Server} server @returns {Promise<void>} once its main process has ended by itself */
const ended = async (server) => {
  while (server.pid !== undefined) await delay(WATCH_INTERVAL, undefined, { ref: false });
};

/** The process behind a detached server. @param {ServerName} name */
const keep = async (name) => {
  const done = new AbortController();
  const end = interrupted(done.signal);
  try {
    const server = await startServer(name);
    record(server);
    await Promise.race([end, ended(server)]);
    await server.stop();
    forget(name);
  } finally {
    done.abort();
  }
};

/** @param {readonly string[]} names */
const down = async (names) => {
  const chosen = detached().filter(({ name }) => names.length === 0 || names.includes(name));
  await Promise.all(chosen.map(takeDown));
  print(chosen.length === 0 ? 'nothing runs' : `stopped ${chosen.map(({ name }) => name).join(', ')}`);
};

const status = () => {
  const running = detached();
  if (running.length === 0) print('nothing runs');
  else printRunning(running);
};

const list = () => {
  const rows = Object.values(servers).map(({ name, description }) => [name, description, sourceOf(name)]);
  print(table(['SERVER', 'WHAT', 'FROM'], rows));
};

/** @param {readonly string[]} args @returns {Promise<number>} status of the process */
const main = async (args) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { detach: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  const [command, ...names] = positionals;
  if (command === 'up' && names.length > 0 && !values.help) {
    await (values.detach ? upDetached : up)(known(names));
  } else if (command === 'keep' && names.length === 1) {
    await keep(/** @type {ServerName} */ (known(names)[0]));
  } else if (command === 'down') {
    await down(known(names));
  } else if (command === 'status') {
    status();
  } else if (command === 'list') {
    list();
  } else {
    print(USAGE);
    return values.help ? 0 : 2;
  }
  return 0;
};

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (/** @type {unknown} */ error) => {
    process.stderr.write(`services: ${messageOf(error)}\n`);
    process.exitCode = 1;
  },
);
