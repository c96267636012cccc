import { html, type Html } from '../html.ts';
import { action, table } from '../layout.ts';
import type { Watched } from '../parts.ts';
import { counted, figure, percent, saying, span, state } from '../words.ts';

const part = (name: string, library: string, what: string): Html =>
  html`<tr>
    <th scope="row">${name}</th>
    <td><code>${library}</code></td>
    <td>${what}</td>
  </tr>`;

const link = (to: string, what: string): Html =>
  html`<li><a href="${to}">${to}</a> <span class="soft">${what}</span></li>`;

/** What the service is made of, and how it stands. */
export const overview = (watched: Watched): Html => {
  const live = watched.events.openClaims.size;
  const { enforcer, quotas, limits, claims, regions, health, samples, traffic } = watched;
  const { status, reasons } = health.standing('readiness');
  const lately = samples.list().slice(-10);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const reads = regions.map((region) => region.statistics());
  const hits = reads.reduce((sum, each) => sum + each.hits + each.staleHits, 0);
  const misses = reads.reduce((sum, each) => sum + each.misses, 0);
  const remaining = traffic?.remaining ?? 0;
  return html`<dl class="figures" id="figures" data-live>
      <div>
        <dt>Readiness</dt>
        <dd>
          ${state(status, status === 'fail' ? 'not ready' : status === 'warn' ? 'ready, with warnings' : 'ready')}<small
            >${saying(reasons)}</small
          >
        </dd>
      </div>
      <div>
        <dt>Requests</dt>
        <dd>
          ${figure(mean(lately.map((sample) => sample.succeeded + sample.refused + sample.failed)))} / s<small
            >over ten seconds</small
          >
        </dd>
      </div>
      <div>
        <dt>Decisions</dt>
        <dd>${enforcer.decisionCount}<small>since the start</small></dd>
      </div>
      <div>
        <dt>Cache hits</dt>
        <dd>${percent(hits, hits + misses)}<small>of ${counted(hits + misses, 'read')}</small></dd>
      </div>
      <div>
        <dt>Claims now</dt>
        <dd>${live}<small>quota held for work under way</small></dd>
      </div>
      <div>
        <dt>Running for</dt>
        <dd>
          ${span(process.uptime() * 1000)}<small
            >process ${process.pid}, Node.js ${process.versions.node}</small
          >
        </dd>
      </div>
    </dl>
    <section class="card">
      <h2>Made of</h2>
      ${table(
        'Parts of the service',
        ['Part', 'Library', 'Here'],
        [
          part(
            'Who may do what',
            'policy',
            `${counted(enforcer.registeredRules.size, 'rule')}; ${counted(enforcer.fileRules.size, 'override')} in the operator’s file`,
          ),
          part(
            'Who calls',
            'cache',
            regions.map((region) => `region ${region.name} on the driver ${region.driver.name}`).join(', '),
          ),
          part(
            'How much',
            'limit',
            `limits from ${limits.name}, model ${quotas.model}, claims in ${claims.name}`,
          ),
          part('Volumes', 'database', watched.database),
          part(
            'What is counted',
            'metrics',
            `${counted(watched.metrics.families.length, 'metric')}, ${watched.metrics.seriesCount} series`,
          ),
          part(
            'Whether it works',
            'healthcheck',
            [...health.components.keys()].join(', ') || 'no components',
          ),
        ],
      )}
    </section>
    <div class="grid">
      <section class="card">
        <h2>Addresses</h2>
        <ul class="plain">
          ${[
            link('/healthcheck', 'the page of health'),
            link('/readyz', 'for the balancer'),
            link('/livez', 'for the orchestrator'),
            link('/metrics', 'for Prometheus'),
          ]}
        </ul>
      </section>
      ${
        traffic === undefined
          ? undefined
          : html`<section class="card" id="traffic" data-live>
              <h2>Something to see</h2>
              <p>
                ${remaining > 0 ? `Several people use the service for another ${span(remaining)}.` : 'Nobody uses the demo at the moment. Let several people use it for a minute, and look at the other pages meanwhile.'}
              </p>
              <div class="actions">
                ${action(watched.formToken, 'traffic', remaining > 0 ? 'Another minute' : 'One minute of requests', { back: '/console/', isMain: true })}
              </div>
            </section>`
      }
    </div>`;
};
