import { docker } from './manifests/docker.ts';
import { haproxy } from './manifests/haproxy.ts';
import { kubernetes } from './manifests/kubernetes.ts';
import { resolvePlan, type DeploymentPlan, type ResolvedPlan } from './manifests/plan.ts';
import { systemd } from './manifests/systemd.ts';

export { resolvePlan } from './manifests/plan.ts';
export type { DeploymentPlan, ResolvedPlan } from './manifests/plan.ts';

const WRITERS: Readonly<Record<'k8s' | 'haproxy' | 'systemd' | 'docker', (plan: ResolvedPlan) => string>> = {
  k8s: kubernetes,
  haproxy,
  systemd,
  docker,
};

/** What a manifest is written for. */
export type ManifestKind = keyof typeof WRITERS;

/** What manifests there are. */
export const MANIFEST_KINDS: readonly ManifestKind[] = Object.keys(WRITERS) as ManifestKind[];

/**
 * The manifest of a deployment, with every time derived from its plan.
 * @throws ManifestError (ERR_HEALTHCHECK_MANIFEST) listing everything that is wrong
 */
export const writeManifest = (kind: ManifestKind, plan: DeploymentPlan): string =>
  WRITERS[kind](resolvePlan(plan));
