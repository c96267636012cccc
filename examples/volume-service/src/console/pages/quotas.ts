import type { ProjectUsage } from '@oslofjord/limit';
import { html, type Html } from '../html.ts';
import { table } from '../layout.ts';
import type { Watched } from '../parts.ts';
import { bar, type BarLevel } from '../plots.ts';
import { moment, percent, state } from '../words.ts';

/** A project in its tree, with what it uses. */
interface Node {
  readonly id: string;
  readonly depth: number;
  readonly hasOwnLimits: boolean;
  readonly isParent: boolean;
  /** With what those below it use; undefined where usage cannot be counted now. */
  readonly usage: Readonly<Record<string, ProjectUsage>> | undefined;
  /** Resource → how much is claimed for work under way. */
  readonly claimed: ReadonlyMap<string, number>;
}

/** Projects that have volumes or limits, and those above them; parents before their children. */
const nodesOf = async (
  { store, quotas, limits, claims }: Watched,
  resources: readonly string[],
): Promise<Node[]> => {
  const limited = await limits.allLimits();
  const withVolumes = await store.projects().catch(() => []);
  const ids = new Set([...limited.keys(), ...withVolumes.map(({ id }) => id)]);
  const parents = new Map<string, string>();
  if (quotas.model !== 'flat') {
    for (const id of [...ids]) {
      const tree = await limits.projectTree(id);
      ids.add(tree.rootId);
      for (const [child, parent] of tree.parents) parents.set(child, parent);
    }
    for (const id of [...parents.keys(), ...parents.values()]) ids.add(id);
  }
  const rootOf = (id: string): string => {
    const parent = parents.get(id);
    return parent === undefined ? id : rootOf(parent);
  };
  const nodes: Node[] = [];
  /** Adds a project and those below it; answers what all of them use. */
  const visit = async (id: string, depth: number): Promise<Usage | undefined> => {
    const lines = resources.map((resourceName) => ({ nodeId: id, resourceName }));
    const [held, own] = await Promise.all([
      claims.held(rootOf(id), lines),
      quotas.calculateUsage(id, resources).catch(() => undefined),
    ]);
    const place = nodes.length;
    let usage: Usage | undefined = own;
    for (const child of [...ids].sort()) {
      if (parents.get(child) === id) usage = together(usage, await visit(child, depth + 1));
    }
    nodes.splice(place, 0, {
      ...{ id, depth, usage },
      hasOwnLimits: limited.has(id),
      isParent: nodes.length > place,
      claimed: new Map(resources.map((name, index) => [name, held[index] ?? 0])),
    });
    return usage;
  };
  for (const id of [...ids].sort()) if (!parents.has(id)) await visit(id, 0);
  return nodes;
};

type Usage = NonNullable<Node['usage']>;

/** What a project and one below it use, against the limits of the former. */
const together = (usage: Usage | undefined, below: Usage | undefined): Usage | undefined =>
  usage === undefined || below === undefined
    ? undefined
    : Object.fromEntries(
        Object.entries(usage).map(([name, { usage: used, limit }]) => [
          name,
          { usage: used + (below[name]?.usage ?? 0), limit },
        ]),
      );

/** From what share of a limit on a project is near it. */
const NEAR = 0.8;

const levelOf = (taken: number, limit: number): BarLevel =>
  limit < 0 ? 'low' : taken >= limit ? 'full' : taken >= NEAR * limit ? 'high' : 'low';

/** Limits that are reached or nearly so, the fullest first. */
const tightest = (nodes: readonly Node[]): Html[] =>
  nodes
    .flatMap(({ id, usage = {} }) =>
      Object.entries(usage).map(([resource, { usage: used, limit }]) => ({ id, resource, used, limit })),
    )
    .filter(({ used, limit }) => levelOf(used, limit) !== 'low')
    .sort((a, b) => b.used / b.limit - a.used / a.limit)
    .map(
      ({ id, resource, used, limit }) =>
        html`<tr>
          <th scope="row">${id}</th>
          <td>${resource}</td>
          <td>${used} of ${limit}</td>
          <td>${used >= limit ? state('fail', 'nothing is left') : state('warn', `${limit - used} left`)}</td>
        </tr>`,
    );

const cell = (node: Node, resource: string): Html => {
  const found = node.usage?.[resource];
  if (found === undefined) return html`<td>${state('fail', 'cannot be counted now')}</td>`;
  const { usage, limit } = found;
  const claimed = node.claimed.get(resource) ?? 0;
  const most = limit < 0 ? 'unlimited' : String(limit);
  const label = `${node.id}: ${usage} of ${most} ${resource}${claimed > 0 ? `, and ${claimed} claimed` : ''}`;
  return html`<td>
    <b>${usage}</b> of ${most}
    <span class="soft"
      >${limit < 0 ? undefined : percent(usage, limit)}${claimed > 0 ? ` and ${claimed} claimed` : undefined}</span
    >
    ${limit < 0 ? undefined : bar(label, levelOf(usage + claimed, limit), { used: usage, claimed, whole: limit })}
  </td>`;
};

const row = (node: Node, resources: readonly string[]): Html =>
  html`<tr>
    <th scope="row">
      <div class="level-${Math.min(node.depth, 4)}">
        ${node.depth > 0 ? '└ ' : undefined}${node.id}<br />
        <span class="soft"
          >${node.hasOwnLimits ? 'limits of its own' : 'registered limits'}${node.isParent ? ', for all below it too' : undefined}</span
        >
      </div>
    </th>
    ${resources.map((resource) => cell(node, resource))}
  </tr>`;

const EVENT_KIND = { reserved: 'pass', refused: 'fail', released: 'unknown', renewed: 'unknown' } as const;

/** What projects may have, what they have, and what is claimed for them at this moment. */
export const quotas = async (watched: Watched): Promise<Html> => {
  const { events, limits, claims } = watched;
  const registered = await watched.quotas.getRegisteredLimits();
  const resources = registered.map(([name]) => name);
  const nodes = await nodesOf(watched, resources);
  const live = [...events.openClaims.values()];
  const lately = [...events.claims.list()].reverse().slice(0, 10);
  const tight = tightest(nodes);
  const notices = [
    ...events.thresholds.list().map(({ at, event }) => ({
      at,
      projectId: event.projectId,
      what: `${event.resourceName} past ${Math.round(event.threshold * 100)} %: ${event.usage} of ${event.limit}`,
    })),
    ...events.softLimits.list().map(({ at, event }) => ({
      at,
      projectId: event.projectId,
      what: `over a soft limit: ${event.over.map(({ resourceName }) => resourceName).join(', ')}`,
    })),
  ]
    .sort((a, b) => b.at - a.at)
    .slice(0, 10);
  return html`<section class="card" id="projects" data-live>
      <h2>Projects <span class="soft">model ${watched.quotas.model}, limits from ${limits.name}</span></h2>
      ${table(
        'Projects',
        ['Project', ...resources.map((name) => name)],
        nodes.map((node) => row(node, resources)),
      )}
      <p class="soft">
        Every project may have ${registered.map(([name, limit]) => `${limit} ${name}`).join(' and ')} unless
        it has limits of its own.
      </p>
    </section>
    <div class="grid">
      <section class="card" id="live-claims" data-live>
        <h2>Claims now <span class="soft">in ${claims.name}</span></h2>
        ${
          live.length === 0
            ? html`<p>None. A claim is held only while a volume is being created or resized.</p>`
            : table(
                'Claims now',
                ['Project', 'Claim', 'Since (UTC)'],
                live.map(
                  ({ claimId, projectId, since }) =>
                    html`<tr>
                      <td>${projectId}</td>
                      <td><code>${claimId.slice(0, 8)}</code></td>
                      <td>${moment(since)}</td>
                    </tr>`,
                ),
              )
        }
      </section>
      <section class="card" id="claims" data-live>
        <h2>What became of claims</h2>
        ${
          lately.length === 0
            ? html`<p>There were none yet.</p>`
            : table(
                'What became of claims',
                ['When (UTC)', 'Project', 'Claim', 'What'],
                lately.map(
                  ({ at, event: { claimId, projectId, event } }) =>
                    html`<tr>
                      <td>${moment(at)}</td>
                      <td>${projectId}</td>
                      <td><code>${claimId.slice(0, 8)}</code></td>
                      <td>
                        ${state(event in EVENT_KIND ? EVENT_KIND[event as keyof typeof EVENT_KIND] : 'warn', event)}
                      </td>
                    </tr>`,
                ),
              )
        }
      </section>
    </div>
    <section class="card" id="tight" data-live>
      <h2>Reached, or nearly</h2>
      ${
        tight.length === 0
          ? html`<p>Every project has more than a fifth of each limit left.</p>`
          : table('Reached, or nearly', ['Project', 'Resource', 'Used', 'Left'], tight)
      }
    </section>
    ${
      notices.length === 0
        ? undefined
        : html`<section class="card" id="notices">
            <h2>Limits that were passed</h2>
            ${table(
              'Limits that were passed',
              ['When (UTC)', 'Project', 'What'],
              notices.map(
                ({ at, projectId, what }) =>
                  html`<tr>
                    <td>${moment(at)}</td>
                    <td>${projectId ?? '–'}</td>
                    <td>${what}</td>
                  </tr>`,
              ),
            )}
          </section>`
    }`;
};
