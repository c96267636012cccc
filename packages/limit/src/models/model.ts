import type { EnforcementModelName, Limits, LimitsByNode, ProjectTree } from '../provider.ts';

/** What is known of limits at one moment, as far as one project needs it. */
export interface LimitView {
  readonly registered: Limits;
  /** The own limits of every node that matters; a node without any may be absent. */
  readonly own: LimitsByNode;
  /** Only for models that need it. */
  readonly tree: ProjectTree | undefined;
  /** When the oldest part was read, on the cache's clock, in milliseconds. */
  readonly readAt: number;
}

/** A limit in force: negative is none, undefined is none registered. */
export interface Effective {
  readonly limit: number | undefined;
  /** Whether it is the registered default, for want of one of the node's own. */
  readonly isDefault: boolean;
}

/** One limit that a request must keep, for every resource. */
export interface Constraint {
  /** Who has the limit; null: the registered limits alone. */
  readonly nodeId: string | null;
  readonly scope: 'project' | 'tree';
  /** The projects whose usage counts against it, the node among them. */
  readonly members: readonly string[];
  effective(name: string): Effective;
}

/** How limits of projects hang together. */
export interface EnforcementModel {
  readonly name: EnforcementModelName;
  readonly needsTree: boolean;
  /**
   * Everything a request of the project must keep, its own limit first.
   * @throws HierarchyError when the tree is not what the model allows
   */
  constraintsOf(projectId: string | null, view: LimitView): readonly Constraint[];
}

/** The project's own limit, or the registered default. */
export const ownOrDefault = (view: LimitView, nodeId: string | null, name: string): Effective => {
  const own = nodeId === null ? undefined : view.own.get(nodeId)?.get(name);
  return own === undefined
    ? { limit: view.registered.get(name), isDefault: true }
    : { limit: own, isDefault: false };
};
