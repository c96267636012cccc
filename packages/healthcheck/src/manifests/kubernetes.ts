import type { ResolvedPlan } from './plan.ts';

/** Kubernetes counts whole seconds, from one on. */
const whole = (seconds: number): number => Math.max(1, Math.ceil(seconds));

/** A Deployment with its probes; every time follows from the plan. */
export const kubernetes = (plan: ResolvedPlan): string => {
  const { service, image, port, healthPort, paths, interval, fall, rise, startMax, liveMax, shutdownMax } =
    plan;
  const period = whole(interval);
  const probe = (name: string, path: string, lines: readonly string[]): string =>
    [
      `          ${name}:`,
      '            httpGet:',
      `              path: ${path}`,
      '              port: health',
      ...lines.map((line) => `            ${line}`),
    ].join('\n');
  const livePeriod = whole(Math.min(10, liveMax / 3));
  const ports = [
    '            - name: http',
    `              containerPort: ${port}`,
    ...(healthPort === port
      ? []
      : ['            - name: health', `              containerPort: ${healthPort}`]),
  ].join('\n');
  const named = healthPort === port ? 'http' : 'health';
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${service}
spec:
  selector:
    matchLabels:
      app: ${service}
  template:
    metadata:
      labels:
        app: ${service}
    spec:
      # the balancer sees it, requests end, hooks run; then five seconds to spare
      terminationGracePeriodSeconds: ${shutdownMax + 5}
      containers:
        - name: ${service}
          image: ${image}
          ports:
${ports}
${[
  probe('startupProbe', paths.startupz, [
    `periodSeconds: ${period}`,
    `failureThreshold: ${Math.ceil(startMax / period)}`,
    `timeoutSeconds: ${period}`,
  ]),
  probe('readinessProbe', paths.readyz, [
    `periodSeconds: ${period}`,
    `failureThreshold: ${fall}`,
    `successThreshold: ${rise}`,
    `timeoutSeconds: ${period}`,
  ]),
  probe('livenessProbe', paths.livez, [
    `periodSeconds: ${livePeriod}`,
    `failureThreshold: ${Math.max(1, Math.ceil(liveMax / livePeriod))}`,
    `timeoutSeconds: ${livePeriod}`,
  ]),
]
  .join('\n')
  .replaceAll('port: health', `port: ${named}`)}
`;
};
