import type { KeystoneLimit, KeystoneRegisteredLimit } from '../keystone/limits.ts';
import { byCodePoint } from '../names.ts';
import type { LimitsDocument } from '../yaml/document.ts';
import {
  refusalOfLimitChange,
  refusalOfLimits,
  refusalOfRegistered,
  refusalOfRegisteredChange,
  refusalOfRegisteredDelete,
  type LimitDraft,
  type Refusal,
  type RegisteredLimitDraft,
} from './keystone-rules.ts';
import { ownerOf, simulated, type KeystoneSnapshot, type SimulatedState } from './keystone-state.ts';

/** One change in Keystone. */
export type Action =
  | { readonly kind: 'create-registered'; readonly draft: RegisteredLimitDraft }
  | { readonly kind: 'update-registered'; readonly stored: KeystoneRegisteredLimit; readonly value: number }
  | { readonly kind: 'delete-registered'; readonly stored: KeystoneRegisteredLimit }
  | { readonly kind: 'create-limit'; readonly draft: LimitDraft }
  | { readonly kind: 'update-limit'; readonly stored: KeystoneLimit; readonly value: number }
  | { readonly kind: 'delete-limit'; readonly stored: KeystoneLimit };

/** A change that Keystone would refuse, and why. */
export interface Blocked {
  readonly action: Action;
  readonly refusal: Refusal;
}

/** What leads from what Keystone has to what a file states. */
export interface Plan {
  /** In an order in which Keystone takes each of them. */
  readonly actions: readonly Action[];
  readonly blocked: readonly Blocked[];
}

/** How far a plan goes. */
export interface PlanOptions {
  /** Deletes what the file does not state. @default false */
  readonly prune?: boolean;
  /**
   * Changes a registered limit that is in use by deleting the limits of projects under it and making them again, when the
   * file states them all. Meanwhile the default holds for those projects. @default false
   */
  readonly replace?: boolean;
}

const sorted = <T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] =>
  [...map].sort(([left], [right]) => byCodePoint(left, right));

/** The changes that are wanted, in no order that matters. */
const wanted = (
  desired: LimitsDocument,
  snapshot: KeystoneSnapshot,
  { prune = false, replace = false }: PlanOptions,
): readonly Action[] => {
  const { serviceId, regionId } = snapshot.target;
  const region = regionId === null ? {} : { region_id: regionId };
  const actions: Action[] = [];
  const replaced = new Set<string>();
  const isStated = (limit: KeystoneLimit): boolean =>
    desired.projects.get(ownerOf(limit))?.has(limit.resource_name) === true;
  for (const [name, value] of sorted(desired.registered)) {
    const stored = snapshot.registered.find((limit) => limit.resource_name === name);
    if (stored === undefined) {
      const draft = { service_id: serviceId, region_id: regionId, resource_name: name, default_limit: value };
      actions.push({ kind: 'create-registered', draft });
    } else if (stored.default_limit !== value) {
      const users = snapshot.limits.filter((limit) => limit.resource_name === name);
      if (replace && users.length > 0 && users.every(isStated)) {
        replaced.add(name);
        for (const limit of users) actions.push({ kind: 'delete-limit', stored: limit });
      }
      actions.push({ kind: 'update-registered', stored, value });
    }
  }
  for (const [owner, limits] of sorted(desired.projects)) {
    const isDomain = snapshot.nodes.get(owner)?.isDomain === true;
    for (const [name, value] of sorted(limits)) {
      const stored = snapshot.limits.find(
        (limit) => limit.resource_name === name && ownerOf(limit) === owner,
      );
      if (stored === undefined || replaced.has(name)) {
        const whose = isDomain ? { domain_id: owner } : { project_id: owner };
        actions.push({
          kind: 'create-limit',
          draft: { ...whose, service_id: serviceId, ...region, resource_name: name, resource_limit: value },
        });
      } else if (stored.resource_limit !== value) {
        actions.push({ kind: 'update-limit', stored, value });
      }
    }
  }
  if (prune) {
    for (const stored of snapshot.limits) {
      if (!isStated(stored) && !replaced.has(stored.resource_name))
        actions.push({ kind: 'delete-limit', stored });
    }
    for (const stored of snapshot.registered) {
      if (!desired.registered.has(stored.resource_name)) actions.push({ kind: 'delete-registered', stored });
    }
  }
  return actions;
};

/** What Keystone would say to the action in this state. */
export const refusalOf = (action: Action, state: SimulatedState): Refusal | undefined => {
  switch (action.kind) {
    case 'create-registered':
      return refusalOfRegistered([action.draft], state);
    case 'update-registered':
      return refusalOfRegisteredChange(
        state.registered.find(({ id }) => id === action.stored.id) ?? action.stored,
        { default_limit: action.value },
        state,
      );
    case 'delete-registered':
      return refusalOfRegisteredDelete(action.stored, state);
    case 'create-limit':
      return refusalOfLimits([action.draft], state);
    case 'update-limit':
      return refusalOfLimitChange(action.stored, { resource_limit: action.value }, state);
    case 'delete-limit':
      return undefined;
  }
};

const replaceIn = <T extends { readonly id: string }>(
  list: T[],
  id: string,
  change: Partial<T> | undefined,
): void => {
  const index = list.findIndex((item) => item.id === id);
  const known = list[index];
  if (known === undefined) return;
  if (change === undefined) list.splice(index, 1);
  else list[index] = { ...known, ...change };
};

/** Does the action to the state. */
export const simulate = (action: Action, state: SimulatedState): void => {
  switch (action.kind) {
    case 'create-registered': {
      const { region_id: region, ...draft } = action.draft;
      state.registered.push({ id: '', region_id: region ?? null, ...draft });
      return;
    }
    case 'create-limit': {
      const { region_id: region, project_id: project, domain_id: domain, ...draft } = action.draft;
      state.limits.push({
        id: '',
        region_id: region ?? null,
        project_id: project ?? null,
        domain_id: domain ?? null,
        ...draft,
      });
      return;
    }
    case 'update-registered':
      replaceIn(state.registered, action.stored.id, { default_limit: action.value });
      return;
    case 'delete-registered':
      replaceIn(state.registered, action.stored.id, undefined);
      return;
    case 'update-limit':
      replaceIn(state.limits, action.stored.id, { resource_limit: action.value });
      return;
    case 'delete-limit':
      replaceIn(state.limits, action.stored.id, undefined);
  }
};

/**
 * Plans the way from what Keystone has to what the file states. Every change is tried on a copy by Keystone's own rules,
 * and again after the others while any is refused: that finds an order, such as a domain before its projects when limits
 * rise and after them when they fall. What is refused to the end is blocked.
 */
export const planLimits = (
  desired: LimitsDocument,
  snapshot: KeystoneSnapshot,
  options: PlanOptions = {},
): Plan => {
  const state = simulated(snapshot);
  const actions: Action[] = [];
  let waiting = wanted(desired, snapshot, options);
  for (;;) {
    const refused: Action[] = [];
    for (const action of waiting) {
      if (refusalOf(action, state) !== undefined) {
        refused.push(action);
        continue;
      }
      simulate(action, state);
      actions.push(action);
    }
    if (refused.length === 0 || refused.length === waiting.length) {
      const blocked = refused.flatMap((action) => {
        const refusal = refusalOf(action, state);
        return refusal === undefined ? [] : [{ action, refusal }];
      });
      return { actions, blocked };
    }
    waiting = refused;
  }
};

const shown = (value: number): string => (value < 0 ? 'unlimited' : String(value));

/** The action as a line of a diff: `+` makes, `~` changes, `-` deletes. */
export const describeAction = (action: Action): string => {
  switch (action.kind) {
    case 'create-registered':
      return `+ registered ${action.draft.resource_name} = ${shown(action.draft.default_limit)}`;
    case 'update-registered':
      return `~ registered ${action.stored.resource_name}: ${shown(action.stored.default_limit)} → ${shown(action.value)}`;
    case 'delete-registered':
      return `- registered ${action.stored.resource_name} (was ${shown(action.stored.default_limit)})`;
    case 'create-limit':
      return `+ ${action.draft.project_id ?? action.draft.domain_id ?? ''} ${action.draft.resource_name} = ${shown(action.draft.resource_limit)}`;
    case 'update-limit':
      return `~ ${ownerOf(action.stored)} ${action.stored.resource_name}: ${shown(action.stored.resource_limit)} → ${shown(action.value)}`;
    case 'delete-limit':
      return `- ${ownerOf(action.stored)} ${action.stored.resource_name} (was ${shown(action.stored.resource_limit)})`;
  }
};
