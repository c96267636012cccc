import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { people, requests, rules } from './workload.js';

const directory = mkdtempSync(join(tmpdir(), 'oslofjord-bench-'));
/** @param {string} name @param {string} text @returns {string} path */
const write = (name, text) => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};
const workload = write('workload.json', JSON.stringify({ rules, people, requests }));

// A thousand rules: Nova's, five times under other names.
const thousand = Array.from({ length: 5 }, (_, copy) =>
  rules.map(({ name, checkStr }) => [
    `${name}/${copy}`,
    checkStr.replace(/rule:(\S+?)(?=[)\s]|$)/g, `rule:$1/${copy}`),
  ]),
)
  .flat()
  .slice(0, 1000);
const flat = write(
  'flat.yaml',
  thousand.map(([name, check]) => `# ${name}\n"${name}": "${check}"\n`).join('\n'),
);
const full = write(
  'full.yaml',
  `# With block scalars\n${thousand.map(([name, check]) => `"${name}": >-\n  ${check}\n`).join('')}`,
);

const worker = (name) => [process.execPath, `policy/workers/${name}.js`];
const PYTHON = "Debian's oslo.policy 4.0.0";
const OURS = '@oslofjord/policy, plain enforce';
const BOUND = '@oslofjord/policy, bound credentials and handles';
const CASL = '@casl/ability 7.0.1, ability cached per person';
const HAND = 'written by hand';
const PERMIX = 'permix 4.1.2, set up per person';
const ACCESSCONTROL = 'accesscontrol 3.1.1';
const CASBIN = 'node-casbin 5.51.1, one row a kind of rule';
const CEDAR = 'cedar-wasm 4.13.0, parsed beforehand, one action a kind of rule';

const load = (title, file, target) => ({
  title,
  method: 'Processor time of reading the file, in a fresh process each time; imports are not counted.',
  isCold: true,
  contenders: [
    { name: PYTHON, command: ['/usr/bin/python3', 'policy/workers/load.py', file] },
    { name: '@oslofjord/policy, strict', command: [...worker('load'), file] },
  ],
  rows: [{ name: `${title}, against oslo.policy`, ours: '@oslofjord/policy, strict', peer: PYTHON, target }],
});

export const bench = [
  {
    title: 'Decisions on the API rules of Nova',
    method:
      '4,096 requests by 40 people in 12 projects on 201 rules of Nova 26.2.2. Every contender runs in a process of its own and is asked by rule, target and person. Peers that cannot read the rules are given what the rules mean.',
    contenders: [
      { name: PYTHON, command: ['/usr/bin/python3', 'policy/workers/python.py', workload] },
      { name: OURS, command: worker('ours') },
      { name: BOUND, command: worker('bound') },
      { name: HAND, command: worker('hand-written') },
      { name: CASL, command: worker('casl') },
      { name: PERMIX, command: worker('permix') },
      { name: ACCESSCONTROL, command: worker('accesscontrol') },
      { name: CASBIN, command: worker('casbin') },
      { name: CEDAR, command: worker('cedar') },
    ],
    rows: [
      { name: 'plain enforce against oslo.policy', ours: OURS, peer: PYTHON, target: 500 },
      { name: 'plain enforce against CASL', ours: OURS, peer: CASL, target: 5 },
      { name: 'plain enforce against accesscontrol', ours: OURS, peer: ACCESSCONTROL, target: 5 },
      { name: 'plain enforce against casbin', ours: OURS, peer: CASBIN, target: 50 },
      { name: 'plain enforce against cedar-wasm', ours: OURS, peer: CEDAR, target: 50 },
      { name: 'bound and handle against permix', ours: BOUND, peer: PERMIX, target: 1 },
      { name: 'bound and handle against code written by hand', ours: BOUND, peer: HAND, target: 1 },
    ],
  },
  load('Reading 1,000 rules written as operators write them', flat, 3),
  load('Reading 1,000 rules in other YAML', full, 1),
];
