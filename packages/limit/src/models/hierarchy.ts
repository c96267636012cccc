import { HierarchyError } from '../errors.ts';
import type { EnforcementModelName, ProjectTree } from '../provider.ts';
import { flatModel } from './flat.ts';
import {
  ownOrDefault,
  type Constraint,
  type Effective,
  type EnforcementModel,
  type LimitView,
} from './model.ts';

/**
 * How the root of a tree is limited when it has no limit of its own: by the registered default, as the specification
 * of strict_two_level says (one project's default then caps the whole domain), or not at all.
 */
export type RootDefault = 'registered' | 'unlimited';

/** Ids from the node up to the root. */
const pathToRoot = (tree: ProjectTree, nodeId: string): readonly string[] => {
  const path = [nodeId];
  let current = nodeId;
  while (current !== tree.rootId) {
    const parent = tree.parents.get(current);
    if (parent === undefined) {
      throw new HierarchyError(
        `${nodeId} is not below ${tree.rootId}; is the tree out of date?`,
        path.reverse(),
      );
    }
    if (path.includes(parent)) throw new HierarchyError(`${parent} is its own ancestor`, [...path].reverse());
    path.push(parent);
    current = parent;
  }
  return path;
};

const childrenOf = (tree: ProjectTree): ReadonlyMap<string, readonly string[]> => {
  const children = new Map<string, string[]>();
  for (const [child, parent] of tree.parents) {
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [child]);
    else known.push(child);
  }
  return children;
};

const subtree = (children: ReadonlyMap<string, readonly string[]>, nodeId: string): readonly string[] => {
  const members: string[] = [];
  const waiting = [nodeId];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    members.push(next);
    waiting.push(...(children.get(next) ?? []).toReversed());
  }
  return members;
};

/** The smaller of two limits, of which a negative one is none; one that is not registered leaves the other as it is. */
const smaller = (left: Effective, right: Effective): Effective => {
  if (right.limit === undefined || right.limit < 0) return left;
  return left.limit === undefined || left.limit < 0 || right.limit < left.limit ? right : left;
};

class TreeConstraint implements Constraint {
  readonly nodeId: string;
  readonly scope: 'project' | 'tree';
  readonly members: readonly string[];
  readonly effective: (name: string) => Effective;

  constructor(nodeId: string, members: readonly string[], effective: (name: string) => Effective) {
    this.nodeId = nodeId;
    this.scope = members.length > 1 ? 'tree' : 'project';
    this.members = members;
    this.effective = effective;
  }
}

/** Refuses a third level below the root; Keystone lets it be made, and then does not start again. */
const requireTwoLevels = (tree: ProjectTree): void => {
  for (const [child, parent] of tree.parents) {
    if (parent === tree.rootId) continue;
    const branch = [...pathToRoot(tree, child)].reverse();
    throw new HierarchyError(
      `strict_two_level has room for a domain and its projects, but ${branch.join(' → ')} is deeper; move or delete ${child}`,
      branch,
    );
  }
};

/**
 * Limits in trees, of the Rocky specification "Strict two level enforcement model" carried to any depth: no node is
 * given more than its parent has, and all that is used in a node's subtree counts against the node.
 * Negative limits are infinite and 0 is 0, also where Keystone's validator sees that otherwise.
 */
class HierarchicalModel implements EnforcementModel {
  readonly name: EnforcementModelName;
  readonly needsTree = true;
  readonly #rootDefault: RootDefault;

  constructor(name: EnforcementModelName, rootDefault: RootDefault) {
    this.name = name;
    this.#rootDefault = rootDefault;
  }

  constraintsOf(projectId: string | null, view: LimitView): readonly Constraint[] {
    const { tree } = view;
    if (projectId === null || tree === undefined) return flatModel.constraintsOf(projectId, view);
    if (this.name === 'strict_two_level') requireTwoLevels(tree);
    const children = childrenOf(tree);
    return pathToRoot(tree, projectId).map(
      (nodeId) =>
        new TreeConstraint(nodeId, subtree(children, nodeId), (name) =>
          this.#effective(view, tree, nodeId, name),
        ),
    );
  }

  #effective(view: LimitView, tree: ProjectTree, nodeId: string, name: string): Effective {
    const own = ownOrDefault(view, nodeId, name);
    if (nodeId === tree.rootId) {
      const isFree = own.isDefault && this.#rootDefault === 'unlimited' && own.limit !== undefined;
      return isFree ? { limit: -1, isDefault: true } : own;
    }
    return smaller(own, this.#effective(view, tree, tree.parents.get(nodeId) ?? tree.rootId, name));
  }
}

/** Domains and their projects, as Keystone's model of the same name. */
export const strictTwoLevelModel = (rootDefault: RootDefault = 'registered'): EnforcementModel =>
  new HierarchicalModel('strict_two_level', rootDefault);

/** Trees of any depth. */
export const nestedModel = (rootDefault: RootDefault = 'registered'): EnforcementModel =>
  new HierarchicalModel('nested', rootDefault);
