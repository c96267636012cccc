import type { ResolvedPlan } from './plan.ts';

/** A backend whose checks are what the shutdown waits for. */
export const haproxy = (plan: ResolvedPlan): string => {
  const { service, paths, interval, fall, rise, port, healthPort, agentPort, nodes } = plan;
  const inter = `${Math.max(1, Math.round(interval * 1000))}ms`;
  const check = healthPort === port ? '' : ` port ${healthPort}`;
  const agent = agentPort === undefined ? '' : ` agent-check agent-port ${agentPort} agent-inter ${inter}`;
  const servers = nodes.map(
    (node, index) => `  server ${service}-${index + 1} ${node} check${check}${agent}`,
  );
  return `backend ${service}
  balance roundrobin
  option httpchk
  http-check send meth GET uri ${paths.path}
  http-check expect status 200
  default-server inter ${inter} fall ${fall} rise ${rise}
  timeout check ${inter}
  # a node that has been seen to drain gets no new requests; those under way end
  option redispatch
${servers.join('\n')}
`;
};
