import {
  ownOrDefault,
  type Constraint,
  type Effective,
  type EnforcementModel,
  type LimitView,
} from './model.ts';

class FlatConstraint implements Constraint {
  readonly nodeId: string | null;
  readonly scope = 'project';
  readonly members: readonly string[];
  readonly #view: LimitView;

  constructor(nodeId: string | null, view: LimitView) {
    this.nodeId = nodeId;
    this.members = nodeId === null ? [] : [nodeId];
    this.#view = view;
  }

  effective(name: string): Effective {
    return ownOrDefault(this.#view, this.nodeId, name);
  }
}

/**
 * Every project for itself: its own limit, else the registered default.
 * @parity oslo.limit 7d1e011 limit.py _FlatEnforcer — same
 */
export const flatModel: EnforcementModel = {
  name: 'flat',
  needsTree: false,
  constraintsOf: (projectId, view) => [new FlatConstraint(projectId, view)],
};
