// What each attribute takes and refuses, and what comes of it, where no answer of Zuul is recorded.
import { describe, expect, test } from 'vitest';
import { runScenario } from '../src/scenario.js';

interface Answer {
  readonly errors: readonly { severity: string; name: string; short: string }[];
  readonly items: Readonly<Record<string, { error?: string; jobs?: readonly Record<string, unknown>[] }>>;
}

const CONFIG = `
- pipeline: {name: check, manager: independent}
- pipeline: {name: post, manager: supercedent, post-review: true}
- secret: {name: of-config, data: {a: b}}
- job: {name: base, parent: null, pre-run: pre.yaml, timeout: 1800}
`;

const indent = (text: string): string => text.trim().replaceAll('\n', '\n          ');

/** Definitions of a project, with others of the trusted one and of a third. */
const answer = (
  own: string,
  { config = '', other = '', item = '', proposed = '', tenant = '{}' } = {},
): Answer =>
  runScenario(`
tenant: ${tenant}
projects:
  - name: config
    trusted: true
    branches:
      main:
        zuul.yaml: |
          ${indent(CONFIG + config)}
  - name: org/own
    branches:
      main:
        zuul.yaml: |
          ${indent(own)}
  - name: org/other
    branches:
      main:
        zuul.yaml: |
          ${other === '' ? '[]' : indent(other)}
items:
  - {id: it, pipeline: check, project: org/own, branch: main, files: [README.md]${item}}
  ${
    proposed === ''
      ? ''
      : `- id: proposed
    pipeline: check
    project: org/own
    branch: main
    files: [zuul.yaml]
    proposed:
      zuul.yaml: |
          ${indent(proposed)}`
  }
`) as Answer;

const errorsOf = (own: string, more: Parameters<typeof answer>[1] = {}): readonly string[] =>
  answer(own, more).errors.map(({ name, short }) => `${name}: ${short}`);

/** The one job of the item. */
const jobOf = (own: string, more: Parameters<typeof answer>[1] = {}): Record<string, unknown> => {
  const { errors, items } = answer(own, more);
  expect(errors).toEqual([]);
  expect(items.it?.error).toBeUndefined();
  return items.it?.jobs?.[0] ?? {};
};

const PROJECT = '- project: {check: {jobs: [j]}}';

describe('refuses', () => {
  test.each([
    [
      'a nodeset without a name',
      '- nodeset: {nodes: []}',
      "Unknown: required key not provided @ data['name']",
    ],
    [
      'alternatives that are no list',
      '- nodeset: {name: n, alternatives: a}',
      "Unknown: expected a list for dictionary value @ data['alternatives']",
    ],
    [
      'an alternative that nobody defines',
      '- nodeset: {name: n, alternatives: [a]}',
      'Nodeset Not Found: The nodeset "a" was not found.',
    ],
    [
      'a nodeset among its own alternatives',
      '- nodeset: {name: n, alternatives: [n]}',
      'Unknown: The nodeset "n" is an alternative of itself.',
    ],
    [
      'a job of a project that is no list',
      '- job: {name: j, run: r}\n- project: {check: {jobs: j}}',
      "Unknown: expected a list for dictionary value @ data['check']['jobs']",
    ],
    [
      'templates that are no list',
      '- project-template: {name: t}\n- project: {templates: t}',
      "Unknown: expected a list for dictionary value @ data['templates']",
    ],
    [
      'a job of a pipeline without a value',
      '- job: {name: j, run: r}\n- project: {check: {jobs: [{j: }]}}',
      "Unknown: expected a dictionary for dictionary value @ data['check']['jobs']['j']",
    ],
    [
      'a name among what a pipeline changes',
      '- job: {name: j, run: r}\n- project: {check: {jobs: [{j: {name: k}}]}}',
      "Unknown: extra keys not allowed @ data['check']['jobs']['j']['name']",
    ],
    [
      'a parent of null in a pipeline',
      '- job: {name: j, run: r}\n- project: {check: {jobs: [{j: {parent: null}}]}}',
      'Unknown: Base jobs must be defined in config projects',
    ],
    [
      'a merge mode that Zuul does not take',
      '- project: {merge-mode: merge-ort}',
      "Unknown: expected one of merge, merge-resolve, cherry-pick, squash-merge, rebase for dictionary value @ data['merge-mode']",
    ],
    [
      'a role of nowhere',
      '- job: {name: j, roles: [{name: r}]}',
      "Unknown: required key not provided @ data['roles']['zuul']",
    ],
    [
      'a secret without its source',
      '- job: {name: j, secrets: [{name: s}]}',
      "Unknown: required key not provided @ data['secrets']['secret']",
    ],
    [
      'a secret that nobody defines',
      '- job: {name: j, run: r, secrets: s}',
      'Unknown: The secret "s" was not found.',
    ],
    [
      'a secret of another project',
      '- job: {name: j, run: r, secrets: of-config}',
      'Unknown: Unable to use secret of-config: it is defined in config, and only jobs of that project may use it.',
    ],
    [
      'a required project without a name',
      '- job: {name: j, required-projects: [{override-checkout: main}]}',
      "Unknown: required key not provided @ data['required-projects']['name']",
    ],
    [
      'an allowed project that nobody knows',
      '- job: {name: j, allowed-projects: [org/nothing]}',
      'Project Not Found: The project "org/nothing" was not found.',
    ],
    [
      'included variables of two kinds',
      '- job: {name: j, include-vars: [{name: a, project: org/own, zuul-project: true}]}',
      "Unknown: extra keys not allowed @ data['include-vars']['zuul-project']",
    ],
    [
      'an Ansible version that is a list',
      '- job: {name: j, ansible-version: [9]}',
      "Unknown: expected str for dictionary value @ data['ansible-version']",
    ],
    [
      'an output pattern that RE2 refuses',
      "- job: {name: j, failure-output: '(?=a)'}",
      "Unknown: '(?=a)' is no pattern of RE2",
    ],
    [
      'an encrypted value where a mapping belongs',
      '- secret: {name: s, data: !encrypted/pkcs1-oaep x}',
      "Unknown: expected a dictionary for dictionary value @ data['data']",
    ],
    [
      'a variable whose name is a boolean',
      '- job: {name: j, vars: {on: 1}}',
      'Unknown: Variable name "true" is not valid',
    ],
    [
      'a key that is a template',
      '- job: {name: j, vars: {a: {{ b }}}}',
      'Unknown Configuration Error: a key is a mapping or list; a text that begins with {{ needs quotes around it',
    ],
    [
      'a tag that nobody knows',
      '- job: {name: !vault j}',
      'Unknown Configuration Error: the tag !vault does not fit here; Zuul knows !override, !inherit and !encrypted/pkcs1-oaep besides those of YAML itself',
    ],
  ])('%s', (_, own, error) => {
    expect(errorsOf(own)).toEqual([error]);
  });

  test.each([
    [
      'an unknown key',
      '{name: p, manager: independent, foo: 1}',
      "Unknown: extra keys not allowed @ data['foo']",
    ],
    [
      'a window below nothing',
      '{name: p, manager: dependent, window: -1}',
      "Unknown: expected a whole number of at least 0 for dictionary value @ data['window']",
    ],
    [
      'a precedence of its own',
      '{name: p, manager: dependent, precedence: urgent}',
      "Unknown: expected one of high, normal, low for dictionary value @ data['precedence']",
    ],
  ])('%s of a pipeline', (_, written, error) => {
    expect(errorsOf('[]', { config: `- pipeline: ${written}` })).toEqual([error]);
  });

  test('a template of a name that another project has', () => {
    expect(errorsOf('- project-template: {name: t}', { config: '- project-template: {name: t}' })).toEqual([
      'Unknown: Project template t is already defined',
    ]);
  });

  test('more nodes, and other labels, than the tenant allows', () => {
    const own = '- nodeset: {name: n, nodes: [{name: a, label: big}, {name: b, label: small}]}';
    expect(errorsOf(own)).toEqual([]);
    expect(errorsOf(own, { tenant: '{max-nodes-per-job: 1}' })).toEqual([
      'Max Nodeset Nodes Exceeded: The nodeset "n" has more than 1 nodes.',
    ]);
    expect(errorsOf(own, { tenant: '{allowed-labels: [small]}' })).toEqual([
      'Label Forbidden: The tenant does not allow the label "big".',
    ]);
    expect(errorsOf(own, { tenant: '{disallowed-labels: [sm.*]}' })).toEqual([
      'Label Forbidden: The tenant does not allow the label "small".',
    ]);
  });

  test('two documents, and an alias of nothing', () => {
    expect(errorsOf('- job: {name: j, run: r}\n---\n- job: {name: k, run: r}')).toHaveLength(1);
    expect(errorsOf('- job: {name: j, run: *r}')).toEqual([
      expect.stringContaining('*r names no anchor above it'),
    ]);
  });
});

describe('takes', () => {
  test('a text whose tag says that it is one', () => {
    expect(jobOf(`- job: {name: j, run: r, vars: {a: !!str 60}}\n${PROJECT}`)).toMatchObject({
      vars: { a: '60' },
    });
  });

  test('the first of several jobs in one entry, as Zuul does', () => {
    const { items } = answer(
      '- job: {name: j, run: r}\n- job: {name: k, run: r}\n- project: {check: {jobs: [{j: {}, k: {}}]}}',
    );
    expect(items.it?.jobs?.map(({ name }) => name)).toEqual(['j']);
  });

  test('semaphores rather than the older semaphore', () => {
    expect(jobOf(`- job: {name: j, run: r, semaphore: old, semaphores: new}\n${PROJECT}`)).toMatchObject({
      semaphores: [['new', false]],
    });
  });

  test('alternatives of alternatives as so many sets of nodes', () => {
    const nodesets = `
- nodeset: {name: one, nodes: [{name: n, label: a}]}
- nodeset: {name: two, alternatives: [one, {nodes: [{name: n, label: b}]}]}
- job: {name: j, run: r, nodeset: two}
`;
    const { nodeset } = jobOf(nodesets + PROJECT) as { nodeset: { nodes: { label: string }[] }[] };
    expect(nodeset.map(({ nodes }) => nodes[0]?.label)).toEqual(['a', 'b']);
  });

  test('the same nodeset on two branches, whatever the order of its keys', () => {
    const { errors } = runScenario(`
projects:
  - name: org/own
    branches:
      main: {zuul.yaml: "- nodeset: {name: n, nodes: [{name: a, label: l}]}"}
      next: {zuul.yaml: "- nodeset: {nodes: [{label: l, name: a}], name: n}"}
`);
    expect(errors).toEqual([]);
  });

  test('roles of a project once, where they were, and none of Galaxy or of projects nobody knows', () => {
    const job = jobOf(`
- job: {name: parent, run: r, roles: [{zuul: org/other}, {galaxy: g}, {zuul: org/nothing}]}
- job: {name: j, parent: parent, run: r, roles: [{zuul: config}, {zuul: org/other}]}
${PROJECT}`) as { run: { roles: string[] }[] };
    expect(job.run[0]?.roles).toEqual([
      'git.example.com/org/own',
      'git.example.com/org/other',
      'git.example.com/config',
    ]);
  });

  test('implied branches only where branches are implied', () => {
    const { items } = runScenario(`
projects:
  - name: config
    trusted: true
    branches: {main: {zuul.yaml: "- pipeline: {name: check, manager: independent}\\n- job: {name: base, parent: null, run: r}"}}
  - name: org/own
    branches:
      main: {zuul.yaml: "- pragma: {implied-branch-matchers: false, implied-branches: [other]}\\n- job: {name: j}\\n- project: {check: {jobs: [j]}}"}
      next: {zuul.yaml: "[]"}
items:
  - {id: it, pipeline: check, project: org/own, branch: main}
`) as Answer;
    expect(items.it?.jobs).toHaveLength(1);
  });
});

describe('an item fails', () => {
  const fails = (own: string): string | undefined => answer(own).items.it?.error;

  test.each([
    ['post-review', '{j: {post-review: true}}'],
    ['parent', '{j: {parent: base}}'],
  ])('where a pipeline sets %s of a final job', (_, entry) => {
    expect(fails(`- job: {name: j, run: r, final: true}\n- project: {check: {jobs: [${entry}]}}`)).toContain(
      'final job',
    );
  });

  test('where a final job has a further definition', () => {
    expect(
      fails(`- job: {name: j, run: r, final: true}\n- job: {name: j, voting: false}\n${PROJECT}`),
    ).toContain('final job');
  });

  test('where protected is taken back', () => {
    expect(
      fails(`- job: {name: j, run: r, protected: true}\n- job: {name: j, protected: false}\n${PROJECT}`),
    ).toBe('Exception: Unable to reset protected attribute of job j');
  });

  test('where a job and an inherited playbook want one semaphore', () => {
    expect(
      fails(
        `- job: {name: p, run: {name: r, semaphores: s}}\n- job: {name: j, parent: p, semaphores: s}\n${PROJECT}`,
      ),
    ).toContain('Semaphore s belongs to job j and to one of its playbooks');
  });

  test('where a trusted job passes secrets to what is not reviewed', () => {
    const { items } = answer(`- job: {name: p, run: r}\n- project: {check: {jobs: [j]}}`, {
      config:
        '- job: {name: j, parent: p, run: r, secrets: [{name: s, secret: of-config, pass-to-parent: true}]}',
    });
    expect(items.it?.error).toContain('does not allow post-review job j');
  });
});

describe('a changed definition runs its job whatever files it reads', () => {
  test.each([
    'ansible-version: 9',
    'ansible-split-streams: true',
    'workspace-checkout: auto',
    'include-vars: v.yaml',
    'roles: [{zuul: org/other}]',
    'protected: true',
    'allowed-projects: [org/own]',
  ])('%s', (attribute) => {
    const before = `- job: {name: p, run: r, files: ['^src/']}
- job: {name: j, parent: p}
${PROJECT}`;
    const proposed = before.replace('name: p, run: r', `name: p, run: r, ${attribute}`);
    const { items } = answer(before, { proposed });
    expect(items.it?.jobs).toEqual([]);
    expect(items.proposed?.jobs?.map(({ name }) => name)).toEqual(['j']);
  });
});
