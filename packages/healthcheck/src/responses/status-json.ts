import { getHeapStatistics } from 'node:v8';
import type { Role } from '../exposure/roles.ts';
import type { Health } from '../health.ts';
import type { ComponentReport } from '../reports.ts';

/** A component as those may see it who have these roles: messages and routes are details. */
export const exposed = (component: ComponentReport, roles: ReadonlySet<Role>): ComponentReport => {
  if (roles.has('details')) return component;
  const { failure, ...rest } = component;
  return { ...rest, routes: [], ...(failure === undefined ? {} : { failure: { code: failure.code } }) };
};

/** What the process says of itself, to those who may see details. */
export const runtimeOf = ({ loop }: Health): Readonly<Record<string, number>> => {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return {
    loopUtilization: Number(loop.utilization.toFixed(3)),
    loopDelay: Math.round(loop.delay),
    heapUsed: used,
    heapLimit: limit,
    uptime: Math.round(process.uptime()),
  };
};

/** Everything that somebody with these roles may see of a group, as JSON. */
export const writeStatusJson = (
  health: Health,
  group: string,
  port: number | undefined,
  roles: ReadonlySet<Role>,
): string => {
  const { status, reasons, components } = health.report(group, port);
  return JSON.stringify(
    {
      service: health.options.service,
      group,
      status,
      phase: health.phase,
      reasons,
      components: components.map((component) => exposed(component, roles)),
      history: health.history,
      ...(roles.has('details') ? { runtime: runtimeOf(health) } : {}),
    },
    null,
    2,
  );
};
