import { deepStrictEqual, rejects } from 'node:assert/strict';
import { createEnforcer } from '../enforcer.ts';
import type { Enforcer } from '../enforcer-interface.ts';
import { ProjectOverLimitError } from '../errors.ts';
import type { LimitProvider } from '../provider.ts';
import type { SuiteRunner } from './claim-store-suite.ts';
import { usageFrom } from './fixture.ts';

/** What a provider under test is to give: names of projects stand for ids that it may choose. */
export interface ProvidedLimits {
  readonly registered: Readonly<Record<string, number>>;
  readonly projects: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A provider with those limits, and the ids it gave the projects. */
export interface ProvidedSetting {
  readonly provider: LimitProvider;
  readonly idOf: (project: string) => string;
}

/** How providers are made. */
export interface LimitProviderSuiteOptions {
  readonly create: (limits: ProvidedLimits) => Promise<ProvidedSetting>;
}

const LIMITS: ProvidedLimits = {
  registered: { volumes: 10, gigabytes: 1000, unlimited: -1, none: 0 },
  projects: { p: { volumes: 20, none: 3 }, q: { gigabytes: -1, volumes: 0 }, plain: {} },
};

const plain = (limits: ReadonlyMap<string, number>): unknown =>
  Object.fromEntries([...limits].sort(([left], [right]) => (left < right ? -1 : 1)));

/** The contract of a {@link LimitProvider}, and that an enforcer on it decides by it. */
export const limitProviderSuite = (
  { describe, it }: SuiteRunner,
  { create }: LimitProviderSuiteOptions,
): void => {
  const on = async (
    run: (setting: ProvidedSetting & { readonly enforcer: Enforcer }) => Promise<void>,
  ): Promise<void> => {
    const setting = await create(LIMITS);
    const usage = usageFrom({ [setting.idOf('p')]: { volumes: 19 } });
    const enforcer = await createEnforcer({ limits: setting.provider, usage });
    try {
      await run({ ...setting, enforcer });
    } finally {
      await enforcer.close();
    }
  };

  describe('a provider of limits', () => {
    it('says its model', () =>
      on(async ({ provider }) => {
        deepStrictEqual(await provider.enforcementModel(), 'flat');
      }));

    it('gives every registered limit, 0 and unlimited ones too', () =>
      on(async ({ provider }) => {
        deepStrictEqual(plain(await provider.registeredLimits()), {
          gigabytes: 1000,
          none: 0,
          unlimited: -1,
          volumes: 10,
        });
      }));

    it("gives a project's own limits, and none of others", () =>
      on(async ({ provider, idOf }) => {
        deepStrictEqual(plain(await provider.projectLimits(idOf('p'))), { none: 3, volumes: 20 });
        deepStrictEqual(plain(await provider.projectLimits(idOf('plain'))), {});
        deepStrictEqual(plain(await provider.projectLimits('00000000000000000000000000000000')), {});
      }));

    it('gives the own limits of all who have some', () =>
      on(async ({ provider, idOf }) => {
        const all = await provider.allLimits();
        deepStrictEqual(plain(all.get(idOf('q')) ?? new Map()), { gigabytes: -1, volumes: 0 });
        deepStrictEqual((all.get(idOf('plain')) ?? new Map()).size, 0);
      }));

    it('lets an enforcer decide by it', () =>
      on(async ({ enforcer, idOf }) => {
        await enforcer.enforce(idOf('p'), { volumes: 1, none: 3, unlimited: 1e9, gigabytes: 1000 });
        await rejects(enforcer.enforce(idOf('p'), { volumes: 2 }), ProjectOverLimitError);
        await rejects(enforcer.enforce(idOf('q'), { volumes: 1 }), ProjectOverLimitError);
        await enforcer.enforce(idOf('q'), { gigabytes: 1e9 });
        await enforcer.enforce(null, { volumes: 10 });
        await rejects(enforcer.enforce(idOf('plain'), { none: 1, unheard: 1 }), (error: unknown) => {
          deepStrictEqual(
            (error as ProjectOverLimitError).overLimitInfoList.map(({ reason }) => reason),
            ['exceeded', 'unregistered'],
          );
          return true;
        });
      }));

    it('lets limits be looked up', () =>
      on(async ({ enforcer, idOf }) => {
        deepStrictEqual(await enforcer.getRegisteredLimits(['none', 'unheard', 'volumes']), [
          ['none', 0],
          ['unheard', 0],
          ['volumes', 10],
        ]);
        deepStrictEqual(await enforcer.getProjectLimits(idOf('p'), ['gigabytes', 'volumes']), [
          ['gigabytes', 1000],
          ['volumes', 20],
        ]);
        const own = await enforcer.getProjectLimits(idOf('p'));
        deepStrictEqual(
          new Map(own),
          new Map([
            ['volumes', 20],
            ['none', 3],
          ]),
        );
      }));
  });
};
