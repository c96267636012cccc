import { randomUUID } from 'node:crypto';
import type {
  KeystoneState,
  LimitDraft,
  ProjectNode,
  RegisteredLimitDraft,
} from '../../manage/keystone-rules.ts';

/** An object as Keystone's API shows it. */
export type Entity = Record<string, unknown> & { id: string };

/** A role that a user has on the system, a domain or a project. */
export interface Grant {
  readonly userId: string;
  readonly roleId: string;
  /** `system`, or the id of a domain or project. */
  readonly on: string;
}

/** What a request is refused with. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Request Entity Too Large',
};

/** The body of a refusal. */
export const refusalBody = ({ status, message }: Refused): unknown => ({
  error: { code: status, message, title: TITLES[status] ?? 'Error' },
});

/** An id in Keystone's manner. */
export const newId = (): string => randomUUID().replaceAll('-', '');

/** Everything that a fake Keystone knows. */
export class Store {
  model: string;
  readonly regions: Map<string, Entity> = new Map<string, Entity>();
  readonly services: Map<string, Entity> = new Map<string, Entity>();
  readonly endpoints: Map<string, Entity> = new Map<string, Entity>();
  readonly projects: Map<string, Entity> = new Map<string, Entity>();
  readonly users: Map<string, Entity> = new Map<string, Entity>();
  readonly roles: Map<string, Entity> = new Map<string, Entity>();
  readonly credentials: Map<string, Entity> = new Map<string, Entity>();
  readonly trusts: Map<string, Entity> = new Map<string, Entity>();
  readonly registeredLimits: Map<string, Entity> = new Map<string, Entity>();
  readonly limits: Map<string, Entity> = new Map<string, Entity>();
  readonly passwords: Map<string, string> = new Map<string, string>();
  readonly secrets: Map<string, string> = new Map<string, string>();
  readonly grants: Grant[] = [];

  constructor(model: string) {
    this.model = model;
  }

  /** What the rules of limits look at. */
  get state(): KeystoneState {
    return {
      model: this.model,
      registered: [...this.registeredLimits.values()] as unknown as RegisteredLimitDraft[],
      limits: [...this.limits.values()] as unknown as LimitDraft[],
      hasService: (id) => this.services.has(id),
      hasRegion: (id) => this.regions.has(id),
      node: (id) => this.node(id),
      children: (id) => this.children(id),
    };
  }

  node(id: string): ProjectNode | undefined {
    const project = this.projects.get(id);
    if (project === undefined) return undefined;
    return { id, isDomain: project.is_domain === true, parentId: project.parent_id as string | null };
  }

  children(id: string): readonly string[] {
    return [...this.projects.values()]
      .filter((project) => project.parent_id === id)
      .map((project) => project.id);
  }

  /** Ids from a project's parent up to its domain. */
  ancestors(id: string): readonly string[] {
    const path: string[] = [];
    for (
      let parent = this.node(id)?.parentId;
      typeof parent === 'string';
      parent = this.node(parent)?.parentId
    )
      path.push(parent);
    return path;
  }

  rolesOf(userId: string, on: string): readonly Entity[] {
    const ids = new Set(
      this.grants.filter((grant) => grant.userId === userId && grant.on === on).map(({ roleId }) => roleId),
    );
    // Who is admin is member, who is member is reader, as Keystone bootstraps it.
    const names = new Set([...this.roles.values()].filter(({ id }) => ids.has(id)).map((role) => role.name));
    if (names.has('admin')) names.add('member');
    if (names.has('member')) names.add('reader');
    return [...this.roles.values()].filter((role) => names.has(role.name));
  }
}
