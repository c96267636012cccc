import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** How a process is started. */
export interface Program {
  readonly file: string;
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Ends a process, frozen or not, when this one is gone, be it by `kill -9`: a pipe to a shell closes then. */
const endWithThisProcess = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  const words = ['-c', 'read -r _; kill -CONT "$0" && kill "$0"', String(child.pid)];
  const guard = spawn('/bin/sh', words, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  child.once('exit', () => guard.kill('SIGKILL'));
};

/** A process of ours, which can be started again after its end. */
export class Child {
  readonly name: string;
  readonly #program: Program;
  #process: ChildProcess | undefined;
  #log = '';

  constructor(name: string, program: Program) {
    this.name = name;
    this.#program = program;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** The last of what it wrote. */
  get log(): string {
    return this.#log;
  }

  start(): void {
    const { file, words, environment = {} } = this.#program;
    const child = spawn(process.execPath, [file, ...words], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C is for who started it, and who ends it in order.
      detached: true,
    });
    endWithThisProcess(child);
    const keep = (chunk: Buffer): void => {
      this.#log = `${this.#log}${chunk.toString()}`.slice(-4000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.#process = child;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  get isRunning(): boolean {
    return (
      this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null
    );
  }

  /** Ends it with a signal; answers its exit code, null where it was killed. */
  async end(signal: NodeJS.Signals = 'SIGTERM', atMostMilliseconds = 25_000): Promise<number | null> {
    const child = this.#process;
    if (child === undefined || !this.isRunning) return child?.exitCode ?? null;
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), atMostMilliseconds);
    await ended;
    clearTimeout(late);
    return child.exitCode;
  }
}
