import { readFile } from 'node:fs/promises';
import { PolicyLoadError, type PolicyIssue } from '@oslofjord/policy';
import { diffPolicies, viewOf, type PolicyDifference, type RuleDifference } from '@oslofjord/policy/analysis';
import { html, type Html } from '../html.ts';
import { table } from '../layout.ts';
import type { Watched } from '../parts.ts';
import { counted, facts, state, whoAsks } from '../words.ts';
import { issuesOf } from './policy.ts';

type Witness = NonNullable<RuleDifference['gain']>;

/** What an edited file would do. */
type Outcome =
  | { readonly type: 'differs'; readonly difference: PolicyDifference }
  | { readonly type: 'refused'; readonly issues: readonly PolicyIssue[] };

/** Compares the policy in force with the one that a text would make. */
const outcomeOf = async ({ enforcer }: Watched, text: string): Promise<Outcome> => {
  try {
    return { type: 'differs', difference: diffPolicies(viewOf(enforcer), await enforcer.withFile(text)) };
  } catch (error) {
    if (!(error instanceof PolicyLoadError)) throw error;
    return { type: 'refused', issues: error.issues };
  }
};

/** Credentials of a made-up request may hold any key: all are shown, for nobody's secrets are among them. */
const request = (kind: 'gain' | 'loss', witness: Witness | undefined): Html => {
  if (witness === undefined) return html`<td class="no">nobody</td>`;
  const { scope, credentials, target, supposes } = witness;
  const who = facts(credentials) || whoAsks(credentials) || 'anybody';
  return html`<td>
    ${kind === 'gain' ? state('warn', 'gains') : state('fail', 'loses')} ${scope} token: ${who}
    ${facts(target) === '' ? undefined : html`<br /><span class="soft">on ${facts(target)}</span>`}
    ${supposes.map(({ check, result }) => html`<br /><span class="soft">if ${check} is ${result ? 'true' : 'false'}</span>`)}
  </td>`;
};

const differenceRow = ({ rule, gain, loss, only, undecided }: RuleDifference): Html =>
  html`<tr>
    <th scope="row">
      <code>${rule}</code>
      ${only === undefined ? undefined : html`<br /><span class="soft">${only === 'after' ? 'new in the edited file' : 'no longer there'}</span>`}
      ${undecided === undefined ? undefined : html`<br /><span class="soft">cannot be compared: ${undecided}</span>`}
    </th>
    ${request('gain', gain)}${request('loss', loss)}
  </tr>`;

const resultOf = (outcome: Outcome): Html => {
  if (outcome.type === 'refused') {
    return html`<section class="card notice bad" id="result">
      <h2>It would be refused</h2>
      <p>The service would keep the policy that it has. What is wrong:</p>
      ${issuesOf(outcome.issues)}
    </section>`;
  }
  const { differences, unchanged } = outcome.difference;
  const rest = `${counted(unchanged.length, 'rule')} ${unchanged.length === 1 ? 'decides' : 'decide'} every request as before; that is proved, not sampled.`;
  if (differences.length === 0) {
    return html`<section class="card notice good" id="result">
      <h2>Nobody gains, nobody loses</h2>
      <p>${rest}</p>
    </section>`;
  }
  return html`<section class="card notice" id="result">
    <h2>${counted(differences.length, 'rule')} would decide otherwise</h2>
    ${table('Who gains and who loses', ['Rule', 'Who gains', 'Who loses'], differences.map(differenceRow))}
    <p class="soft">Each request is an example that shows the difference. ${rest}</p>
  </section>`;
};

/** The text of the operator's file; nothing where there is none. */
const currentText = async (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');

/** Shows who gains and who loses by an edited file. Nothing is put into force. */
export const whatIf = async (watched: Watched, edited?: string): Promise<Html> => {
  const text = edited ?? (await currentText(watched.enforcer.policyFile));
  const result = edited === undefined ? undefined : resultOf(await outcomeOf(watched, edited));
  return html`${result}
    <form class="card" method="post" action="/console/what-if">
      <input type="hidden" name="token" value="${watched.formToken}" />
      <label for="text">The operator’s file, to be edited</label>
      <textarea id="text" name="text" rows="16" spellcheck="false" autocapitalize="off">${text}</textarea>
      <div class="actions">
        <button class="main">Who gains, who loses?</button>
        <a href="/console/what-if">Begin again with the file in force</a>
      </div>
    </form>`;
};
