import { deepStrictEqual, notStrictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ClaimRecord, ClaimStore } from '../claims/store.ts';

/** What is used of a test runner. */
export interface SuiteRunner {
  readonly describe: (title: string, body: () => void) => unknown;
  readonly it: (title: string, body: () => Promise<void>) => unknown;
}

/** How a store is tested. */
export interface ClaimStoreSuiteOptions {
  /** Makes a store that is connected to what others made here are connected to. */
  readonly create: () => ClaimStore | Promise<ClaimStore>;
  /** Lets time pass for the store's clock. @default real time */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

const claim = (
  rootId: string,
  lines: readonly (readonly [string, string, number])[],
  ttl = 5_000,
): ClaimRecord => ({
  claimId: randomUUID(),
  rootId,
  ttl,
  lines: lines.map(([nodeId, resourceName, amount]) => ({ nodeId, resourceName, amount })),
});

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** The contract of a {@link ClaimStore}; every store, also one of your own, passes it. */
export const claimStoreSuite = ({ describe, it }: SuiteRunner, options: ClaimStoreSuiteOptions): void => {
  const wait = options.wait ?? pause;
  describe('a store of claims', () => {
    it('answers what others hold of each line, in the order of the lines', async () => {
      const [store, other] = [await options.create(), await options.create()];
      notStrictEqual(store, other, 'create gives a new store each time');
      const root = randomUUID();
      deepStrictEqual(
        await store.reserve(
          claim(root, [
            ['p', 'a', 2],
            ['root', 'a', 2],
          ]),
        ),
        [0, 0],
      );
      deepStrictEqual(
        await other.reserve(
          claim(root, [
            ['root', 'a', 3],
            ['q', 'a', 3],
            ['q', 'b', 1],
          ]),
        ),
        [2, 0, 0],
      );
      deepStrictEqual(
        await store.reserve(
          claim(root, [
            ['q', 'b', 4],
            ['q', 'a', 1],
            ['root', 'a', 1],
          ]),
        ),
        [1, 3, 5],
      );
    });

    it('keeps roots apart, and names that could be mixed up', async () => {
      const store = await options.create();
      const [one, two] = [randomUUID(), randomUUID()];
      await store.reserve(claim(one, [['p', 'a', 2]]));
      deepStrictEqual(await store.reserve(claim(two, [['p', 'a', 1]])), [0]);
      await store.reserve(
        claim(one, [
          ['x:y', 'z', 1],
          ['é', 'größe {:} \'"', 5],
        ]),
      );
      deepStrictEqual(
        await store.reserve(
          claim(one, [
            ['x', 'y:z', 1],
            ['é', 'größe {:} \'"', 1],
          ]),
        ),
        [0, 5],
      );
    });

    it('puts a claim in the place of the one with its id', async () => {
      const store = await options.create();
      const root = randomUUID();
      const first = claim(root, [['p', 'a', 8]]);
      await store.reserve(first);
      deepStrictEqual(
        await store.reserve({ ...first, lines: [{ nodeId: 'p', resourceName: 'a', amount: 3 }] }),
        [0],
      );
      deepStrictEqual(await store.held(root, [{ nodeId: 'p', resourceName: 'a' }]), [3]);
    });

    it('is exact for large amounts', async () => {
      const store = await options.create();
      const root = randomUUID();
      const large = claim(root, [['p', 'bytes', 4_503_599_627_370_497]]);
      await store.reserve(large);
      deepStrictEqual(await store.reserve(claim(root, [['p', 'bytes', 1]])), [4_503_599_627_370_497]);
      await store.release(large);
      deepStrictEqual(await store.held(root, [{ nodeId: 'p', resourceName: 'bytes' }]), [1]);
    });

    it('says whether a claim was held when it is released, and releases once', async () => {
      const store = await options.create();
      const root = randomUUID();
      const held = claim(root, [
        ['p', 'a', 1],
        ['p', 'b', 2],
      ]);
      await store.reserve(held);
      deepStrictEqual(await store.release(held), true);
      deepStrictEqual(await store.release(held), false);
      deepStrictEqual(
        await store.held(root, [
          { nodeId: 'p', resourceName: 'a' },
          { nodeId: 'p', resourceName: 'b' },
        ]),
        [0, 0],
      );
    });

    it('forgets a claim that expires, and then renews and releases it no more', async () => {
      const store = await options.create();
      const root = randomUUID();
      const short = claim(root, [['p', 'a', 4]], 100);
      await store.reserve(short);
      await wait(150);
      deepStrictEqual(await store.renew(short), false);
      deepStrictEqual(await store.reserve(claim(root, [['p', 'a', 1]])), [0]);
      deepStrictEqual(await store.release(short), false);
    });

    it('keeps a claim that is renewed', async () => {
      const store = await options.create();
      const root = randomUUID();
      const renewed = claim(root, [['p', 'a', 4]], 400);
      await store.reserve(renewed);
      for (let index = 0; index < 3; index += 1) {
        await wait(200);
        deepStrictEqual(await store.renew(renewed), true);
      }
      deepStrictEqual(await store.held(root, [{ nodeId: 'p', resourceName: 'a' }]), [4]);
    });

    it('lets each of many concurrent claims see all earlier ones', async () => {
      const stores: [ClaimStore, ...ClaimStore[]] = [
        await options.create(),
        await options.create(),
        await options.create(),
        await options.create(),
      ];
      const root = randomUUID();
      const seen = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          (stores[index % 4] ?? stores[0]).reserve(
            claim(root, [
              ['p', 'a', 1],
              ['root', 'a', 2],
            ]),
          ),
        ),
      );
      const sorted = seen.map((others) => others[0] ?? -1).sort((left, right) => left - right);
      deepStrictEqual(
        sorted,
        Array.from({ length: 40 }, (_, index) => index),
      );
      deepStrictEqual(
        seen.every((others) => others[1] === 2 * (others[0] ?? 0)),
        true,
      );
    });
  });
};
