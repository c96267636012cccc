import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseLimits, type LimitsDocument } from '@oslofjord/limit/yaml';
import pg from 'pg';
import type { Deployment } from '../real/deployment.ts';
import { faultsOf } from './faults.ts';
import { Ledger, type Stored } from './ledger.ts';
import { growthOf, memoryOf, type Growth, type Sample } from './memory.ts';
import { isFailure, Traffic, type Outcome } from './traffic.ts';

/** A fault and when it was. */
export interface Happened {
  readonly name: string;
  readonly isDrain: boolean;
  /** Milliseconds since the beginning. */
  readonly from: number;
  /** When all was well again. */
  readonly to: number;
  /** Requests that did not succeed from its begin to its end. */
  readonly failed: number;
  readonly requests: number;
}

/** One thing that must hold, and what broke it. */
export interface Invariant {
  readonly name: string;
  readonly problems: readonly string[];
  /** Why nothing can be said of it. */
  readonly unjudged?: string;
}

/** How a soak went. */
export interface SoakReport {
  readonly minutes: number;
  readonly outcomes: readonly Outcome[];
  readonly faults: readonly Happened[];
  readonly memory: readonly Sample[];
  readonly growth: readonly Growth[];
  readonly acknowledged: number;
  readonly invariants: readonly Invariant[];
}

/** How it is done. */
export interface SoakOptions {
  readonly minutes: number;
  /** @default 6 */
  readonly clients?: number;
  readonly progress?: (what: string) => void;
}

const MOST_GROWTH_MEGABYTES_PER_MINUTE = 1;
/** All faults fit into a minute. */
const SHORT = { hold: 1500, rest: 700 };
const LONG = { hold: 5000, rest: 3000 };
/** Rounds of which the first has the faults that end processes, so that these also grow old. */
const RARE_EVERY = 6;
const SETTLE_MILLISECONDS = 20_000;

/** What is in the database, read beside the service. */
class Audit {
  readonly problems: string[] = [];
  looked = 0;
  readonly #pool: pg.Pool;
  readonly #projects: Readonly<Record<string, string>>;
  readonly #limits: LimitsDocument;

  /** @param limits of the service's own file, which Keystone has by then */
  constructor({ servers, cloud }: Deployment, limits: LimitsDocument) {
    this.#pool = new pg.Pool({ connectionString: servers.postgresql.url, max: 1, query_timeout: 2000 });
    this.#pool.on('error', () => undefined);
    this.#projects = cloud.projects;
    this.#limits = limits;
  }

  /** Compares what projects have with their limits; what cannot be read now is read the next time. */
  async look(): Promise<void> {
    let rows: { project_id: string; volumes: number; gigabytes: number }[];
    try {
      ({ rows } = await this.#pool.query<(typeof rows)[number]>(
        'SELECT project_id, count(*)::int AS volumes, sum(size)::int AS gigabytes FROM volumes GROUP BY project_id',
      ));
    } catch {
      return;
    }
    this.looked += 1;
    const { registered, projects, parents } = this.#limits;
    for (const [name, own] of projects) {
      // What is above others is bound by what all of them have.
      const below = [...parents].filter(([, parent]) => parent === name).map(([child]) => child);
      const ids = [name, ...below].map((each) => this.#projects[each]);
      const counted = rows.filter(({ project_id: id }) => ids.includes(id));
      for (const [resource, limit] of new Map([...registered, ...own])) {
        const used = counted.reduce((sum, row) => sum + row[resource as 'volumes' | 'gigabytes'], 0);
        if (used > limit) this.problems.push(`${name} has ${String(used)} ${resource} of ${String(limit)}`);
      }
    }
  }

  async volumes(): Promise<Stored[]> {
    return (await this.#pool.query<Stored>('SELECT id::text, size, status FROM volumes')).rows;
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** Looks again until a list is empty, or patience ends. */
const untilEmpty = async (list: () => Promise<readonly string[]>): Promise<readonly string[]> => {
  const end = performance.now() + SETTLE_MILLISECONDS;
  for (;;) {
    const found = await list();
    if (found.length === 0 || performance.now() > end) return found;
    await sleep(500);
  }
};

/** Mixed traffic while parts are killed and frozen in turn, and what must hold at the end. */
export const soak = async (
  deployment: Deployment,
  { minutes, clients = 6, progress = () => undefined }: SoakOptions,
): Promise<SoakReport> => {
  const ledger = new Ledger();
  const traffic = new Traffic(deployment.balancer.url, deployment.cloud, ledger);
  await traffic.warmUp();
  const file = join(deployment.folder, 'limits.yaml');
  const audit = new Audit(deployment, parseLimits(await readFile(file, 'utf8'), file));
  const memory: Sample[] = [];
  const watched = [...deployment.nodes, deployment.worker, deployment.collector];
  const look = setInterval(() => {
    void audit.look();
    void memoryOf(watched, traffic.now).then((samples) => memory.push(...samples));
  }, 1000);

  const faults: Happened[] = [];
  const troubles: string[] = [];
  const { hold, rest } = minutes < 3 ? SHORT : LONG;
  const end = minutes * 60_000;
  traffic.start(clients);
  await sleep(rest);
  for (let round = 0; traffic.now < end; round += 1) {
    for (const fault of faultsOf(deployment)) {
      if (traffic.now >= end) break;
      if (fault.isRare && round % RARE_EVERY > 0) continue;
      const from = traffic.now;
      try {
        await fault.run(hold);
        await deployment.untilWell();
        await traffic.untilCalm();
      } catch (error) {
        troubles.push(`after "${fault.name}": ${(error as Error).message}`);
      }
      const to = traffic.now;
      await sleep(rest);
      const meanwhile = traffic.outcomes.filter(({ at, took }) => at + took >= from && at <= to);
      const failed = meanwhile.filter(({ status }) => isFailure(status)).length;
      const { name, isDrain } = fault;
      faults.push({ name, isDrain, from, to, failed, requests: meanwhile.length });
      progress(
        `${name}: well again after ${((to - from) / 1000).toFixed(1)} s, ${String(failed)} of ${String(meanwhile.length)} requests failed`,
      );
    }
  }
  await traffic.stop();
  clearInterval(look);
  const differences = await untilEmpty(async () => ledger.differences(await audit.volumes()));
  await audit.look();
  await audit.close();

  const growth = growthOf(memory);
  const { outcomes, violations } = traffic;
  const lost = violations.filter((problem) => problem.startsWith('volume '));
  const invariants: Invariant[] = [
    { name: 'no quota is exceeded', problems: audit.problems },
    {
      name: 'nothing that is denied is allowed',
      problems: violations.filter((problem) => !problem.startsWith('volume ')),
    },
    { name: 'nothing that was acknowledged is lost', problems: [...lost, ...differences] },
    {
      name: 'every request is answered',
      problems: outcomes
        .filter(({ status }) => status === 0)
        .map(
          ({ kind, at, took, error = '' }) =>
            `${kind} after ${(at / 1000).toFixed(1)} s was not answered: ${error} after ${(took / 1000).toFixed(1)} s`,
        ),
    },
    {
      name: 'a drain fails no request',
      problems: faults
        .filter(({ isDrain, failed }) => isDrain && failed > 0)
        .map(
          ({ name, from, failed }) => `${name} after ${(from / 1000).toFixed(1)} s: ${String(failed)} failed`,
        ),
    },
    { name: 'everything is well again after each fault', problems: troubles },
    {
      name: `after two minutes no process grows by more than ${String(MOST_GROWTH_MEGABYTES_PER_MINUTE)} MB a minute`,
      problems: growth
        .filter(({ megabytesPerMinute }) => megabytesPerMinute > MOST_GROWTH_MEGABYTES_PER_MINUTE)
        .map(
          ({ name, pid, megabytesPerMinute }) =>
            `${name} (${String(pid)}) grew by ${megabytesPerMinute.toFixed(2)} MB a minute`,
        ),
      ...(growth.length === 0 ? { unjudged: 'no process was looked at for long enough' } : {}),
    },
  ];
  return {
    ...{ minutes: traffic.now / 60_000, outcomes, faults, memory, growth, invariants },
    acknowledged: ledger.acknowledged,
  };
};
