import type { Seconds } from '@oslofjord/config';
import { ENTRY_VERSION, type Entry } from './entry.ts';
import { BackendError } from './errors.ts';
import { judge, type ExpirationTime, type MissReason } from './freshness.ts';
import type { Store } from './store.ts';

/** What is known of one key, and what a read of it would answer now. Never the value. */
export interface Explanation {
  readonly key: string;
  /** The key as the driver knows it. */
  readonly stored: string;
  readonly driver: string;
  /** The server that holds the key, where there are several. */
  readonly host: string | undefined;
  readonly state: 'fresh' | 'stale' | 'missing';
  /** Why it is not fresh. */
  readonly reason: MissReason | undefined;
  /** The same in a sentence. */
  readonly text: string;
  readonly createdAt: Seconds | undefined;
  readonly age: Seconds | undefined;
  /** How long entries of this key count as fresh; undefined: for ever. */
  readonly lifetime: ExpirationTime;
  /** Seconds until it expires; negative since when it has. */
  readonly expiresIn: Seconds | undefined;
  readonly tags: readonly { readonly tag: string; readonly holds: boolean }[];
  /** Whether a creator of this key runs in this process. */
  readonly isLocked: boolean;
}

const TEXTS: Readonly<Record<MissReason, string>> = {
  absent: 'nothing is stored under this key',
  version: `the entry has another version than ${String(ENTRY_VERSION)}`,
  schema: 'the entry was written with another version of the schema',
  'tag invalidated': 'a tag of the entry was invalidated after its creation began',
  'hard invalidated': 'the region was invalidated after the entry was created',
  'soft invalidated': 'the region was softly invalidated after the entry was created',
  expired: 'the entry is older than its expiration time',
  'backend error': 'the driver failed',
};

const tagsOf = async (store: Store, entry: Entry): Promise<Explanation['tags']> =>
  Promise.all(
    Object.entries(entry.tags ?? {}).map(async ([tag, generation]) => ({
      tag,
      holds: (await store.tags.hold({ [tag]: generation })) === true,
    })),
  );

/** Explains one key of a region's store. */
export const explain = async (
  store: Store,
  key: string,
  expirationTime: ExpirationTime,
  isLocked: boolean,
): Promise<Explanation> => {
  const { driver, options } = store;
  const stored = store.keyOf(key);
  let entry: Entry | undefined;
  let hasFailed = false;
  try {
    [entry] = await driver.getMany([stored]);
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    hasFailed = true;
  }
  const now = options.clock.now();
  const lifetime = entry?.lifetime ?? expirationTime;
  const verdict = judge(entry, lifetime, options.invalidation, now);
  const [found] = entry === undefined ? [] : await store.readMany([stored]);
  const tags = entry === undefined ? [] : await tagsOf(store, entry);
  let { state } = verdict;
  let reason: MissReason | undefined = verdict.state === 'fresh' ? undefined : verdict.reason;
  if (hasFailed) {
    state = 'missing';
    reason = 'backend error';
  } else if (state !== 'missing' && found?.reason !== undefined) {
    state = 'missing';
    reason = found.reason;
  }
  const age = entry === undefined ? undefined : now - entry.createdAt;
  return {
    key,
    stored,
    driver: driver.name,
    host: driver.hostOf?.(stored),
    state,
    reason,
    text: reason === undefined ? 'the entry is fresh' : TEXTS[reason],
    createdAt: entry?.createdAt,
    age,
    lifetime,
    expiresIn: lifetime === undefined || age === undefined ? undefined : lifetime - age,
    tags,
    isLocked,
  };
};
