import { ConfigurationError } from '../../errors.ts';
import type { HostAddress } from './pipeline.ts';

const DEFAULT_PORT = 11211;

/**
 * Reads how operators write a server: `host`, `host:port`, `[address]:port`, `inet:` or `inet6:` before them,
 * `unix:/path` or a path. The name is the one that Python's clients compute placement with.
 * @throws ConfigurationError
 */
export const addressOf = (written: string): HostAddress => {
  const text = written.trim();
  const path = /^(?:unix:)?(\/.+)$/u.exec(text)?.[1];
  if (path !== undefined) return { name: path, path };
  const [, family, rest = ''] = /^(?:(inet6?):)?(.*)$/su.exec(text) ?? [];
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/u.exec(rest);
  const plain = bracketed ?? /^([^:\s]+)(?::(\d+))?$/u.exec(rest);
  const host = plain?.[1];
  const port = Number(plain?.[2] ?? DEFAULT_PORT);
  if (host === undefined || host.includes(' ') || port > 65_535) {
    throw new ConfigurationError([
      {
        path: 'servers',
        message: `'${written}' is no server; write host:port, [address]:port or unix:/path`,
      },
    ]);
  }
  return {
    name: `${host}:${String(port)}`,
    host,
    port,
    ...(family === undefined ? {} : { family: family === 'inet6' ? (6 as const) : (4 as const) }),
  };
};
