import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { builtFile } from '../built.ts';
import { until } from '../collector/sending.ts';

/** A daemon that runs as a process of its own. */
export interface DaemonProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** What it wrote on both outputs by now. */
  readonly output: () => string;
  /** Asks it to end, and answers its exit code, or the signal that ended it; undefined where it did not in time. */
  readonly end: (milliseconds?: number) => Promise<number | string | undefined>;
}

/** Starts a program and keeps what it writes. */
export const startProcess = (
  command: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): DaemonProcess => {
  const child = spawn(command, words, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let text = '';
  const note = (chunk: Buffer): void => {
    text += chunk.toString();
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const closed = once(child, 'close') as Promise<[number | null, string | null]>;
  const end = async (milliseconds = 5000): Promise<number | string | undefined> => {
    child.kill('SIGTERM');
    return Promise.race([
      closed.then(([code, signal]) => code ?? signal ?? undefined),
      new Promise<undefined>((resolve) => {
        setTimeout(resolve, milliseconds, undefined).unref();
      }),
    ]);
  };
  return {
    child,
    output: () => text,
    end,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await closed;
    },
  };
};

/** Starts our daemon, and waits until it says where its page is. */
export const startDaemon = async (
  words: readonly string[],
): Promise<DaemonProcess & { readonly url: string }> => {
  const daemon = startProcess(process.execPath, [await builtFile('bin/oslofjord-metrics'), ...words]);
  const urlOf = (): string => /INFO (http:\S+) shows/u.exec(daemon.output())?.[1] ?? '';
  const hasEnded = (): boolean => daemon.child.exitCode !== null;
  await until(() => urlOf() !== '' || hasEnded(), 'the daemon is ready', 20_000);
  if (hasEnded()) throw new Error(daemon.output());
  return { ...daemon, url: urlOf() };
};

/** Python's daemon, told to listen on loopback only. */
const ORIGINAL = `
import wsgiref.simple_server as server
make = server.make_server
server.make_server = lambda host, port, app: make('127.0.0.1', port, app)
from oslo_metrics.__main__ import main
main()
`;

export const startOriginal = (configuration: string): DaemonProcess =>
  startProcess('/usr/bin/python3', ['-c', ORIGINAL, '--config-file', configuration]);

/** Whether something listens on a port of this machine. */
export const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
