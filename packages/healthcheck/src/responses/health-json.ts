import type { Role } from '../exposure/roles.ts';
import type { Health } from '../health.ts';
import type { ComponentReport } from '../reports.ts';
import { exposed, runtimeOf } from './status-json.ts';

/** One check of draft-inadarei-api-health-check-06, section 4. */
interface HealthJsonCheck {
  readonly componentId: string;
  readonly componentType: 'component' | 'datastore' | 'system';
  readonly observedValue?: number;
  readonly observedUnit?: string;
  readonly status: 'pass' | 'warn' | 'fail';
  readonly affectedEndpoints?: readonly string[];
  readonly time: string;
  readonly output?: string;
}

const checkOf = (component: ComponentReport, time: string): HealthJsonCheck => {
  const { name, kind, status, cause, failure, routes, inFlight } = component;
  const isPassing = status === 'pass';
  const output = [cause, failure?.code, failure?.message].filter((part) => part !== undefined).join(': ');
  return {
    componentId: name,
    componentType: kind,
    observedValue: inFlight,
    observedUnit: 'calls in flight',
    status: status === 'unknown' ? 'warn' : status,
    // Both are left out of what passes: so says the draft.
    ...(isPassing || routes.length === 0 ? {} : { affectedEndpoints: routes }),
    time,
    ...(isPassing ? {} : { output }),
  };
};

/**
 * A group as `application/health+json`. Those without a role learn whether it is up, as from the status code.
 * @see https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06
 */
export const writeHealthJson = (
  health: Health,
  group: string,
  port: number | undefined,
  roles: ReadonlySet<Role>,
): string => {
  const { status, components } = health.report(group, port);
  if (roles.size === 0) return JSON.stringify({ status: status === 'fail' ? 'fail' : 'pass' });
  const time = new Date().toISOString();
  const checks: Record<string, HealthJsonCheck[]> = {};
  for (const component of components) {
    checks[`${component.name}:calls`] = [checkOf(exposed(component, roles), time)];
  }
  if (roles.has('details')) {
    const { loopUtilization = 0 } = runtimeOf(health);
    checks['event-loop:utilization'] = [
      {
        componentId: 'event-loop',
        componentType: 'system',
        observedValue: Math.round(loopUtilization * 1000) / 10,
        observedUnit: 'percent',
        status: 'pass',
        time,
      },
    ];
  }
  return JSON.stringify({ status, serviceId: health.options.service, checks }, null, 2);
};
