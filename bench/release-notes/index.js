// The same report of the same history, as commands: each round starts both tools anew.
import { fileURLToPath } from 'node:url';
import { makeHistory } from './history.js';

const PYTHON = "reno, Debian's";
const OURS = 'release-notes';
const CLI = fileURLToPath(new URL('../../tools/release-notes/src/cli.js', import.meta.url));
const history = makeHistory({ commits: 3000, notes: 70 });
const once = ['node', 'release-notes/once.js', history];

/** @type {import('../harness/run.js').Bench[]} */
export const bench = [
  {
    title: 'A report of a long history',
    method:
      'A history of 3,000 commits with 30 releases and 70 notes, made by a script; `report`, from the start of the command to its end, on the wall. Both print the same bytes.',
    isCold: true,
    unit: 'reports per second',
    contenders: [
      { name: PYTHON, command: [...once, 'reno', '-q', 'report'] },
      { name: OURS, command: [...once, 'node', CLI, 'report'] },
      // What no program of Node.js can be faster than; it prints the report that is already there.
      {
        name: 'node, printing a file',
        command: [...once, 'node', '-p', `require('fs').readFileSync('report.rst','utf8').slice(0,-1)`],
      },
    ],
    rows: [{ name: "a report, against Debian's reno", ours: OURS, peer: PYTHON, target: 5 }],
  },
];
