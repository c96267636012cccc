import type { LimitProvider, Limits, LimitsByNode, ProjectTree } from '../provider.ts';
import type { UsageCallback } from '../usage.ts';

/** Limits by name, to be written to while the fixture is in use. */
export type WritableLimits = Record<string, number>;

/** What a fixture starts with. */
export interface FixtureOptions {
  /** Defaults by resource. @default none */
  readonly registered?: WritableLimits;
  /** Own limits by project or domain. @default none */
  readonly projects?: Record<string, WritableLimits>;
  /** Child → parent, for the hierarchical models. @default every project is its own root */
  readonly parents?: Record<string, string>;
  /** @default 'flat' */
  readonly model?: string;
}

/** Limits that a test holds in its hand. */
export interface LimitFixture extends LimitProvider {
  /** Defaults by resource; changes count from the next read on. */
  readonly registered: WritableLimits;
  /** Own limits by project; changes count from the next read on. */
  readonly projects: Record<string, WritableLimits>;
  readonly parents: Record<string, string>;
  /** How often each list was asked for. */
  readonly calls: { registered: number; project: number; all: number; tree: number; model: number };
  /** Makes every read fail with this error until it is given undefined. */
  fail(error: Error | undefined): void;
  /** Tells who listens that limits changed, as a provider that watches its source does. */
  changed(): void;
}

const limitsOf = (record: WritableLimits | undefined): Limits => new Map(Object.entries(record ?? {}));

/**
 * A provider for tests of services: no Keystone, no file, limits in two objects.
 * @parity oslo.limit 7d1e011 fixture.py LimitFixture — same, and hierarchies besides
 */
export const createLimitFixture = (options: FixtureOptions = {}): LimitFixture => {
  const { registered = {}, projects = {}, parents = {}, model = 'flat' } = options;
  const calls = { registered: 0, project: 0, all: 0, tree: 0, model: 0 };
  const listeners = new Set<() => void>();
  let failure: Error | undefined;
  const count = (what: keyof typeof calls): void => {
    calls[what] += 1;
    if (failure !== undefined) throw failure;
  };
  const rootOf = (nodeId: string): string => {
    let root = nodeId;
    for (let parent = parents[root]; parent !== undefined; parent = parents[root]) root = parent;
    return root;
  };
  return {
    name: 'fixture',
    registered,
    projects,
    parents,
    calls,
    fail: (error): void => {
      failure = error;
    },
    changed: (): void => {
      for (const listener of listeners) listener();
    },
    // An async function throws by rejecting, as a provider must.
    enforcementModel: async (): Promise<string> => {
      count('model');
      return Promise.resolve(model);
    },
    registeredLimits: async (): Promise<Limits> => {
      count('registered');
      return Promise.resolve(limitsOf(registered));
    },
    projectLimits: async (nodeId): Promise<Limits> => {
      count('project');
      return Promise.resolve(limitsOf(Object.hasOwn(projects, nodeId) ? projects[nodeId] : undefined));
    },
    allLimits: async (): Promise<LimitsByNode> => {
      count('all');
      return Promise.resolve(new Map(Object.entries(projects).map(([id, limits]) => [id, limitsOf(limits)])));
    },
    projectTree: async (projectId): Promise<ProjectTree> => {
      count('tree');
      const rootId = rootOf(projectId);
      const own = Object.entries(parents).filter(([child]) => rootOf(child) === rootId);
      return Promise.resolve({ rootId, parents: new Map(own) });
    },
    onChange: (listener) => {
      listeners.add(listener);
      return (): void => {
        listeners.delete(listener);
      };
    },
  };
};

/** A usage callback that answers from an object, to be written to while it is in use; what it lacks is 0. */
export const usageFrom =
  (usage: Record<string, Record<string, number>>): UsageCallback =>
  (projectId, names) => {
    const own = usage[projectId ?? ''] ?? {};
    return Object.fromEntries(names.map((name) => [name, own[name] ?? 0]));
  };
