import type { KeystoneSession } from '../keystone/session.ts';
import { refusalOfLimits, refusalOfRegistered } from './keystone-rules.ts';
import type { SimulatedState } from './keystone-state.ts';
import { simulate, type Action } from './plan.ts';

/** How far applying has come. */
export interface ApplyProgress {
  readonly done: number;
  readonly total: number;
  /** What was just done. */
  readonly actions: readonly Action[];
}

/** How a plan is applied. */
export interface ApplyOptions {
  readonly onProgress?: (progress: ApplyProgress) => void;
  readonly signal?: AbortSignal;
}

/** Keystone refuses bodies over 114 688 bytes; this leaves room for what surrounds the list. */
const LARGEST_BODY = 100_000;

type Creating = Extract<Action, { readonly draft: object }>;

const isCreating = (action: Action): action is Creating => 'draft' in action;

/** Puts creations of the same kind that follow each other into one request, as far as its body allows. */
const batches = (actions: readonly Action[]): readonly (readonly Action[])[] => {
  const result: Action[][] = [];
  let size = 0;
  for (const action of actions) {
    const last = result.at(-1);
    const length = isCreating(action) ? Buffer.byteLength(JSON.stringify(action.draft)) + 1 : 0;
    if (isCreating(action) && last?.[0]?.kind === action.kind && size + length <= LARGEST_BODY) {
      last.push(action);
      size += length;
    } else {
      result.push([action]);
      size = length;
    }
  }
  return result;
};

const send = async (
  session: KeystoneSession,
  batch: readonly Action[],
  signal: AbortSignal | undefined,
): Promise<void> => {
  const [first] = batch;
  if (first === undefined) return;
  const call = signal === undefined ? {} : { signal };
  if (isCreating(first)) {
    const key = first.kind === 'create-limit' ? 'limits' : 'registered_limits';
    const drafts = batch.filter(isCreating).map(({ draft }) => draft);
    await session.request({ method: 'POST', path: `/${key}`, body: { [key]: drafts }, ...call });
    return;
  }
  const isLimit = first.kind === 'update-limit' || first.kind === 'delete-limit';
  const path = `/${isLimit ? 'limits' : 'registered_limits'}/${first.stored.id}`;
  if (!('value' in first)) {
    await session.request({ method: 'DELETE', path, ...call });
    return;
  }
  const body = isLimit
    ? { limit: { resource_limit: first.value } }
    : { registered_limit: { default_limit: first.value } };
  await session.request({ method: 'PATCH', path, body, ...call });
};

/** A request is checked as a whole: where that refuses what one by one would pass, it is sent one by one. */
const split = (
  batch: readonly Action[],
  state: SimulatedState | undefined,
): readonly (readonly Action[])[] => {
  if (batch.length < 2 || state === undefined) return [batch];
  const drafts = batch.filter(isCreating).map(({ draft }) => draft);
  const refusal =
    batch[0]?.kind === 'create-limit' ? refusalOfLimits(drafts, state) : refusalOfRegistered(drafts, state);
  return refusal?.status === 403 ? batch.map((action) => [action]) : [batch];
};

/**
 * Sends the actions of a plan, in its order. Interrupted at any request it can be planned and applied again: what was done
 * is no part of the next plan.
 * @param state what Keystone has before, to see which requests may be sent as one; it follows what is done
 * @throws KeystoneError at the first refusal
 */
export const applyLimits = async (
  session: KeystoneSession,
  actions: readonly Action[],
  options: ApplyOptions = {},
  state?: SimulatedState,
): Promise<void> => {
  let done = 0;
  for (const together of batches(actions)) {
    for (const batch of split(together, state)) {
      options.signal?.throwIfAborted();
      await send(session, batch, options.signal);
      done += batch.length;
      options.onProgress?.({ done, total: actions.length, actions: batch });
      if (state !== undefined) for (const action of batch) simulate(action, state);
    }
  }
};
