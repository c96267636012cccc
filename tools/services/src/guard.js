import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { processesOf, signalAll } from './processes.js';

/** @import { Charge, Command, Request } from './guardian.js' */

const GUARDIAN = fileURLToPath(new URL('guardian.js', import.meta.url));

/** This process's end of a guardian. It keeps the process alive only while a request is under way. */
export class Guard {
  /** The folder that the guardian made. */
  directory = '';
  /** Called with how, when the server's main process has ended. @type {((how: string) => void) | undefined} */
  onExit;
  #child;
  /** @type {Map<number, { resolve: (value: unknown) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();
  #lastId = 0;
  #isGone = false;
  /** @type {Promise<void> | undefined} */
  #closing;

  /** @param {Charge} charge */
  constructor(charge) {
    this.#child = spawn(process.execPath, [GUARDIAN, JSON.stringify(charge)], {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
      // without the test runner's own settings: NODE_OPTIONS may preload what only works there
      env: { PATH: process.env['PATH'] },
    });
    const { stdin, stdout } = this.#child;
    stdin.on('error', () => {
      // the guardian is gone, which 'exit' reports
    });
    this.#child.once('exit', () => {
      this.#end();
    });
    this.#child.once('error', () => {
      this.#end();
    });
    createInterface({ input: stdout }).on('line', (line) => {
      this.#receive(JSON.parse(line));
    });
  }

  /**
   * Starts a guardian; it has made its folder when this resolves.
   * @param {Charge} charge
   * @returns {Promise<Guard>}
   */
  static async start(charge) {
    const guard = new Guard(charge);
    await guard.#expect(0);
    return guard;
  }

  /**
   * Runs a program to its end as the server's user, output to the log.
   * @param {Command} command
   * @returns {Promise<string>} how it ended: empty for success, `status 1`, `SIGKILL`
   */
  async run(command) {
    return String(await this.#ask({ op: 'run', command }));
  }

  /**
   * Starts the server.
   * @param {Command} command
   * @returns {Promise<number>} its pid
   */
  async start(command) {
    return Number(await this.#ask({ op: 'start', command }));
  }

  /**
   * Has a program run once when all is over, before the folder is removed.
   * @param {Command} command
   * @returns {Promise<void>}
   */
  async atEnd(command) {
    await this.#ask({ op: 'atEnd', command });
  }

  /**
   * Sends a signal to every process of the server; for SIGKILL resolves once all are gone.
   * @param {NodeJS.Signals} signal
   * @returns {Promise<void>}
   */
  async signal(signal) {
    await this.#ask({ op: 'signal', signal });
  }

  /** Ends the server, removes the folder, ends the guardian. @returns {Promise<void>} */
  close() {
    this.#closing ??= this.#isGone
      ? Promise.resolve()
      : this.#ask({ op: 'close' }).then(() => {
          this.#child.stdin.end();
        });
    return this.#closing;
  }

  /** @param {Request} request @returns {Promise<unknown>} */
  #ask(request) {
    if (this.#isGone) return Promise.reject(new Error('the guardian of the server is gone'));
    this.#lastId += 1;
    const answer = this.#expect(this.#lastId);
    this.#child.stdin.write(`${JSON.stringify({ id: this.#lastId, ...request })}\n`);
    return answer;
  }

  /** @param {number} id @returns {Promise<unknown>} */
  #expect(id) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#holdWhileWaiting();
    });
  }

  /** @param {{ id?: number, value?: unknown, error?: string, event?: string, directory?: string, how?: string }} message */
  #receive({ id, value, error, event, directory, how }) {
    if (event === 'exit') {
      this.onExit?.(how ?? '');
      return;
    }
    if (event === 'ready') this.directory = directory ?? '';
    const waiting = this.#waiting.get(id ?? 0);
    this.#waiting.delete(id ?? 0);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
    this.#holdWhileWaiting();
  }

  #end() {
    if (this.#isGone) return;
    this.#isGone = true;
    if (this.#closing === undefined && this.directory !== '') this.#takeOver();
    for (const { reject } of this.#waiting.values()) reject(new Error('the guardian of the server ended'));
    this.#waiting.clear();
    this.onExit?.('its guardian ended');
  }

  /** Does for a guardian that was killed what it would have done for us. */
  #takeOver() {
    signalAll(processesOf(this.directory, undefined), 'SIGKILL');
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 3 });
  }

  #holdWhileWaiting() {
    const pipes = /** @type {import('node:net').Socket[]} */ (
      /** @type {unknown} */ ([this.#child.stdin, this.#child.stdout])
    );
    for (const handle of [this.#child, ...pipes]) {
      if (this.#waiting.size > 0) handle.ref();
      else handle.unref();
    }
  }
}
