import type { Check } from '../components/component-options.ts';
import { exchange, withConnection, type TcpAddress } from './tcp.ts';

/** A memcached server: asked for its version on a connection of its own, for its clients have no common shape. */
export const memcached = (address: TcpAddress): Check => ({
  kind: 'datastore',
  probe: ({ signal }) =>
    withConnection(address, signal, async (socket) => exchange(socket, 'version\r\n', /^VERSION /, 8)),
});
