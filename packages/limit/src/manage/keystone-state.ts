import type { KeystoneLimit, KeystoneRegisteredLimit } from '../keystone/limits.ts';
import type { KeystoneSession } from '../keystone/session.ts';
import type { ResolvedTarget } from '../keystone/target.ts';
import type { EnforcementModelName, Limits } from '../provider.ts';
import type { LimitsDocument } from '../yaml/document.ts';
import type { KeystoneState, ProjectNode } from './keystone-rules.ts';

/** Everything in Keystone that a plan for one service in one region depends on. */
export interface KeystoneSnapshot {
  readonly model: string;
  readonly target: ResolvedTarget;
  /** Of the service in the region. */
  readonly registered: readonly KeystoneRegisteredLimit[];
  readonly limits: readonly KeystoneLimit[];
  /** Domains and projects by id. */
  readonly nodes: ReadonlyMap<string, ProjectNode>;
}

interface Project {
  readonly id: string;
  readonly parent_id: string | null;
}

/** Reads the snapshot: 5 requests, whatever the number of projects. */
export const readSnapshot = async (
  session: KeystoneSession,
  target: ResolvedTarget,
): Promise<KeystoneSnapshot> => {
  const query = new URLSearchParams({
    service_id: target.serviceId,
    ...(target.regionId === null ? {} : { region_id: target.regionId }),
  });
  const [model, registered, limits, projects, domains] = await Promise.all([
    session.request({ path: '/limits/model' }) as Promise<{ model: { name: string } }>,
    session.list<KeystoneRegisteredLimit>(`/registered_limits?${query.toString()}`, 'registered_limits'),
    session.list<KeystoneLimit>(`/limits?${query.toString()}`, 'limits'),
    session.list<Project>('/projects', 'projects'),
    session.list<Project>('/projects?is_domain=true', 'projects'),
  ]);
  const nodes = new Map<string, ProjectNode>();
  for (const { id } of domains) nodes.set(id, { id, isDomain: true, parentId: null });
  for (const { id, parent_id: parentId } of projects)
    if (!nodes.has(id)) nodes.set(id, { id, isDomain: false, parentId });
  const isOurs = ({ region_id: region }: { readonly region_id: string | null }): boolean =>
    region === target.regionId;
  return {
    model: model.model.name,
    target,
    registered: registered.filter(isOurs),
    limits: limits.filter(isOurs),
    nodes,
  };
};

/** A state that can be changed to try what would be. */
export interface SimulatedState extends KeystoneState {
  readonly registered: KeystoneRegisteredLimit[];
  readonly limits: KeystoneLimit[];
}

/** The snapshot as Keystone's rules look at it. */
export const simulated = (snapshot: KeystoneSnapshot): SimulatedState => ({
  model: snapshot.model,
  registered: [...snapshot.registered],
  limits: [...snapshot.limits],
  hasService: (id) => id === snapshot.target.serviceId,
  hasRegion: (id) => id === snapshot.target.regionId,
  node: (id) => snapshot.nodes.get(id),
  children: (id) =>
    [...snapshot.nodes.values()].filter(({ parentId }) => parentId === id).map((node) => node.id),
});

/** Whose limit it is. */
export const ownerOf = (limit: Pick<KeystoneLimit, 'project_id' | 'domain_id'>): string =>
  limit.project_id ?? limit.domain_id ?? '';

/** What Keystone has, as a file would state it. */
export const documentOf = ({ model, registered, limits, nodes }: KeystoneSnapshot): LimitsDocument => {
  const projects = new Map<string, Map<string, number>>();
  for (const limit of limits) {
    const own = projects.get(ownerOf(limit)) ?? new Map<string, number>();
    own.set(limit.resource_name, limit.resource_limit);
    projects.set(ownerOf(limit), own);
  }
  const parents = new Map<string, string>();
  if (model !== 'flat') {
    for (const { id, parentId } of nodes.values()) if (parentId !== null) parents.set(id, parentId);
  }
  const defaults: Limits = new Map(registered.map((limit) => [limit.resource_name, limit.default_limit]));
  return { model: model as EnforcementModelName, registered: defaults, projects, parents };
};
