// Rows about running: playbooks under both engines, and what a job costs besides its commands.
import { fileURLToPath } from 'node:url';

const NATIVE = 'five playbooks, native engine';
const ANSIBLE = "five playbooks, Debian's ansible-core";
const JOBS = 'a job of one command';
const BOUND = 'the command alone, and 30 ms';

/** @param {string} name @param {...string} words */
const worker = (name, ...words) => [
  process.execPath,
  fileURLToPath(new URL(`workers/${name}.js`, import.meta.url)),
  ...words,
];

export const running = [
  {
    title: 'Five trivial playbooks',
    method:
      'Time on the wall from the start of a process until five playbooks of two tasks have run one after the other, as a job of five playbooks runs them; the same statuses come out.',
    isCold: true,
    unit: 'runs per second',
    contenders: [
      { name: NATIVE, command: worker('playbooks', 'native') },
      { name: ANSIBLE, command: worker('playbooks', 'ansible') },
    ],
    rows: [{ name: 'native engine against Ansible', ours: NATIVE, peer: ANSIBLE, target: 15 }],
  },
  {
    title: 'What a job costs besides its commands',
    method:
      'Twenty jobs of one command, one after the other with logs and workspaces, beside starting that command twenty times and adding 30 ms to each.',
    isCold: true,
    unit: 'jobs per second',
    contenders: [
      { name: BOUND, command: worker('jobs', 'bound') },
      { name: JOBS, command: worker('jobs', 'ours') },
    ],
    rows: [{ name: 'a job within its command and 30 ms', ours: JOBS, peer: BOUND, target: 1 }],
  },
];
