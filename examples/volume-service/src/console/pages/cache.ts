import type { CacheRegion } from '@oslofjord/cache';
import { html, type Html } from '../html.ts';
import { action, table } from '../layout.ts';
import type { Watched } from '../parts.ts';
import { bar } from '../plots.ts';
import { moment, percent, span, state } from '../words.ts';

const abilities = ({ driver: { supports } }: CacheRegion): string =>
  [
    supports.shared ? 'shared by all processes' : 'of this process alone',
    supports.persistent ? 'outlives the process' : 'ends with it',
    supports.ttl ? 'drops what is too old' : 'keeps what is too old',
  ].join(', ');

const region = (one: CacheRegion): Html => {
  const { hits, staleHits, misses, creations, failures, voided } = one.statistics();
  const reads = hits + staleHits + misses;
  const answered = hits + staleHits;
  return html`<section class="card" id="region-${one.name.replaceAll(/\W+/gu, '-')}" data-live>
    <h2>Region ${one.name} <span class="soft">driver ${one.driver.name}</span></h2>
    <p><b>${percent(answered, reads)}</b> of ${reads} reads were answered from the cache.</p>
    ${bar(`${answered} of ${reads} reads of ${one.name} were hits`, 'low', { used: answered, whole: reads })}
    <h3>What happened</h3>
    <dl class="facts">
      <dt>Hits</dt>
      <dd>${hits}, and ${staleHits} with an old value while a new one was made</dd>
      <dt>Misses</dt>
      <dd>${misses}</dd>
      <dt>Created</dt>
      <dd>
        ${creations}; of which ${failures} failed and ${voided} were not stored, because the key changed
        meanwhile
      </dd>
      <dt>Fresh for</dt>
      <dd>${one.expirationTime === undefined ? 'what each call says' : span(one.expirationTime * 1000)}</dd>
      <dt>Entries</dt>
      <dd>${abilities(one)}</dd>
    </dl>
  </section>`;
};

/** What the cache answered, and how its servers stand. */
export const cache = ({ regions, events, faults, formToken }: Watched): Html => {
  const back = '/console/cache';
  const broken = faults?.cache.remaining ?? 0;
  const hosts = [...events.hosts.values()];
  const errors = [...events.backendErrors.list()].reverse().slice(0, 10);
  const isLocal = regions.every(({ driver }) => !driver.supports.shared);
  return html`<div class="grid">${regions.map(region)}</div>
    <section class="card">
      <h2>Forget</h2>
      <p>
        Makes every entry written until now a miss in this process. The next read of each asks again: watch
        the
        <a href="/console/metrics">misses</a>.
      </p>
      <div class="actions">${action(formToken, 'forget', 'Forget all entries', { back })}</div>
    </section>
    <section class="card" id="hosts" data-live>
      <h2>Servers</h2>
      ${
        hosts.length > 0
          ? table(
              'Servers',
              ['Server', 'Driver', 'State', 'Since (UTC)'],
              hosts.map(
                ({ host, driver, state: how, since }) =>
                  html`<tr>
                    <th scope="row">${host}</th>
                    <td>${driver}</td>
                    <td>${how === 'alive' ? state('pass', 'alive') : state('fail', 'in quarantine')}</td>
                    <td>${moment(since)}</td>
                  </tr>`,
              ),
            )
          : isLocal
            ? html`<p>
                This cache is kept in the memory of the process: there is no server that could fail. With
                memcached or Redis, each server stands here as soon as it is given up or comes back.
              </p>`
            : html`<p>
                All servers have answered since the start. One that is given up stands here until it comes
                back, and after that.
              </p>`
      }
      ${
        faults === undefined
          ? undefined
          : html`<p>
                ${
                  broken > 0
                    ? `The cache was killed from here, and comes back in ${span(broken)}. Requests are answered all the same: each asks who its caller is.`
                    : 'In this demo the cache can be killed as a server can: requests are answered all the same.'
                }
              </p>
              <div class="actions">
                ${action(formToken, 'kill-cache', 'Kill the cache for 10 s', { back })}
              </div>`
      }
    </section>
    <section class="card" id="cache-errors" data-live>
      <h2>Failures of servers</h2>
      ${
        errors.length === 0
          ? html`<p>None.</p>`
          : table(
              'Failures of servers',
              ['When (UTC)', 'Server', 'While', 'Code'],
              errors.map(
                ({ at, event: { host, operation, code } }) =>
                  html`<tr>
                    <td>${moment(at)}</td>
                    <td>${host}</td>
                    <td>${operation}</td>
                    <td><code>${code}</code></td>
                  </tr>`,
              ),
            )
      }
    </section>`;
};
