import { KeystoneSession, type Scope } from '@oslofjord/limit/keystone';

/** A name of the story, the project somebody has a role in, and the role; without a project on the system. */
type Person = readonly [name: string, project: string | undefined, role: string];

const PEOPLE: readonly Person[] = [
  ['admin-of-cloud', 'admin', 'admin'],
  ['member-of-alpha', 'alpha', 'member'],
  ['reader-of-alpha', 'alpha', 'reader'],
  ['member-of-beta', 'beta', 'member'],
  ['reader-of-beta', 'beta', 'reader'],
  ['reader-of-system', undefined, 'reader'],
  ['auditor-of-alpha', 'alpha', 'auditor'],
];

/** The service's own user, who validates tokens and reads limits. */
export const SERVICE_USER = 'volumes';

/** What Keystone knows after its bootstrap. */
export interface Cloud {
  /** A token of everybody in the story. */
  readonly tokens: Readonly<Record<string, string>>;
  /** Ids of the projects and of the domain above two of them, by name. */
  readonly projects: Readonly<Record<'admin' | 'research' | 'alpha' | 'beta', string>>;
}

/** The password of everybody whom the bootstrap makes. */
export const PASSWORD = 'of nobody real';

/** Makes what the service needs in a Keystone: its catalog entry, its user, and the people of the story with their projects. */
export const bootstrapCloud = async (
  authUrl: string,
  administrator: { username: string; password: string },
  publicUrl: string,
): Promise<Cloud> => {
  const sessionOf = (username: string, password: string, scope: Scope): KeystoneSession =>
    new KeystoneSession({
      auth: { type: 'password', authUrl, username, password, userDomainId: 'default', ...scope },
      keystone: { endpointOverride: authUrl },
    });
  const admin = sessionOf(administrator.username, administrator.password, { systemScope: 'all' });
  const create = async (
    kind: 'service' | 'endpoint' | 'domain' | 'project' | 'user' | 'role',
    body: object,
  ): Promise<string> => {
    const made = await admin.request({ method: 'POST', path: `/${kind}s`, body: { [kind]: body } });
    return (made as Record<string, { id: string }>)[kind]?.id ?? '';
  };
  const named = async (kind: 'project' | 'role'): Promise<Map<string, string>> =>
    new Map(
      (await admin.list<{ id: string; name: string }>(`/${kind}s`, `${kind}s`)).map(({ id, name }) => [
        name,
        id,
      ]),
    );
  const assign = (user: string, role: string, project: string | undefined): Promise<unknown> =>
    admin.request({
      method: 'PUT',
      path: `${project === undefined ? '/system' : `/projects/${project}`}/users/${user}/roles/${role}`,
    });
  const userOf = (name: string): Promise<string> =>
    create('user', { name, password: PASSWORD, domain_id: 'default' });

  const service = await create('service', { name: 'volumes', type: 'volumev3' });
  await create('endpoint', {
    service_id: service,
    interface: 'public',
    region_id: 'RegionOne',
    url: publicUrl,
  });
  // What is above a project in Keystone's model of two levels is its domain.
  const research = await create('domain', { name: 'research' });
  for (const name of ['alpha', 'beta']) await create('project', { name, domain_id: research });
  await create('role', { name: 'auditor' });
  const [projects, roles] = [await named('project'), await named('role')];
  const idOf = (name: string): string => projects.get(name) ?? '';
  await assign(await userOf(SERVICE_USER), roles.get('reader') ?? '', undefined);
  const tokens: Record<string, string> = {};
  for (const [name, project, role] of PEOPLE) {
    const projectId = project === undefined ? undefined : idOf(project);
    await assign(await userOf(name), roles.get(role) ?? '', projectId);
    const scope: Scope = projectId === undefined ? { systemScope: 'all' } : { projectId };
    const session = sessionOf(name, PASSWORD, scope);
    tokens[name] = (await session.token()).id;
    session.close();
  }
  admin.close();
  return {
    tokens,
    projects: { admin: idOf('admin'), research, alpha: idOf('alpha'), beta: idOf('beta') },
  };
};
