import type { Server } from '@oslofjord/services';
import { KeystoneSession } from '../../src/keystone/session.ts';
import type { Credentials } from '../../src/keystone/credentials.ts';

/** Credentials of the administrator of a Keystone that a test started. */
export const administratorOf = (server: Server, scope: object = { systemScope: 'all' }): Credentials => ({
  type: 'password',
  authUrl: server.url,
  username: server.address.username ?? '',
  password: server.address.password ?? '',
  userDomainId: 'default',
  ...scope,
});

/** Makes what a test needs in a Keystone, real or fake. */
export class Administrator {
  readonly session: KeystoneSession;

  constructor(auth: Credentials) {
    this.session = new KeystoneSession({ auth });
  }

  async create<T extends object>(kind: string, body: object): Promise<T & { readonly id: string }> {
    const path = `/${kind.endsWith('y') ? `${kind.slice(0, -1)}ie` : kind}s`;
    const answered = (await this.session.request({ method: 'POST', path, body: { [kind]: body } })) as Record<
      string,
      T & { id: string }
    >;
    return answered[kind] as T & { id: string };
  }

  async service(name: string, type: string = name): Promise<string> {
    return (await this.create('service', { name, type })).id;
  }

  async endpoint(serviceId: string, regionId: string | null, kind = 'public'): Promise<string> {
    const body = {
      service_id: serviceId,
      interface: kind,
      url: 'http://127.0.0.1:9',
      ...(regionId === null ? {} : { region_id: regionId }),
    };
    return (await this.create('endpoint', body)).id;
  }

  async domain(name: string): Promise<string> {
    return (await this.create('domain', { name })).id;
  }

  async project(name: string, domainId: string, parentId?: string): Promise<string> {
    return (
      await this.create('project', {
        name,
        domain_id: domainId,
        ...(parentId === undefined ? {} : { parent_id: parentId }),
      })
    ).id;
  }

  async register(
    serviceId: string,
    regionId: string | null,
    limits: Readonly<Record<string, number>>,
  ): Promise<void> {
    const list = Object.entries(limits).map(([name, limit]) => ({
      service_id: serviceId,
      region_id: regionId,
      resource_name: name,
      default_limit: limit,
    }));
    await this.session.request({
      method: 'POST',
      path: '/registered_limits',
      body: { registered_limits: list },
    });
  }

  /** Gives projects or domains limits of their own; answers the ids of the limits. */
  async limit(
    serviceId: string,
    regionId: string,
    owner: { readonly project_id: string } | { readonly domain_id: string },
    limits: Readonly<Record<string, number>>,
  ): Promise<readonly string[]> {
    const list = Object.entries(limits).map(([name, limit]) => ({
      ...owner,
      service_id: serviceId,
      region_id: regionId,
      resource_name: name,
      resource_limit: limit,
    }));
    const answered = await this.session.request({ method: 'POST', path: '/limits', body: { limits: list } });
    return (answered as { limits: { id: string }[] }).limits.map(({ id }) => id);
  }
}
