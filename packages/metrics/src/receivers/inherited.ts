import { fstatSync, readFileSync, readlinkSync } from 'node:fs';

/** Where systemd's descriptors begin. */
const FIRST = 3;

/**
 * Descriptors that systemd, or what does as it does, hands to this process, by the name it gives them; `unknown` where
 * it gives none.
 */
export const inheritedDescriptors = (
  environment: Readonly<Record<string, string | undefined>>,
  pid: number = process.pid,
): ReadonlyMap<number, string> => {
  const { LISTEN_PID: owner, LISTEN_FDS: count, LISTEN_FDNAMES: names } = environment;
  if (owner !== String(pid) || count === undefined || !/^[0-9]+$/u.test(count)) return new Map();
  const given = names?.split(':') ?? [];
  return new Map(
    Array.from({ length: Number(count) }, (_, index) => [FIRST + index, given[index] ?? 'unknown']),
  );
};

/** Kinds of sockets in /proc/net/unix. */
const KINDS: Readonly<Record<string, 'stream' | 'datagram'>> = { '0001': 'stream', '0002': 'datagram' };

/** What a socket of the Unix family is. */
export interface UnixSocket {
  readonly kind: 'stream' | 'datagram';
  /** Empty where it has none. */
  readonly path: string;
}

/** @returns what the socket behind a descriptor is; undefined where it is none of the Unix family */
export const describeSocket = (descriptor: number): UnixSocket | undefined => {
  try {
    if (!fstatSync(descriptor).isSocket()) return undefined;
    const inode = /\[(\d+)\]/u.exec(readlinkSync(`/proc/self/fd/${String(descriptor)}`))?.[1];
    for (const line of readFileSync('/proc/net/unix', 'utf8').split('\n').slice(1)) {
      const [, , , , type = '', , found, path = ''] = line.trim().split(/\s+/u);
      const kind = KINDS[type];
      if (found === inode && kind !== undefined) return { kind, path };
    }
    return undefined;
  } catch {
    return undefined;
  }
};
