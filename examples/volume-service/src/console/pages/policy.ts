import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { formatCheck, PolicyLoadError, type PolicyIssue, type RuleDefault } from '@oslofjord/policy';
import {
  explain,
  viewOf,
  whoCan,
  type PolicyView,
  type TraceStep,
  type WayIn,
} from '@oslofjord/policy/analysis';
import { CALLERS, TARGET } from '../callers.ts';
import { html, type Html } from '../html.ts';
import { table } from '../layout.ts';
import type { Watched } from '../parts.ts';
import type { ExplainedDecision, RecordingEnforcer } from '../watch/recording-enforcer.ts';
import { counted, facts, moment, state, whoAsks } from '../words.ts';

type RuleSource = NonNullable<ReturnType<PolicyView['rules']['get']>>['source'];

/** Where a rule comes from. */
const sourceOf = (source: RuleSource | undefined): Html => {
  switch (source?.type) {
    case 'file':
      return state('warn', `${basename(source.file)}${source.line === undefined ? '' : `:${source.line}`}`);
    case 'deprecated-name':
      return state('warn', `old name ${source.deprecatedRule}`);
    case 'default-with-deprecated':
      return state('unknown', 'default, and the old one');
    case 'set':
      return state('unknown', 'set by the service');
    default:
      return state('unknown', 'default');
  }
};

/** Why a policy was refused, line by line. */
export const issuesOf = (issues: readonly PolicyIssue[]): Html =>
  html`<ul>
    ${issues.map(
      ({ file, line, column, rule, message }) =>
        html`<li>
          ${file === undefined ? 'registered default' : basename(file)}${line === undefined ? undefined : html`, <b>line ${line}</b>${column === undefined ? undefined : `, column ${column}`}`}:
          ${rule === undefined ? undefined : html`<code>${rule}</code>: `}${message}
        </li>`,
    )}
  </ul>`;

const ruleRow = (view: PolicyView, registered: RuleDefault | undefined, name: string): Html => {
  const rule = view.rules.get(name);
  const check = rule === undefined ? '' : formatCheck(rule.check);
  const isOverridden = registered !== undefined && rule?.source.type !== 'default';
  const operations = registered?.operations ?? [];
  return html`<tr>
    <th scope="row">
      <code>${name}</code><br />
      <span class="soft"
        >${registered === undefined ? 'not registered by the service' : (registered.description ?? undefined)}</span
      >
      ${operations.map(({ method, path }) => html`<br /><span class="soft"><code>${[method].flat().join(', ')} ${path}</code></span>`)}
    </th>
    <td>
      <code>${check}</code>
      ${isOverridden ? html`<br /><span class="soft">default: <code>${registered.checkStr}</code></span>` : undefined}
    </td>
    <td>${sourceOf(rule?.source)}</td>
    <td class="nowrap">
      ${rule === undefined || rule.scopeTypes.length === 0 ? 'any' : rule.scopeTypes.join(', ')}
    </td>
  </tr>`;
};

const known = new WeakMap<object, Html>();

const wayOf = ({ scope, facts: needed }: WayIn): Html =>
  html`<li>
    ${needed.length === 0 ? 'anybody' : needed.join(' and ')} <span class="soft">${scope} token</span>
  </li>`;

/** Rules by sample callers, and the smallest ways in. It follows from the policy alone, so it is made once a policy. */
const whoCanTable = (view: PolicyView, key: object): Html => {
  const ready = known.get(key);
  if (ready !== undefined) return ready;
  const operations = [...view.rules.keys()].filter((name) => name.includes(':')).sort();
  const made = html`<section class="card" id="who-can" data-live>
    <h2>Who can</h2>
    <p>Each rule, tried with these callers on a volume of the project <code>${TARGET.project_id}</code>.</p>
    <div class="scroll matrix" tabindex="0" role="region" aria-label="Who can">
      <table>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            ${CALLERS.map(({ name }) => html`<th scope="col" class="middle">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${operations.map(
            (name, index) =>
              html`<tr>
                <th scope="row">
                  <code>${name}</code>
                  <details id="ways-${index}">
                    <summary>ways in</summary>
                    <ul>
                      ${(whoCan(view, name) ?? []).map(wayOf)}
                    </ul>
                  </details>
                </th>
                ${CALLERS.map(({ credentials }) =>
                  explain(view, name, TARGET, credentials, { suggest: false }).allowed
                    ? html`<td class="middle yes">✓ yes</td>`
                    : html`<td class="middle no">no</td>`,
                )}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <details id="callers">
      <summary>who these callers are</summary>
      <dl class="facts">
        ${CALLERS.map(
          ({ name, credentials }) =>
            html`<dt>${name}</dt>
              <dd>${whoAsks(credentials)}</dd>`,
        )}
      </dl>
    </details>
  </section>`;
  known.set(key, made);
  return made;
};

const traceOf = ({ check, result, rule, error, steps }: TraceStep): Html =>
  html`<li>
    ${result === undefined ? html`<span class="soft">not needed</span>` : result ? html`<span class="yes">✓ true</span>` : html`<span class="no">✗ false</span>`}
    <code>${check}</code>${error === undefined ? undefined : html` <span class="soft">${error}</span>`}
    ${rule?.source.type === 'file' ? html` <span class="soft">${basename(rule.source.file)}:${rule.source.line ?? '?'}</span>` : undefined}
    ${
      steps.length === 0
        ? undefined
        : html`<ul>
            ${steps.map(traceOf)}
          </ul>`
    }
  </li>`;

/** Of ways to be allowed that lack equally little, so many are told. */
const MOST_WAYS = 3;

const why = ({ explanation: { allowed, scope, trace, suggestions } }: ExplainedDecision): string => {
  if (!scope.isAllowed)
    return `wrong scope: a ${scope.token} token, where the rule wants ${scope.allowed.join(' or ')}`;
  if (trace === undefined) return 'there is no such rule';
  if (allowed) return trace.check;
  const fewest = Math.min(...suggestions.map(({ facts }) => facts.length));
  const ways = suggestions.filter(({ facts }) => facts.length === fewest).slice(0, MOST_WAYS);
  return ways.length === 0
    ? `${trace.check} is false`
    : `lacks: ${ways.map(({ facts }) => facts.join(' and ')).join(', or ')}`;
};

const decisionRow = (decision: ExplainedDecision): Html => {
  const { id, at, rule, target, credentials, explanation } = decision;
  return html`<tr>
    <td>${moment(at)}</td>
    <td>${explanation.allowed ? state('pass', 'allowed') : state('fail', 'denied')}</td>
    <td><code>${rule}</code></td>
    <td>
      ${whoAsks(credentials)}<br /><span class="soft"
        >${facts(target) === '' ? 'no target' : `on ${facts(target)}`}</span
      >
    </td>
    <td>
      ${why(decision)}
      ${
        explanation.trace === undefined
          ? undefined
          : html`<details id="decision-${id}">
              <summary>step by step</summary>
              <ul class="trace">
                ${traceOf(explanation.trace)}
              </ul>
            </details>`
      }
    </td>
  </tr>`;
};

const deprecationsOf = (view: PolicyView, registered: ReadonlyMap<string, RuleDefault>): Html => {
  const rows = [...registered.values()].flatMap((rule) => {
    const old = rule.deprecatedRule;
    if (old === undefined) return [];
    const source = view.rules.get(rule.name)?.source.type;
    const standing =
      source === 'deprecated-name'
        ? state('warn', 'the file uses the old name')
        : source === 'default-with-deprecated'
          ? state('warn', 'the old default still counts')
          : state('pass', 'nothing to do');
    return [
      html`<tr>
        <th scope="row"><code>${old.name}</code> → <code>${rule.name}</code></th>
        <td>since ${old.deprecatedSince ?? rule.deprecatedSince ?? '?'}</td>
        <td>${old.deprecatedReason ?? rule.deprecatedReason ?? ''}</td>
        <td>${standing}</td>
      </tr>`,
    ];
  });
  return rows.length === 0
    ? html`<p>No rule has an old name.</p>`
    : table('Deprecations', ['Rule', 'Deprecated', 'Because', 'Here'], rows);
};

/** What is wrong with the operator's file as it is now. That a file was put back to what is in force is not told. */
const refusedNow = async (enforcer: RecordingEnforcer): Promise<readonly PolicyIssue[]> => {
  try {
    await enforcer.withFile(await readFile(enforcer.policyFile, 'utf8'));
    return [];
  } catch (error) {
    if (error instanceof PolicyLoadError) return error.issues;
    throw error;
  }
};

/** The policy in force, who may do what by it, and what it decided lately. */
export const policy = async ({ enforcer, events }: Watched): Promise<Html> => {
  const refused = events.refused.length === 0 ? [] : await refusedNow(enforcer);
  const view = viewOf(enforcer);
  const { registeredRules, decisions } = enforcer;
  const overrides = [...view.rules.values()].filter(({ source }) => source.type === 'file').length;
  const reload = events.reloads.list().at(-1);
  const names = [...view.rules.keys()].sort();
  return html`<section class="card notice ${refused.length > 0 ? 'bad' : 'good'}" id="file" data-live>
      <h2>The operator’s file</h2>
      ${
        refused.length > 0
          ? html`<p><b>It was refused</b>, and the policy before it stays in force. What is wrong:</p>
              ${issuesOf(refused)}`
          : html`<p>
              <code>${basename(enforcer.policyFile)}</code> is in force, with ${counted(overrides, 'rule')}
              that ${overrides === 1 ? 'differs' : 'differ'} from the service’s defaults.
              ${reload === undefined ? undefined : html`It came into force at ${moment(reload.at)}.`}
            </p>`
      }
      <p><a href="/console/what-if">Try an edited file</a> without putting it into force.</p>
    </section>
    ${whoCanTable(view, enforcer.rules)}
    <section class="card" id="decisions" data-live>
      <h2>
        Live decisions <span class="soft">the last ${decisions.length} of ${enforcer.decisionCount}</span>
      </h2>
      ${
        decisions.length === 0
          ? html`<p>Nothing was decided yet.</p>`
          : table(
              'Live decisions',
              ['When (UTC)', 'Decision', 'Rule', 'Who, and on what', 'Why'],
              decisions.slice(0, 12).map(decisionRow),
            )
      }
    </section>
    <section class="card" id="rules" data-live>
      <h2>Rules <span class="soft">${names.length}</span></h2>
      ${table(
        'Rules',
        ['Rule', 'Check', 'From', 'Token scopes'],
        names.map((name) => ruleRow(view, registeredRules.get(name), name)),
      )}
    </section>
    <section class="card" id="deprecations" data-live>
      <h2>Deprecations</h2>
      ${deprecationsOf(view, registeredRules)}
    </section>`;
};
