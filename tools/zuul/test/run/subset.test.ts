// What the subset refuses, with the line, and that its table for readers is the truth.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FILTERS } from '../../src/run/jinja/filters.js';
import { TESTS } from '../../src/run/jinja/tests.js';
import { MODULE_FUNCTIONS } from '../../src/run/modules/index.js';
import { checkPlaybook, MODULES, TASK } from '../../src/run/subset.js';

/** Problems of a task, in a play whose tasks start at line 4. */
const problemsOf = (task: string): readonly string[] =>
  checkPlaybook(
    `- hosts: all\n  gather_facts: false\n  tasks:\n    - ${task.replaceAll('\n', '\n      ')}\n`,
    'p.yaml',
  ).map(({ line, message }) => `${String(line)}: ${message}`);

describe('refuses by name', () => {
  test.each([
    ['apt: {name: x}', '4: the module "apt" is not in the subset'],
    ['community.general.ufw: {}', '4: the module "community.general.ufw" is not in the subset'],
    ['command: "true"\nbecome: true', '5: "become" of a task is not in the subset'],
    ['command: "true"\nnotify: x', '5: "notify" of a task is not in the subset'],
    ['command: "true"\nwith_dict: x', '5: "with_dict" of a task is not in the subset'],
    ['copy: {dest: /x, content: y, owner: root}', '4: the parameter "owner" of "copy" is not in the subset'],
    ['copy: dest=/x content=y', '4: the parameters of "copy" are a mapping in the subset, not text with "="'],
    [
      'command: echo chdir=/x',
      '4: "chdir=" inside of the text of "command" is not in the subset: write it under "args"',
    ],
    ["shell: it's", '4: a quote in the text of "shell" does not end: write the text under "cmd"'],
    [
      'file: {path: /x, state: hard}',
      '4: the state "hard" of "file" is not in the subset: file, directory, absent, touch, link',
    ],
    ['file: {path: /x, mode: u+x}', '4: "mode" is an octal number in quotes in the subset, as in "0644"'],
    ['set_fact: {a: 1, cacheable: true}', '4: "cacheable" of "set_fact" is not in the subset'],
    ['include_tasks: x.yaml\nregister: y', '5: "register" of "include_tasks" is not in the subset'],
    [
      'import_tasks: "{{ x }}.yaml"',
      '4: "import_tasks" takes no templates in the subset: write "include_tasks"',
    ],
    ['import_tasks: x.yaml\nloop: [1]', '5: "import_tasks" takes no loop: write "include_tasks"'],
    ['debug: {}\nloop_control: {pause: 3}', '5: "pause" of loop_control is not in the subset'],
    ['debug: {}\nwhen: "{{ x }}"', '5: "when" takes a condition without {{ }}: "{{ x }}"'],
    ['debug: {}\nwhen: 3', '5: "when" takes conditions as text'],
    ['block: []\ntags: x', '5: "tags" of a block is not in the subset'],
    ['copy:\n  dest: /x', '4: "copy" needs "content" or "src"'],
    ['name: nothing', '4: a task calls a module'],
    ['command: a\nshell: b', '5: a task calls one module, not "command" and "shell"'],
    ['debug: {}\nloop: [1]\nwith_items: [1]', '6: "loop" and "with_items" do not go together'],
    ['debug: {}\nregister: a-b', '5: "register" takes the name of a variable'],
    ['debug: {}\nretries: 1.5', '5: "retries" is a whole number'],
  ])('%j', (task, problem) => {
    expect(problemsOf(task)).toEqual([problem]);
  });

  test.each([
    ['x | frob', 'the filter "frob" is not in the subset'],
    ['x is even', 'the test "even" is not in the subset'],
    ['x | map("frob")', undefined],
    ['x.items', "\".items\" is a method of Python's mappings, not a key: write ['items']"],
    ['lookup("env", "X")', 'the function "lookup" is not in the subset'],
    ['x.split(",")', 'the method "split" is not in the subset'],
    ['x[1:]', 'slices are not in the subset'],
    ['(1, 2)', 'tuples are not in the subset: write a list'],
    ['x * 2', 'the operator "*" is not in the subset'],
    ['x is match "y"', 'the argument of the test "match" stands in brackets in the subset'],
    ['010', '"010" begins with a zero, as no number does'],
    ['x +', 'a value is expected, not "the end"'],
    ['x y', '"y" is not expected here'],
    ['', 'the expression is empty'],
    ['"open', '"\\"" means nothing here'],
    ['x ? y', '"?" means nothing here'],
  ])('{{ %s }}', (expression, problem) => {
    const problems = checkPlaybook(
      `- hosts: all\n  gather_facts: false\n  vars:\n    a: 1\n    b: [x, '{{ ${expression.replaceAll("'", "''")} }}']\n`,
      'p.yaml',
    );
    expect(problems.map(({ line, message }) => [line, message.replace(/^.*?": (?=\S)/u, '')])).toEqual(
      problem === undefined ? [] : [[5, problem.replace('"\\""', '"""')]],
    );
  });

  test('statements, comments without an end, and ternaries of conditions without brackets', () => {
    expect(problemsOf('debug: {msg: "{% if x %}y{% endif %}"}')[0]).toContain(
      'statements ({% %}) are not in the subset',
    );
    expect(problemsOf('debug: {msg: "{{ x"}')[0]).toContain('an expression without its end ("}}")');
    expect(problemsOf('debug: {msg: "{# x"}')[0]).toContain('a comment without its end');
    expect(problemsOf('debug: {}\nwhen: a if b else c')[0]).toContain(
      'a ternary in a condition stands in brackets',
    );
  });

  test('names of facts that are templates', () => {
    expect(problemsOf('set_fact: {"key_{{ item }}": 1}')[0]).toContain(
      '"key_{{ item }}" is no name of a variable, and a template for one is not in the subset',
    );
  });

  test('plays that Ansible or Zuul would take otherwise', () => {
    const problems = (text: string): readonly string[] =>
      checkPlaybook(text, 'p.yaml').map(({ line, message }) => `${String(line)}: ${message}`);
    expect(problems('- hosts: all\n')).toEqual([
      '1: a play needs "gather_facts: false": facts are not gathered in the subset',
    ]);
    expect(problems('- hosts: all\n  gather_facts: true\n')).toEqual([
      '2: "gather_facts" must be false: facts are not gathered in the subset',
    ]);
    expect(problems('- hosts: all:!x\n  gather_facts: false\n')).toEqual([
      '1: "hosts" takes names of hosts and groups; patterns are not in the subset',
    ]);
    expect(problems('- hosts: all\n  gather_facts: false\n  serial: 1\n')).toEqual([
      '3: "serial" of a play is not in the subset',
    ]);
    expect(problems('- import_playbook: x.yaml\n')).toEqual(['1: "import_playbook" is not in the subset']);
    expect(problems('just text')).toEqual([
      '1: a playbook is a list of plays, and a file of tasks a list of tasks',
    ]);
    expect(problems('- hosts: [a')[0]).toMatch(/^1: p\.yaml is no YAML/u);
    expect(problems('')).toEqual([]);
  });
});

describe('docs/ansible-subset.md', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/ansible-subset.md'), 'utf8');
  const rows = new Map(
    [...text.matchAll(/^\| (.+?) +\| (.+?) +\|$/gmu)].map(([, name = '', rest = '']) => [
      name.replaceAll('`', ''),
      [...rest.matchAll(/`([^`]+)`/gu)].map(([, word]) => word),
    ]),
  );

  test('has every module with its parameters, and no other', () => {
    for (const [name, { parameters }] of Object.entries(MODULES))
      expect(rows.get(name), name).toEqual(parameters === 'any' ? [] : parameters);
    const listed = [
      ...text.slice(text.indexOf('## Modules'), text.indexOf('## Expressions')).matchAll(/^\| `(\w+)`/gmu),
    ].map(([, name]) => name);
    expect(listed).toEqual(Object.keys(MODULES));
    for (const name of Object.keys(MODULES).filter(
      (each) => !/^(?:include|import)_(?:tasks|role)$/u.test(each),
    ))
      expect(MODULE_FUNCTIONS, name).toHaveProperty(name);
  });

  test('has every keyword, filter and test', () => {
    expect(rows.get('a task')).toEqual(TASK);
    expect(rows.get('filters')).toEqual(Object.keys(FILTERS).sort());
    expect(rows.get('tests')).toEqual(Object.keys(TESTS).sort());
  });
});
