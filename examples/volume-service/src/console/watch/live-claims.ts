import type { ClaimStore, Enforcer as Quotas, LimitProvider } from '@oslofjord/limit';
import type { Events, LiveClaim } from './events.ts';

/** What says whether a claim is still held. */
interface Holding {
  readonly quotas: Quotas;
  readonly limits: LimitProvider;
  readonly claims: ClaimStore;
  readonly events: Events;
}

/** The root under which the claims of a project are kept. */
export const rootOf = async (
  { quotas, limits }: Omit<Holding, 'events'>,
  projectId: string,
): Promise<string> => (quotas.model === 'flat' ? projectId : (await limits.projectTree(projectId)).rootId);

/**
 * The claims that are held now. Not every end is told: where usage could not be counted a claim is given back in silence.
 * So the store has the last word: of projects for which it holds nothing no claim is live.
 */
export const liveClaims = async (holding: Holding): Promise<LiveClaim[]> => {
  const { quotas, claims, events } = holding;
  const open = [...events.openClaims.values()];
  if (open.length === 0) return [];
  const resources = (await quotas.getRegisteredLimits()).map(([name]) => name);
  for (const projectId of new Set(open.map((claim) => claim.projectId))) {
    const lines = resources.map((resourceName) => ({ nodeId: projectId, resourceName }));
    const held = await claims.held(await rootOf(holding, projectId), lines);
    if (held.some((amount) => amount > 0)) continue;
    for (const claim of open) if (claim.projectId === projectId) events.openClaims.delete(claim.claimId);
  }
  return [...events.openClaims.values()];
};
