import type { Driver } from '../driver.ts';

/** What a proxy may do differently from its driver. */
export type DriverChanges = Partial<
  Pick<
    Driver,
    | 'name'
    | 'supports'
    | 'getMany'
    | 'setMany'
    | 'deleteMany'
    | 'peek'
    | 'leases'
    | 'watch'
    | 'check'
    | 'close'
  >
>;

/**
 * A driver that hands everything on to another one, apart from what is given. A proxy that changes how entries are
 * read must also say what becomes of `peek` and `leases`.
 */
export const forwarding = (driver: Driver, changes: DriverChanges = {}): Driver => {
  const close = changes.close ?? (async (): Promise<void> => driver.close());
  return {
    name: changes.name ?? driver.name,
    supports: changes.supports ?? driver.supports,
    getMany: changes.getMany ?? (async (keys, request) => driver.getMany(keys, request)),
    setMany: changes.setMany ?? (async (entries, request) => driver.setMany(entries, request)),
    deleteMany: changes.deleteMany ?? (async (keys, request) => driver.deleteMany(keys, request)),
    check: changes.check ?? (async (request) => driver.check(request)),
    peek: 'peek' in changes ? changes.peek : driver.peek?.bind(driver),
    leases: 'leases' in changes ? changes.leases : driver.leases,
    watch: 'watch' in changes ? changes.watch : driver.watch?.bind(driver),
    hostOf: driver.hostOf?.bind(driver),
    close,
    [Symbol.asyncDispose]: close,
  };
};
