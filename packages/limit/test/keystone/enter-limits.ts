import { keystoneLimits } from '../../src/keystone/limits.ts';
import type { ProvidedLimits, ProvidedSetting } from '../../src/testing/limit-provider-suite.ts';
import type { Administrator } from './administrator.ts';

/** Enters the limits into a Keystone, real or fake. */
export const enterLimits = async (
  admin: Administrator,
  { registered, projects }: ProvidedLimits,
  run: number,
): Promise<ProvidedSetting> => {
  const service = await admin.service(`service-${String(run)}`);
  await admin.register(service, 'RegionOne', registered);
  const ids = new Map<string, string>();
  for (const [name, limits] of Object.entries(projects)) {
    const id = await admin.project(`${name}-${String(run)}`, 'default');
    ids.set(name, id);
    if (Object.keys(limits).length > 0) await admin.limit(service, 'RegionOne', { project_id: id }, limits);
  }
  const provider = await keystoneLimits({
    session: admin.session,
    target: { serviceId: service, regionId: 'RegionOne' },
  });
  return { provider, idOf: (name) => ids.get(name) ?? '' };
};
