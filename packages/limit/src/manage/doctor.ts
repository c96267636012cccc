import { EndpointLookupError, LimitError, ScopeError } from '../errors.ts';
import { KeystoneSession } from '../keystone/session.ts';
import { resolveTarget, type ResolvedTarget } from '../keystone/target.ts';
import { scopeName } from '../keystone/token.ts';
import type { ConfiguredLimits } from '../options.ts';
import { ownerOf, readSnapshot, type KeystoneSnapshot } from './keystone-state.ts';

/** What was looked at. */
export type FindingCode =
  | 'configuration'
  | 'log-in'
  | 'scope'
  | 'endpoint'
  | 'region'
  | 'model'
  | 'hierarchy'
  | 'parent-limits'
  | 'registered';

/** One thing that doctor found. */
export interface Finding {
  readonly code: FindingCode;
  /** `error`: limits are not enforced as they should be. `warning`: they may surprise. */
  readonly level: 'ok' | 'warning' | 'error';
  /** What there is, and what to do about it. */
  readonly message: string;
}

/** What doctor looks at. */
export interface DoctorOptions {
  readonly configured: ConfiguredLimits;
  /** Names that the service enforces; they should be registered. @default none */
  readonly names?: readonly string[];
}

const finding = (code: FindingCode, level: Finding['level'], message: string): Finding => ({
  code,
  level,
  message,
});

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const onScope = async (session: KeystoneSession): Promise<Finding> => {
  const { body } = await session.token();
  if (body.system !== undefined)
    return finding('scope', 'ok', 'the token is for the system: it sees every limit');
  const roles = new Set((body.roles ?? []).map(({ name }) => name));
  if (roles.has('admin') || roles.has('service')) {
    return finding(
      'scope',
      'warning',
      `the token is for ${scopeName(body)} with a role that only Keystone 2026.1 and later lets see every limit; set system_scope = all`,
    );
  }
  return finding(
    'scope',
    'error',
    `the token is for ${scopeName(body)}: Keystone hides the limits of all other projects, and their defaults are enforced instead; set system_scope = all and give the user the role reader on the system`,
  );
};

const onRegion = ({ target, registered }: KeystoneSnapshot): Finding =>
  target.regionId === null
    ? finding(
        'region',
        'warning',
        `the endpoint has no region: only the ${String(registered.length)} limits that are registered without a region count; oslo.limit mixes those of all regions`,
      )
    : finding('region', 'ok', `limits of region ${target.regionId}`);

/** Where Keystone lets stand what cannot be enforced as it is written. */
const onHierarchy = (snapshot: KeystoneSnapshot): readonly Finding[] => {
  const { nodes, limits, registered, model } = snapshot;
  if (model !== 'strict_two_level') return [];
  const findings: Finding[] = [];
  const deep = [...nodes.values()].filter(
    ({ parentId }) => parentId !== null && nodes.get(parentId)?.isDomain === false,
  );
  findings.push(
    deep.length === 0
      ? finding('hierarchy', 'ok', 'no project is deeper than two levels')
      : finding(
          'hierarchy',
          'error',
          `${deep.map(({ id }) => id).join(', ')}: below the second level; Keystone let it be made and will not start again; move or delete ${deep.length === 1 ? 'it' : 'them'}`,
        ),
  );
  for (const child of limits) {
    const parentId = nodes.get(ownerOf(child))?.parentId;
    if (typeof parentId !== 'string') continue;
    const own = limits.find(
      (limit) => limit.domain_id === parentId && limit.resource_name === child.resource_name,
    );
    const bound =
      own?.resource_limit ??
      registered.find((limit) => limit.resource_name === child.resource_name)?.default_limit;
    if (bound === undefined || bound < 0 || (child.resource_limit >= 0 && child.resource_limit <= bound))
      continue;
    const has = child.resource_limit < 0 ? 'unlimited' : String(child.resource_limit);
    findings.push(
      finding(
        'parent-limits',
        'warning',
        `${ownerOf(child)} has ${has} ${child.resource_name} below ${parentId}, which has ${String(bound)}: it gets no more than that; Keystone's check takes 0 for no limit and -1 for less than 0`,
      ),
    );
  }
  return findings;
};

const onRegistered = ({ registered }: KeystoneSnapshot, names: readonly string[]): readonly Finding[] => {
  const missing = names.filter((name) => !registered.some((limit) => limit.resource_name === name));
  if (missing.length > 0) {
    return [
      finding(
        'registered',
        'error',
        `${missing.join(', ')}: enforced by the service and not registered, so nobody gets any; register ${missing.length === 1 ? 'it' : 'them'}`,
      ),
    ];
  }
  return names.length === 0
    ? []
    : [finding('registered', 'ok', `all ${String(names.length)} resources are registered`)];
};

const MODELS = new Set(['flat', 'strict_two_level']);

/**
 * Looks for what makes limits count otherwise than meant: credentials, scope, endpoint, region, model, tree, and names that
 * nobody registered. Changes nothing.
 */
export const examine = async ({ configured, names = [] }: DoctorOptions): Promise<readonly Finding[]> => {
  const findings: Finding[] = configured.warnings.map((warning) =>
    finding('configuration', 'warning', warning),
  );
  if (findings.length === 0) findings.push(finding('configuration', 'ok', 'nothing looks mixed up'));
  let session: KeystoneSession | undefined;
  try {
    session = new KeystoneSession(configured.session);
    await session.token();
    findings.push(finding('log-in', 'ok', `${configured.session.auth.authUrl} takes the credentials`));
    findings.push(await onScope(session));
    const target: ResolvedTarget = await resolveTarget(session, configured.target);
    findings.push(finding('endpoint', 'ok', `service ${target.serviceId}`));
    const snapshot = await readSnapshot(session, target);
    findings.push(onRegion(snapshot));
    findings.push(
      MODELS.has(snapshot.model)
        ? finding('model', 'ok', `Keystone enforces ${snapshot.model}`)
        : finding('model', 'error', `Keystone enforces ${snapshot.model}, which is not known here`),
    );
    findings.push(...onHierarchy(snapshot), ...onRegistered(snapshot, names));
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    const code =
      error instanceof EndpointLookupError ? 'endpoint' : error instanceof ScopeError ? 'scope' : 'log-in';
    findings.push(finding(code, 'error', textOf(error)));
  } finally {
    session?.close();
  }
  return findings;
};
