import type { Credentials, PolicyContext } from '../checks/credentials.ts';

/** Headers as node has them: names in lower case, several values as a list. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Who sends a request, as oslo.context has it. */
export interface RequestContextValues {
  readonly userId?: string | undefined;
  readonly userDomainId?: string | undefined;
  readonly systemScope?: string | undefined;
  readonly domainId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly projectDomainId?: string | undefined;
  readonly roles?: readonly string[];
  readonly isAdminProject?: boolean;
  readonly serviceUserId?: string | undefined;
  readonly serviceUserDomainId?: string | undefined;
  readonly serviceProjectId?: string | undefined;
  readonly serviceProjectDomainId?: string | undefined;
  readonly serviceRoles?: readonly string[];
}

/**
 * Who sends a request, in the shape that oslo.context gives to policies.
 * @parity oslo.context 5.0.0 context.py RequestContext.to_policy_values — same keys and defaults
 */
export class RequestContext implements PolicyContext {
  readonly values: RequestContextValues;

  constructor(values: RequestContextValues) {
    this.values = values;
  }

  /**
   * Reads the headers that Keystone's middleware sets in front of a service.
   * Only a proxy that removes these headers from what clients send makes them trustworthy.
   * @returns undefined unless the middleware says that it has confirmed the identity
   * @parity oslo.context 5.0.0 context.py RequestContext.from_environ — same headers
   */
  static fromHeaders(headers: Headers): RequestContext | undefined {
    const text = (name: string): string | undefined => {
      const value = headers[name];
      const single = typeof value === 'string' ? value : value?.[0];
      return single === undefined || single === '' ? undefined : single;
    };
    const list = (name: string): string[] =>
      (text(name) ?? '')
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    if (text('x-identity-status') !== 'Confirmed') return undefined;
    return new RequestContext({
      userId: text('x-user-id'),
      userDomainId: text('x-user-domain-id'),
      systemScope: text('openstack-system-scope'),
      domainId: text('x-domain-id'),
      projectId: text('x-project-id'),
      projectDomainId: text('x-project-domain-id'),
      roles: list('x-roles'),
      isAdminProject: (text('x-is-admin-project') ?? 'true').toLowerCase() === 'true',
      serviceUserId: text('x-service-user-id'),
      serviceUserDomainId: text('x-service-user-domain-id'),
      serviceProjectId: text('x-service-project-id'),
      serviceProjectDomainId: text('x-service-project-domain-id'),
      serviceRoles: list('x-service-roles'),
    });
  }

  /** The credentials, under oslo.context's names; what is not known is null. */
  toPolicyValues(): Credentials {
    const { values } = this;
    return {
      user_id: values.userId ?? null,
      user_domain_id: values.userDomainId ?? null,
      system_scope: values.systemScope ?? null,
      domain_id: values.domainId ?? null,
      project_id: values.projectId ?? null,
      project_domain_id: values.projectDomainId ?? null,
      roles: [...(values.roles ?? [])],
      is_admin_project: values.isAdminProject ?? true,
      service_user_id: values.serviceUserId ?? null,
      service_user_domain_id: values.serviceUserDomainId ?? null,
      service_project_id: values.serviceProjectId ?? null,
      service_project_domain_id: values.serviceProjectDomainId ?? null,
      service_roles: [...(values.serviceRoles ?? [])],
    };
  }
}
