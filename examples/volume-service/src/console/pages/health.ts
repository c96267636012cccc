import type { Transition } from '@oslofjord/healthcheck';
import { html, type Html } from '../html.ts';
import { action, table } from '../layout.ts';
import type { Watched } from '../parts.ts';
import { timeline, type Stretch } from '../plots.ts';
import { moment, saying, span, state } from '../words.ts';

/** How long the timeline reaches back at least, and at most. */
const SHORTEST = 60_000;
const LONGEST = 900_000;

type Status = Transition['to'];

/** What was in which state between changes. */
const stretches = (
  changes: readonly { readonly at: number; readonly from: Status; readonly to: Status }[],
  current: Status,
  start: number,
  end: number,
): Stretch[] => {
  const within = changes.filter(({ at }) => at > start);
  const pieces: Stretch[] = [];
  let from = start;
  for (const change of within) {
    pieces.push({ status: change.from, from, to: change.at });
    from = change.at;
  }
  pieces.push({ status: current, from, to: end });
  return pieces;
};

const timelineOf = ({ health, events }: Watched): Html => {
  const end = Date.now();
  const { components } = health.report();
  const { history } = health;
  const toggles = events.toggles.list();
  const first = Math.min(history[0]?.at ?? end, toggles[0]?.at ?? end);
  const start = Math.max(Math.min(first, end - SHORTEST), end - LONGEST);
  const word = (isAvailable: boolean): Status => (isAvailable ? 'pass' : 'fail');
  const toggled = toggles.map(({ at, event }, index) => ({
    at,
    from: index === 0 ? ('unknown' as const) : word(toggles[index - 1]?.event.isAvailable ?? true),
    to: word(event.isAvailable),
  }));
  const rows = [
    ...(toggled.length === 0
      ? []
      : [
          {
            name: 'in the balancer',
            stretches: stretches(toggled, toggled.at(-1)?.to ?? 'pass', start, end),
          },
        ]),
    ...components.map(({ name, status }) => ({
      name,
      stretches: stretches(
        history.filter(({ component }) => component === name),
        status,
        start,
        end,
      ),
    })),
  ];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Timeline">
      ${timeline(rows, start, end)}
    </div>
    <ul class="legend">
      ${(['pass', 'warn', 'fail', 'unknown'] as const).map((status) => html`<li><span class="key ${status}" aria-hidden="true"></span>${status}</li>`)}
    </ul>`;
};

const componentsTable = ({ health }: Watched): Html =>
  table(
    'Components',
    [
      'Component',
      'State',
      'Because',
      'Matters',
      html`<th scope="col" class="number">Worked</th>`,
      html`<th scope="col" class="number">Failed</th>`,
      'Last heard of',
    ],
    health.report().components.map(
      ({ name, status, cause, severity, oks, fails, age, failure }) =>
        html`<tr>
          <th scope="row">${name}</th>
          <td>${state(status)}</td>
          <td>
            ${cause.replaceAll('-', ' ')}${failure === undefined ? undefined : html`: <code>${failure.code}</code>`}
          </td>
          <td>${severity}</td>
          <td class="number">${oks}</td>
          <td class="number">${fails}</td>
          <td>${age === undefined ? 'never' : `${span(age)} ago`}</td>
        </tr>`,
    ),
  );

const changesTable = ({ health, events }: Watched): Html => {
  const changes = [
    ...health.history.map(({ at, component, from, to, cause, code }) => ({
      at,
      row: html`<td>${component}</td>
        <td>${state(from)} → ${state(to)}</td>
        <td>
          ${cause.replaceAll('-', ' ')}${code === undefined ? undefined : html`: <code>${code}</code>`}
        </td>`,
    })),
    ...events.toggles.list().map(({ at, event: { isAvailable, reasons } }) => ({
      at,
      row: html`<td>in the balancer</td>
        <td>${state(isAvailable ? 'pass' : 'fail', isAvailable ? 'serving' : 'drained')}</td>
        <td>${reasons.join(', ')}</td>`,
    })),
  ].sort((a, b) => b.at - a.at);
  return changes.length === 0
    ? html`<p>Nothing has changed since the start.</p>`
    : table(
        'Changes',
        ['When (UTC)', 'What', 'State', 'Because'],
        changes.slice(0, 20).map(
          ({ at, row }) =>
            html`<tr>
              <td>${moment(at)}</td>
              ${row}
            </tr>`,
        ),
      );
};

/** Whether the service works, what it depends on, and how both went lately. */
export const health = (watched: Watched): Html => {
  const { disableFile, faults, formToken } = watched;
  const { status, reasons } = watched.health.standing('readiness');
  const isDrained = watched.health.toggles.results(undefined).some(({ available }) => !available);
  const broken = faults?.database.remaining ?? 0;
  const back = '/console/health';
  return html`<section
      class="card notice ${status === 'fail' ? 'bad' : status === 'warn' ? '' : 'good'}"
      id="standing"
      data-live
    >
      <h2>
        ${state(status, status === 'fail' ? 'not ready' : status === 'warn' ? 'ready, with warnings' : 'ready')}
      </h2>
      <p>
        The balancer is told
        <b>${status === 'fail' ? '503' : '200'}</b>${saying(reasons) === '' ? '' : `: ${saying(reasons)}`}.
        ${isDrained ? 'The service is drained: it still answers whoever asks it.' : undefined}
      </p>
      ${broken > 0 ? html`<p>The database was broken from here, and comes back in ${span(broken)}.</p>` : undefined}
      <div class="actions">
        ${
          disableFile === undefined
            ? html`<span class="soft"
                >No file is configured that drains this service (<code>disable_by_file_path</code>).</span
              >`
            : isDrained
              ? action(formToken, 'undrain', 'Serve again', { back, isMain: true })
              : action(formToken, 'drain', 'Drain', { back, isMain: true })
        }
        ${faults === undefined ? undefined : action(formToken, 'break-database', 'Break the database for 10 s', { back })}
      </div>
    </section>
    <section class="card" id="timeline" data-live>
      <h2>Timeline</h2>
      ${timelineOf(watched)}
    </section>
    <section class="card" id="components" data-live>
      <h2>Components</h2>
      ${componentsTable(watched)}
    </section>
    <section class="card" id="changes" data-live>
      <h2>Changes</h2>
      ${changesTable(watched)}
    </section>`;
};
