import { requestChannel } from '../channels.ts';
import type { Proxy } from '../driver.ts';
import { forwarding } from './forwarding.ts';

/** Tells of each request to the driver on `oslofjord:cache:request`: what, how many keys, how many found, how long. */
export const debugging = (): Proxy => (driver) => {
  const told = async <Answer>(
    operation: 'read' | 'write' | 'delete',
    keys: number,
    request: () => Promise<Answer>,
    found: (answer: Answer) => number,
  ): Promise<Answer> => {
    const started = performance.now();
    const answer = await request();
    if (requestChannel.hasSubscribers) {
      const duration = performance.now() - started;
      requestChannel.publish({ driver: driver.name, operation, keys, found: found(answer), duration });
    }
    return answer;
  };
  const none = (): number => 0;
  return forwarding(driver, {
    // Through getMany alone, so that nothing goes by untold.
    peek: undefined,
    getMany: async (keys, request) =>
      told(
        'read',
        keys.length,
        async () => driver.getMany(keys, request),
        (entries) => entries.filter((entry) => entry !== undefined).length,
      ),
    setMany: async (entries, request) =>
      told('write', entries.size, async () => driver.setMany(entries, request), none),
    deleteMany: async (keys, request) =>
      told('delete', keys.length, async () => driver.deleteMany(keys, request), none),
  });
};
