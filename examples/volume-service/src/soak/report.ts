import type { Invariant, SoakReport } from './soak.ts';
import type { Outcome } from './traffic.ts';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(1);

/** Requests of each kind by the answers they got. */
const byKind = (outcomes: readonly Outcome[]): string[][] => {
  const kinds = new Map<string, Outcome[]>();
  for (const outcome of outcomes) kinds.set(outcome.kind, [...(kinds.get(outcome.kind) ?? []), outcome]);
  return [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, all]) => {
      const statuses = new Map<number, number>();
      for (const { status } of all) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const shown = [...statuses]
        .sort(([a], [b]) => a - b)
        .map(([status, count]) => `${String(status)}: ${String(count)}`);
      return [kind, String(all.length), shown.join(', ')];
    });
};

const markOf = ({ problems, unjudged }: Invariant): string => {
  if (problems.length > 0) return '✗';
  return unjudged === undefined ? '✓' : '–';
};

/** The invariants, each with the first things that broke it, or why it could not be judged. */
export const verdicts = (invariants: readonly Invariant[]): string =>
  invariants
    .map((invariant) => {
      const { name, problems, unjudged } = invariant;
      const shown = problems.slice(0, 5).map((problem) => `\n    ${problem}`);
      const more = problems.length > 5 ? `\n    and ${String(problems.length - 5)} more` : '';
      const reason = unjudged === undefined ? '' : ` (not judged: ${unjudged})`;
      return `  ${markOf(invariant)} ${name}${reason}${shown.join('')}${more}`;
    })
    .join('\n');

/** The soak as a page in Markdown. @param picture path of the plots beside it @param when and on what it ran */
export const reportOf = (report: SoakReport, picture: string, when: string): string => {
  const { minutes, outcomes, faults, growth, acknowledged, invariants } = report;
  const failed = outcomes.filter(({ status }) => status >= 500).length;
  return `# Soak of the reference service

The reference service on real parts (two HTTP workers behind HAProxy, a worker over RabbitMQ, PostgreSQL, Redis, Keystone, the collector) under mixed traffic for ${minutes.toFixed(1)} minutes, while one part after the other is killed or stands still. Made by \`npm run soak -- --minutes ${String(Math.round(minutes))} --report FOLDER\`, ${when}.

${String(outcomes.length)} requests, of which ${String(failed)} were answered with 502, 503 or 504 while a part was away; ${String(acknowledged)} volumes were acknowledged.

## What must hold

${table(
  ['', 'what', 'found'],
  invariants.map((invariant) => [
    markOf(invariant),
    invariant.name,
    invariant.unjudged === undefined
      ? invariant.problems.slice(0, 5).join('; ')
      : `not judged: ${invariant.unjudged}`,
  ]),
)}

![Requests, times and memory over time; faults red, drains blue](${picture})

## Faults

"Well again" is when every worker answered that it is ready and HAProxy had seen it.

${table(
  ['after', 'what', 'well again after', 'requests meanwhile', 'failed'],
  faults.map(({ name, from, to, failed: bad, requests }) => [
    `${seconds(from)} s`,
    name,
    `${seconds(to - from)} s`,
    String(requests),
    String(bad),
  ]),
)}

## Requests

\`denied\` are requests that nobody may make; 413 is a quota.

${table(['kind', 'requests', 'answers'], byKind(outcomes))}

## Memory

Resident memory of each process that lived for six minutes at least, from two minutes after its start on.

${
  growth.length === 0
    ? 'The run was too short to tell.'
    : table(
        ['process', 'looked at for', 'grew by'],
        growth.map(({ name, seconds: span, megabytesPerMinute }) => [
          name,
          `${String(span)} s`,
          `${megabytesPerMinute.toFixed(2)} MB a minute`,
        ]),
      )
}
`;
};
