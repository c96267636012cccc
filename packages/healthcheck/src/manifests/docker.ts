import type { ResolvedPlan } from './plan.ts';

/** A compose file with a health check that needs nothing but Node in the image. */
export const docker = (plan: ResolvedPlan): string => {
  const { service, image, healthPort, paths, interval, fall, startMax, shutdownMax, port } = plan;
  const url = `http://127.0.0.1:${healthPort}${paths.readyz}`;
  const script = `fetch('${url}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;
  return `services:
  ${service}:
    image: ${image}
    ports:
      - '${port}:${port}'
    healthcheck:
      test:
        - CMD
        - node
        - -e
        - "${script}"
      interval: ${Math.max(1, Math.ceil(interval))}s
      timeout: ${Math.max(1, Math.ceil(interval))}s
      retries: ${fall}
      start_period: ${Math.ceil(startMax)}s
    # the balancer sees it, requests end, hooks run; then five seconds to spare
    stop_grace_period: ${shutdownMax + 5}s
`;
};
