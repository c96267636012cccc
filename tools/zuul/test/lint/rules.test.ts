import { describe, expect, test } from 'vitest';
import { Layout } from '../../src/layout.js';
import { lint, RULES, type Finding } from '../../src/lint/lint.js';
import { readYaml } from '../../src/yaml.js';

const TRUSTED = `
- pipeline: {name: check, manager: independent}
- pipeline: {name: gate, manager: dependent, post-review: true}
- semaphore: {name: machine, max: 2}
- nodeset: {name: single, nodes: [{name: primary, label: debian}]}
- job: {name: base, parent: null, abstract: true, nodeset: single, timeout: 60, semaphores: machine, pre-run: pre.yaml}
`;
const PLAYBOOK = `- hosts: all
  gather_facts: false
  tasks:
    - name: Say something
      ansible.builtin.debug: {msg: "{{ greeting }} from {{ zuul.job }}"}
`;
/** A set of definitions with which nothing is wrong; `JOB` and `PROJECT` are where a case adds something. */
const SOUND = `
- job: {name: build, run: play.yaml, vars: {greeting: hello}}
- job: {name: unit, run: play.yaml, files: ['^src/'], vars: {greeting: hello}, dependencies: build}
- project-template: {name: builds, check: {jobs: [build]}, gate: {jobs: [build]}}
- project:
    templates: [builds]
    check: {jobs: [unit]}
    gate: {jobs: [unit]}
`;

const findings = (
  own: string,
  files: Readonly<Record<string, string>> = {},
  trusted = TRUSTED,
): readonly Finding[] => {
  const texts: Readonly<Record<string, string>> = {
    'play.yaml': PLAYBOOK,
    'src/index.ts': '',
    'zuul.yaml': own,
    ...files,
  };
  const layout = new Layout(
    [
      { name: 'config', trusted: true, branches: { main: { 'zuul.yaml': trusted } } },
      { name: 'own', branches: { main: { 'zuul.yaml': own } } },
    ],
    {},
    readYaml,
  );
  return lint({
    layout,
    branches: ['main', 'stable/1'],
    filesOf: (project) => (project === 'own' ? Object.keys(texts) : []),
    read: (project, path) =>
      project === 'own'
        ? texts[path]
        : path === 'pre.yaml'
          ? '- hosts: all\n  tasks: []\n  gather_facts: false\n'
          : undefined,
  });
};

test('nothing is wrong with what is sound', () => {
  expect(findings(SOUND)).toEqual([]);
});

interface Case {
  readonly rule: string;
  /** The definitions; the finding is on the line with `# here`. */
  readonly own: string;
  /** Further files; the finding may be in one of them. */
  readonly files?: Readonly<Record<string, string>>;
  readonly trusted?: string;
  /** Words of the message. */
  readonly says: string;
}

const instead = (from: string, to: string): string => {
  expect(SOUND).toContain(from);
  return SOUND.replace(from, to);
};
const job = (text: string): string => `${SOUND}${text}`;
/** A job of its own that both pipelines run. */
const running = (attributes: string): string =>
  `${SOUND}- job:\n    name: other\n    run: play.yaml\n    vars: {greeting: hello}\n${attributes}- project: {check: {jobs: [other]}, gate: {jobs: [other]}}\n`;
const playing = (tasks: string, play = 'hosts: all'): Readonly<Record<string, string>> => ({
  'other.yaml': `- ${play}\n  gather_facts: false\n  tasks:\n${tasks}`,
});
const withPlaybook = `${SOUND}- job: {name: other, run: other.yaml, vars: {greeting: hello}}\n- project: {check: {jobs: [other]}, gate: {jobs: [other]}}\n`;

const CASES: readonly Case[] = [
  {
    rule: 'unknown-pipeline',
    own: instead('    gate: {jobs: [unit]}\n', '    gate: {jobs: [unit]}\n    chek: {jobs: [unit]} # here\n'),
    says: "no pipeline 'chek'",
  },
  {
    rule: 'check-without-gate',
    own: instead(
      '    check: {jobs: [unit]}\n    gate: {jobs: [unit]}\n',
      '    check: {jobs: [unit]} # here\n    gate: {jobs: []}\n',
    ),
    says: 'unit votes in check',
  },
  {
    rule: 'shadowed-fail-fast',
    own: instead('check: {jobs: [build]}', 'check: {fail-fast: false, jobs: [build]}').replace(
      '    check: {jobs: [unit]}\n',
      '    check:\n      fail-fast: true # here\n      jobs: [unit]\n',
    ),
    says: 'template builds',
  },
  {
    rule: 'repeated-template',
    own: instead('templates: [builds]', 'templates:\n      - builds\n      - builds # here'),
    says: 'named twice',
  },
  {
    rule: 'parent-cycle',
    own: `${SOUND}- job: {name: one, run: play.yaml, timeout: 5, nodeset: single, vars: {greeting: hello}, parent: two} # here
- job: {name: two, parent: one}
- project: {check: {jobs: [one]}, gate: {jobs: [one]}}
`,
    says: 'one inherits from itself',
  },
  {
    rule: 'not-runnable',
    own: running('    abstract: true\n').replace(/\n$/u, ' # here\n'),
    says: 'it is abstract',
  },
  {
    rule: 'dead-end',
    own: `${SOUND}- job: {name: closed, final: true, run: play.yaml, vars: {greeting: hello}}
- project:
    check:
      jobs:
        - closed: {timeout: 5} # here
    gate: {jobs: [closed]}
`,
    says: 'final job closed',
  },
  {
    rule: 'no-timeout',
    own: `${SOUND}- project:\n    check:\n      jobs:\n        - endless # here\n    gate: {jobs: [endless]}\n`,
    trusted: `${TRUSTED}- job: {name: endless, parent: null, nodeset: single, run: pre.yaml}\n`,
    says: 'endless has no timeout',
  },
  {
    rule: 'deprecated',
    own: running('    semaphore: machine # here\n'),
    says: 'write semaphores',
  },
  {
    rule: 'unreachable-variant',
    own: running("    branches: '^feature/' # here\n"),
    says: 'none of the branches',
  },
  {
    rule: 'missing-dependency',
    own: `${running('')}- job: {name: absent, parent: other}\n- project:\n    check:\n      jobs:\n        - other:\n            dependencies: absent # here\n`,
    says: 'other needs absent',
  },
  {
    rule: 'dependency-cycle',
    own: running('    dependencies: unit\n')
      .replace('dependencies: build}', 'dependencies: other}')
      .replace('    dependencies: unit\n', '    dependencies: unit # here\n'),
    says: 'other waits for unit waits for other',
  },
  {
    rule: 'unanchored-pattern',
    own: running('    files:\n      - src/ # here\n'),
    says: "write '^src/'",
  },
  {
    rule: 'pattern-matches-nothing',
    own: running("    files:\n      - '^src/'\n      - '^lib/' # here\n"),
    says: "matches '^lib/'",
  },
  {
    rule: 'contradicting-files',
    own: running("    files: ['^src/']\n    irrelevant-files: ['^src/.*'] # here\n"),
    says: 'no change of these alone runs it',
  },
  { rule: 'unused-job', own: job('- job: {name: lonely, run: play.yaml} # here\n'), says: 'job lonely' },
  {
    rule: 'unused-template',
    own: job('- project-template: {name: lonely, check: {jobs: [unit]}} # here\n'),
    says: 'template lonely',
  },
  {
    rule: 'unused-nodeset',
    own: job('- nodeset: {name: lonely, nodes: [{name: a, label: b}]} # here\n'),
    says: 'nodeset lonely',
  },
  {
    rule: 'unused-semaphore',
    own: job('- semaphore: {name: lonely} # here\n'),
    says: 'semaphore lonely',
  },
  {
    rule: 'implicit-semaphore',
    own: running('    semaphores: machien # here\n'),
    says: 'semaphore machien is not defined',
  },
  {
    rule: 'missing-playbook',
    own: running('    post-run: gone.yaml # here\n'),
    says: 'gone.yaml',
  },
  {
    rule: 'missing-include',
    own: withPlaybook,
    files: playing('    - include_role: {name: absent} # here\n'),
    says: 'absent',
  },
  {
    rule: 'missing-variable-file',
    own: running('    include-vars: gone.yaml # here\n'),
    says: 'gone.yaml',
  },
  { rule: 'ignored-file', own: SOUND, files: { 'zuul.d/jobs.yml': '# here\n' }, says: 'end in .yaml' },
  {
    rule: 'outside-subset',
    own: withPlaybook,
    files: playing('    - ansible.builtin.apt: {name: redis} # here\n'),
    says: 'apt',
  },
  {
    rule: 'no-hosts',
    own: `${SOUND}- job: {name: other, run: other.yaml, nodeset: {nodes: []}}\n- project: {check: {jobs: [other]}, gate: {jobs: [other]}}\n`,
    files: { 'other.yaml': '- name: Nowhere\n  hosts: all # here\n  gather_facts: false\n  tasks: []\n' },
    says: 'runs nowhere',
  },
  {
    rule: 'dictionary-method',
    own: withPlaybook,
    files: playing('    - debug: {msg: "{{ zuul.items }}"} # here\n'),
    says: "zuul['items']",
  },
  {
    rule: 'undefined-variable',
    own: withPlaybook,
    files: playing(
      '    - debug: {msg: "{{ greeting }}"}\n    - debug: {msg: "{{ absent | default(1) }}"}\n    - debug: {msg: "{{ absent }}"} # here\n',
    ),
    says: "variable 'absent'",
  },
];

/** Where `# here` stands. */
const marked = ({ own, files = {} }: Case): { readonly path: string; readonly line: number } | undefined => {
  for (const [path, text] of Object.entries({ 'zuul.yaml': own, ...files })) {
    const line = text.split('\n').findIndex((each) => each.includes('# here')) + 1;
    if (line > 0) return { path, line };
  }
  return undefined;
};

describe('a rule finds', () => {
  test.each(CASES)('$rule', (each) => {
    const found = findings(each.own, each.files, each.trusted).filter(({ rule }) => rule === each.rule);
    expect(found.map(({ message }) => message).join('\n')).toContain(each.says);
    const place = marked(each);
    expect(found.map(({ at: { path, line } }) => ({ path, line }))).toContainEqual(place);
  });

  test('what Zuul itself tells, with the line', () => {
    const found = findings(`${SOUND}- job:\n    name: other\n    colour: green\n`);
    expect(found).toContainEqual(
      expect.objectContaining({ severity: 'error', at: { project: 'own', path: 'zuul.yaml', line: 11 } }),
    );
  });
});

test('every rule has a case', () => {
  expect(RULES.map(({ name }) => name).filter((name) => !CASES.some(({ rule }) => rule === name))).toEqual(
    [],
  );
});
