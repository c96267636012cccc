import { spawn } from 'node:child_process';
import type { Milliseconds } from '@oslofjord/config';
import type { Health } from '../health.ts';

/** Sends assignments as sd_notify(3) does, each as `NAME=value`. */
export type SystemdSend = (assignments: readonly string[]) => void | Promise<void>;

/** How systemd is told. */
export interface SystemdOptions {
  /** Where `NOTIFY_SOCKET` and `WATCHDOG_USEC` are read from. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default {@link sendByCommand}, for Node has no datagrams of Unix sockets */
  readonly send?: SystemdSend;
}

/** Sends with the command `systemd-notify`: a process of its own each time, so the unit needs `NotifyAccess=all`. */
export const sendByCommand =
  (environment: Readonly<Record<string, string | undefined>> = process.env): SystemdSend =>
  async (assignments) =>
    new Promise((resolve) => {
      const child = spawn('systemd-notify', [...assignments], { env: environment, stdio: 'ignore' });
      child.unref();
      // Without systemd there is nobody to tell.
      child.once('error', () => {
        resolve();
      });
      child.once('exit', () => {
        resolve();
      });
    });

/** What of a library that koffi loaded is used. */
export interface KoffiLibraryLike {
  /** A function of the library, by its declaration in C. */
  func(declaration: string): (...args: never[]) => unknown;
}

/** What of koffi is used. */
export interface KoffiLike {
  /** Loads a shared library. */
  load(library: string): KoffiLibraryLike;
}

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2_000_000;

/**
 * Sends from this process, through libc: pass koffi, which is needed for nothing else. A datagram takes microseconds and
 * comes from the main process, as `NotifyAccess=main` wants it. For Linux.
 */
export const sendByKoffi = (koffi: KoffiLike, path: string): SystemdSend => {
  const libc = koffi.load('libc.so.6');
  const socket = libc.func('int socket(int, int, int)') as (...args: number[]) => number;
  const close = libc.func('int close(int)') as (descriptor: number) => number;
  const sendto = libc.func('long sendto(int, const void *, size_t, int, const void *, unsigned int)') as (
    ...args: (number | Buffer)[]
  ) => number;
  // An address in the abstract namespace is written with @ and meant with NUL.
  const name = Buffer.from(path.startsWith('@') ? `\0${path.slice(1)}` : path);
  const address = Buffer.alloc(2 + name.length + (path.startsWith('@') ? 0 : 1));
  address.writeUInt16LE(AF_UNIX, 0);
  name.copy(address, 2);
  return (assignments) => {
    const message = Buffer.from(assignments.join('\n'));
    const descriptor = socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
    if (descriptor < 0) return;
    sendto(descriptor, message, message.length, 0, address, address.length);
    close(descriptor);
  };
};

/**
 * Tells systemd when the service has started (`READY=1`), how it is (`STATUS=`), that it lives (`WATCHDOG=1`, twice in
 * the time the unit allows, and only while liveness passes) and that it ends (`STOPPING=1`). Does nothing where systemd
 * does not ask for it.
 * @returns a function that ends it
 */
export const notifySystemd = (health: Health, options: SystemdOptions = {}): (() => void) => {
  const env = options.env ?? process.env;
  if (env.NOTIFY_SOCKET === undefined || env.NOTIFY_SOCKET === '') return () => undefined;
  const send = options.send ?? sendByCommand(env);
  let told = '';
  let isReady = false;
  let isStopping = false;
  const tell = (): void => {
    const assignments: string[] = [];
    if (!isReady && health.standing('startup').status === 'pass') {
      isReady = true;
      assignments.push('READY=1');
    }
    if (!isStopping && health.phase === 'draining') {
      isStopping = true;
      assignments.push('STOPPING=1');
    }
    const { status, reasons } = health.standing('readiness');
    const words = `${status} ${reasons.filter((reason) => reason !== '').join(', ')}`.trim();
    if (words !== told) {
      told = words;
      assignments.push(`STATUS=${words.replace(/[^\x20-\x7e]/g, '?')}`);
    }
    if (assignments.length > 0) void send(assignments);
  };
  tell();
  const end = health.onChange(tell);
  const allowed: Milliseconds = Number(env.WATCHDOG_USEC ?? 0) / 1000;
  // A unit's watchdog may be meant for another process.
  const isMeant = env.WATCHDOG_PID === undefined || env.WATCHDOG_PID === String(process.pid);
  const timer =
    allowed > 0 && isMeant
      ? setInterval(() => {
          if (health.standing('liveness').status !== 'fail') void send(['WATCHDOG=1']);
        }, allowed / 2).unref()
      : undefined;
  return () => {
    end();
    clearInterval(timer);
  };
};
