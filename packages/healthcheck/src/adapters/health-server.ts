import { createServer, type Server } from 'node:http';
import type { HealthEndpoint } from '../endpoint/endpoint.ts';
import { healthListener } from './node.ts';

/** Where a server of its own listens. */
export type HealthServerAddress =
  { readonly port: number; /** @default '127.0.0.1' */ readonly host?: string } | { readonly socket: string };

/**
 * A server that answers health and nothing else, on loopback unless told otherwise, or on a Unix socket. It waits two
 * seconds for a request's headers and holds at most 64 connections, so that nobody can keep a balancer out by being slow.
 * Resolves when it listens; it keeps no process alive.
 */
export const startHealthServer = async (
  endpoint: HealthEndpoint,
  address: HealthServerAddress,
): Promise<Server> => {
  const server = createServer(
    {
      headersTimeout: 2000,
      requestTimeout: 2000,
      keepAliveTimeout: 5000,
      connectionsCheckingInterval: 500,
      maxHeaderSize: 16_384,
    },
    healthListener(endpoint),
  );
  server.maxConnections = 64;
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    const listening = (): void => {
      server.off('error', reject);
      resolve();
    };
    if ('socket' in address) server.listen(address.socket, listening);
    else server.listen(address.port, address.host ?? '127.0.0.1', listening);
  });
  return server;
};
