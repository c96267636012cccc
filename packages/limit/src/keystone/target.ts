import { EndpointLookupError, InvalidArgumentError, KeystoneError } from '../errors.ts';
import type { KeystoneSession } from './session.ts';

/** Whose limits: the endpoint of the service that enforces them, or its service and region at once. */
export type LimitTarget =
  | { readonly endpointId: string }
  | {
      readonly serviceType?: string;
      readonly serviceName?: string;
      readonly regionName?: string;
      /** @default 'public' */
      readonly interface?: string;
    }
  | { readonly serviceId: string; readonly regionId: string | null };

/** A service in a region; a null region has limits of its own. */
export interface ResolvedTarget {
  readonly serviceId: string;
  readonly regionId: string | null;
}

interface Endpoint {
  readonly id: string;
  readonly service_id: string;
  readonly region_id: string | null;
  readonly interface: string;
  readonly url: string;
}

interface Service {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
}

const isNotFound = (error: unknown): boolean => error instanceof KeystoneError && error.status === 404;

const targetOf = ({ service_id: serviceId, region_id: regionId }: Endpoint): ResolvedTarget => ({
  serviceId,
  regionId,
});

const byId = async (session: KeystoneSession, endpointId: string): Promise<ResolvedTarget> => {
  // `GET /endpoints/` answers a list: oslo.limit then mixes the limits of all services.
  if (endpointId === '') throw new EndpointLookupError("Can't find endpoint for ''");
  try {
    const path = `/endpoints/${encodeURIComponent(endpointId)}`;
    return targetOf(((await session.request({ path })) as { endpoint: Endpoint }).endpoint);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const known = await session.list<Endpoint>('/endpoints', 'endpoints').catch(() => []);
    throw new EndpointLookupError(`Can't find endpoint for ${endpointId}`, known.map(describeEndpoint));
  }
};

const describeEndpoint = ({ id, interface: kind, region_id: region, url }: Endpoint): string =>
  `${id} (${kind} in ${region ?? 'no region'}, ${url})`;

const describeService = ({ id, type, name }: Service): string => `${id} (${type}, ${name ?? 'unnamed'})`;

const query = (values: Readonly<Record<string, string | undefined>>): string => {
  const given = Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return new URLSearchParams(given).toString();
};

const onlyService = async (session: KeystoneSession, type?: string, name?: string): Promise<Service> => {
  const services = await session.list<Service>(`/services?${query({ type, name })}`, 'services');
  const [service] = services;
  if (services.length > 1)
    throw new EndpointLookupError('Multiple services found', services.map(describeService));
  if (service !== undefined) return service;
  const known = await session.list<Service>('/services', 'services');
  throw new EndpointLookupError('Service not found', known.map(describeService));
};

const requireRegion = async (session: KeystoneSession, regionName: string): Promise<void> => {
  try {
    await session.request({ path: `/regions/${encodeURIComponent(regionName)}` });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const known = await session.list<{ id: string }>('/regions', 'regions');
    throw new EndpointLookupError(
      'Region not found',
      known.map(({ id }) => id),
    );
  }
};

/**
 * Finds service and region of the target.
 * @throws EndpointLookupError (`ERR_LIMIT_ENDPOINT`) with Oslo's message and the candidates
 * @parity oslo.limit 7d1e011 limit.py _EnforcerUtils._get_endpoint — differs: an empty endpoint id finds nothing
 */
export const resolveTarget = async (
  session: KeystoneSession,
  target: LimitTarget,
): Promise<ResolvedTarget> => {
  if ('serviceId' in target) return target;
  if ('endpointId' in target) return byId(session, target.endpointId);
  const { serviceType, serviceName, regionName } = target;
  if ((serviceType ?? '') === '' && (serviceName ?? '') === '') {
    throw new EndpointLookupError('Either service_type or service_name should be set');
  }
  const service = await onlyService(session, serviceType, serviceName);
  if (regionName !== undefined) await requireRegion(session, regionName);
  const kind = (target.interface ?? 'public').replace(/URL$/u, '');
  if (!['public', 'internal', 'admin'].includes(kind)) {
    throw new InvalidArgumentError(`interface must be public, internal or admin, not ${kind}`);
  }
  const asked = query({ service_id: service.id, region_id: regionName, interface: kind });
  const endpoints = await session.list<Endpoint>(`/endpoints?${asked}`, 'endpoints');
  const [endpoint] = endpoints;
  if (endpoints.length > 1)
    throw new EndpointLookupError('Multiple endpoints found', endpoints.map(describeEndpoint));
  if (endpoint !== undefined) return targetOf(endpoint);
  const known = await session.list<Endpoint>(`/endpoints?${query({ service_id: service.id })}`, 'endpoints');
  throw new EndpointLookupError('Endpoint not found', known.map(describeEndpoint));
};
