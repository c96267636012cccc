import type { Milliseconds } from '@oslofjord/config';
import type { Watch, Watcher } from '../../driver.ts';
import type { RedisClient } from './client.ts';

const INVALIDATIONS = '__redis__:invalidate';
const CHECK_INTERVAL: Milliseconds = 500;

interface TrackingClient extends RedisClient {
  subscribe(channel: string): Promise<unknown>;
}

/** How to follow a server's changes. */
export interface TrackingOptions {
  readonly connect: () => RedisClient;
  /** Only names with this prefix are told. */
  readonly prefix: string;
  readonly keyOf: (name: string) => string;
}

/**
 * Follows what happens to the keys of a server, whoever does it, by Redis' server-assisted client-side caching:
 * one connection receives invalidations, another one asks for them and proves every half second that they flow.
 */
export const track = ({ connect, prefix, keyOf }: TrackingOptions, watcher: Watcher): Watch => {
  let isClosed = false;
  let current: readonly RedisClient[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isLost = true;

  const drop = (): void => {
    for (const client of current) client.disconnect();
    current = [];
  };

  const lose = (): void => {
    drop();
    clearTimeout(timer);
    if (isClosed) return;
    if (!isLost) watcher.lost();
    isLost = true;
    timer = setTimeout(start, CHECK_INTERVAL / 2);
    timer.unref();
  };

  const receive = (_channel: unknown, message: unknown): void => {
    if (message === null || message === undefined) {
      watcher.lost();
      watcher.resumed();
      return;
    }
    const names = (Array.isArray(message) ? message : [message]).map(String);
    const keys = names
      .filter((name) => name.startsWith(prefix) && !name.startsWith('lock:{'))
      .map((name) => keyOf(name.slice(prefix.length)));
    if (keys.length > 0) watcher.changed(keys);
  };

  const watchOver = (control: RedisClient): void => {
    timer = setTimeout(() => {
      control.call('PING').then(() => {
        if (!isClosed) watchOver(control);
      }, lose);
    }, CHECK_INTERVAL);
    timer.unref();
  };

  const begin = async (): Promise<void> => {
    const receiver = connect() as TrackingClient;
    const control = connect();
    current = [receiver, control];
    const ignore = (): void => undefined;
    receiver.on('error', ignore);
    control.on('error', ignore);
    await Promise.all([receiver.connect(), control.connect()]);
    const id = String(await receiver.call('CLIENT', 'ID'));
    receiver.on('message', receive);
    await receiver.subscribe(INVALIDATIONS);
    const scope = prefix === '' ? [] : ['PREFIX', prefix];
    await control.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', ...scope);
    if (isClosed) {
      drop();
      return;
    }
    const onClose = (): void => {
      if (current[0] === receiver) lose();
    };
    receiver.on('close', onClose);
    control.on('close', onClose);
    isLost = false;
    watcher.resumed();
    watchOver(control);
  };

  const start = (): void => {
    begin().catch(lose);
  };

  start();
  return {
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      drop();
      return Promise.resolve();
    },
  };
};
