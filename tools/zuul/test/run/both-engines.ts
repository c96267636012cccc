import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ansibleEngine } from '../../src/run/engines/ansible.js';
import type { Engine, PlaybookOutput } from '../../src/run/engines/engine.js';
import { nativeEngine } from '../../src/run/engines/native.js';
import { mergeReturned } from '../../src/run/returned.js';

type Mapping = Record<string, unknown>;

interface Result extends Mapping {
  results?: unknown;
  readonly failed?: unknown;
  readonly msg?: unknown;
}

/** What is compared of a task on a host: not its times, and not the wording of messages that are the engine's own. */
const COMPARED = [
  'changed',
  'rc',
  'stdout',
  'stdout_lines',
  'stderr',
  'stderr_lines',
  'cmd',
  'attempts',
  'failed_when_result',
  'ansible_facts',
  'content',
];
/** Modules whose message is the playbook's. */
const SPEAKING = ['debug', 'fail', 'assert'];

const comparedResult = (result: Result, action: string): Result => {
  const compared: Record<string, unknown> & Result = {};
  for (const name of COMPARED) {
    const value = result[name];
    if (value === undefined || value === null) continue;
    // What is false and what is not said are one; so is what a failed command did not print.
    if (value === false || value === '' || (Array.isArray(value) && value.length === 0)) continue;
    if (name === 'failed_when_result' && typeof value === 'string') continue;
    compared[name] = value;
  }
  if (SPEAKING.includes(action) && result.results === undefined) {
    for (const [name, value] of Object.entries(result))
      if (
        ![
          'changed',
          'failed',
          'skipped',
          'action',
          'skip_reason',
          'skipped_reason',
          'item',
          'false_condition',
        ].includes(name) &&
        !/^(?:ansible_|evaluated|assertion)/u.test(name)
      )
        compared[name] = value;
  }
  const items = result.results;
  if (Array.isArray(items) && !action.startsWith('include'))
    compared.results = items.map((each) => comparedResult(each as Mapping, action));
  return compared;
};

/** A failure that the engine itself tells of differs in wording. */
const withoutOwnMessage = (result: Result, action: string, isFailed: boolean): Mapping => {
  const { msg, ...rest } = result;
  const text = JSON.stringify(msg ?? '').slice(1);
  const items = rest.results;
  if (Array.isArray(items))
    rest.results = items.map((each) =>
      withoutOwnMessage(each as Mapping, action, (each as Mapping).failed === true),
    );
  const isOwn = isFailed && (action === 'debug' || text.includes('undefined'));
  return isOwn || msg === undefined || /^All items|^One or more/u.test(text) ? rest : { ...rest, msg };
};

export interface Outcome {
  readonly rc: number;
  readonly stats: PlaybookOutput['stats'];
  readonly plays: readonly { readonly name: string; readonly tasks: readonly unknown[] }[];
  readonly statuses: readonly string[];
  readonly returned: Mapping;
}

const INVENTORY = {
  hosts: ['first', 'second'],
  groups: { pair: ['first', 'second'] },
  vars: { job_variable: 'of the job', zuul: { job: 'some-job', items: [{ branch: 'main' }] } },
  groupVars: { pair: { of_group: 'pair' } },
  hostVars: { second: { own: 'only second' } },
};
const SINGLE = { ...INVENTORY, hosts: ['first'], groups: {}, hostVars: { first: { own: 'mine' } } };

/** Runs a playbook with one engine, and gives what both must have in common. */
export const outcomeOf = async (
  engine: Engine,
  file: string,
  { isPair = false, extraVars = {} }: { readonly isPair?: boolean; readonly extraVars?: Mapping } = {},
): Promise<Outcome> => {
  const directory = mkdtempSync(join(tmpdir(), 'zuul-corpus-'));
  const own = join(directory, 'place');
  mkdirSync(join(own, 'files'), { recursive: true });
  let returned: Mapping = {};
  const statuses: string[] = [];
  let task = '';
  let index = -1;
  const failed = new Set<string>();
  try {
    const output = await engine.run({
      file,
      roleDirectories: [],
      inventory: isPair ? INVENTORY : SINGLE,
      extraVars: { corpus_dir: own, strongest: 'extra', ...extraVars },
      cwd: directory,
      env: { ...process.env, LC_ALL: 'C.UTF-8', HOME: '/root' },
      signal: new AbortController().signal,
      events: {
        onTask: (name) => {
          task = name;
          index += 1;
        },
        onResult: (host, status) => {
          statuses.push(`${task.replace(/ansible\.builtin\./u, '')} | ${host} | ${status}`);
          if (status === 'failed' || status === 'ignored') failed.add(`${String(index)} ${host}`);
        },
      },
      give: (data) => {
        returned = mergeReturned(returned, data);
      },
    });
    let place = -1;
    const plays = output.plays.map(({ play, tasks }) => ({
      name: play.name,
      tasks: tasks.map((each) => {
        place += 1;
        return {
          name: each.task.name.replace(/ansible\.builtin\./u, ''),
          hosts: Object.fromEntries(
            Object.entries(each.hosts)
              .map(([host, { action, ...result }]) => {
                const isFailed = failed.has(`${String(place)} ${host}`);
                const compared = comparedResult(result, String(action));
                return [host, withoutOwnMessage(compared, String(action), isFailed)] as const;
              })
              .sort(([one], [other]) => (one < other ? -1 : 1)),
          ),
        };
      }),
    }));
    const written = JSON.stringify({ rc: output.rc, stats: output.stats, plays, statuses, returned });
    return JSON.parse(written.replaceAll(directory, '<dir>')) as Outcome;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

export const both = { native: nativeEngine, ansible: ansibleEngine };
