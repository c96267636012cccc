// Playbooks, roles and files of variables that jobs name.
import { checkPlaybook } from '../../run/subset.js';
import { asList, placeOf, plainValue } from '../../values.js';
import { readYaml } from '../../yaml.js';
import { askedJobs } from '../asked-jobs.js';
import { placeOfSource } from '../place.js';
import { namesIn } from '../template-names.js';
import { atAttribute, definitionsOf } from './jobs.js';

/** @import { JobDefinition } from '../../layout.js' */
/** @import { Found, Place, Rule, Subject } from '../lint.js' */

/** @typedef {Record<string, unknown>} Mapping */

const PHASES = ['pre-run', 'run', 'post-run', 'cleanup-run'];

/** @param {JobDefinition} definition @returns {{ path: string, at: Place }[]} the playbooks that a definition names */
const playbooksOf = (definition) =>
  PHASES.flatMap((phase) => {
    const written = definition.attributes[phase];
    return asList(written).map((each, index) => ({
      path: typeof each === 'string' ? each : String(/** @type {Mapping} */ (each)['name']),
      at: Array.isArray(written)
        ? placeOfSource(definition.source, placeOf(written, index)?.line)
        : atAttribute(definition, phase),
    }));
  });

/** @param {Subject} subject @returns {Found[]} */
const missingPlaybooks = (subject) =>
  definitionsOf(subject).flatMap((definition) =>
    playbooksOf(definition)
      .filter(({ path }) => subject.read(definition.source.project, path) === undefined)
      .map(({ path, at }) => ({
        message: `${definition.name} runs ${path}, which ${definition.source.project} does not have`,
        at,
      })),
  );

/** @typedef {{ project: string, path: string, text: string, read: unknown }} File */

/** @param {string} text @returns {unknown} what it holds; nothing where it is no YAML, which another rule tells */
const contentsOf = (text) => {
  try {
    return readYaml(text);
  } catch {
    return undefined;
  }
};

/** Every mapping in a value. @param {unknown} value @returns {Mapping[]} */
const mappingsIn = (value) => {
  if (Array.isArray(value)) return value.flatMap(mappingsIn);
  if (typeof value !== 'object' || value === null) return [];
  const own = /** @type {Mapping} */ (value);
  return [own, ...Object.values(own).flatMap(mappingsIn)];
};

const INCLUDES = ['include_tasks', 'import_tasks', 'include_role', 'import_role', 'include_vars'];

/** What a task or play includes. @param {Mapping} mapping @returns {{ kind: string, name: string, key: string }[]} */
const includesOf = (mapping) => [
  ...INCLUDES.flatMap((kind) =>
    [kind, `ansible.builtin.${kind}`].flatMap((key) => {
      const value = mapping[key];
      if (value === undefined) return [];
      const name =
        typeof value === 'string'
          ? value
          : (/** @type {Mapping} */ (value)['file'] ?? /** @type {Mapping} */ (value)['name']);
      return typeof name === 'string' && !name.includes('{{') ? [{ kind, name, key }] : [];
    }),
  ),
  ...asList('hosts' in mapping ? mapping['roles'] : undefined).map((role) => ({
    kind: 'import_role',
    name:
      typeof role === 'string'
        ? role
        : String(/** @type {Mapping} */ (role)['role'] ?? /** @type {Mapping} */ (role)['name']),
    key: 'roles',
  })),
];

/** @param {string} path */
const folderOf = (path) => path.replace(/[^/]*$/u, '');

/** Where an included file may lie. @param {string} from @param {string} kind @param {string} name @returns {string[]} */
const placesFor = (from, kind, name) => {
  if (kind.endsWith('_role')) {
    return ['', folderOf(from)].flatMap((folder) =>
      ['yaml', 'yml'].map((ending) => `${folder}roles/${name}/tasks/main.${ending}`),
    );
  }
  const role = /^(.*roles\/[^/]+\/)tasks\//u.exec(from)?.[1];
  return [
    `${folderOf(from)}${name}`,
    ...(role === undefined ? [] : [`${role}tasks/${name}`, `${role}vars/${name}`]),
  ];
};

/**
 * A file and all that it includes; what is missing is told.
 * @param {Subject} subject
 * @param {string} project
 * @param {string} path
 * @param {(found: Found) => void} tell
 * @param {Map<string, File>} [files]
 */
const withIncluded = (subject, project, path, tell, files = new Map()) => {
  const text = subject.read(project, path);
  if (text === undefined || files.has(path)) return files;
  const read = contentsOf(text);
  files.set(path, { project, path, text, read });
  for (const mapping of mappingsIn(read)) {
    for (const { kind, name, key } of includesOf(mapping)) {
      const places = placesFor(path, kind, name);
      const place = places.find((each) => subject.read(project, each) !== undefined);
      const line = placeOf(mapping, key)?.line ?? 1;
      if (place === undefined) {
        tell({
          message: `${kind} names ${name}, and there is no ${places.join(' or ')}`,
          at: { project, path, line },
        });
      } else if (kind === 'include_vars') {
        const vars = subject.read(project, place) ?? '';
        files.set(place, { project, path: place, text: vars, read: contentsOf(vars) });
      } else withIncluded(subject, project, place, tell, files);
    }
  }
  for (const defaults of ['defaults/main.yaml', 'defaults/main.yml', 'vars/main.yaml', 'vars/main.yml']) {
    const role = /^(.*roles\/[^/]+\/)tasks\/main\.ya?ml$/u.exec(path)?.[1];
    const vars = role === undefined ? undefined : subject.read(project, `${role}${defaults}`);
    if (vars !== undefined)
      files.set(`${role ?? ''}${defaults}`, {
        project,
        path: `${role ?? ''}${defaults}`,
        text: vars,
        read: contentsOf(vars),
      });
  }
  return files;
};

/** @param {Subject} subject @returns {{ files: File[], found: Found[] }} every playbook that a job names, with its includes */
const allFiles = (subject) => {
  /** @type {Map<string, File>} */
  const files = new Map();
  /** @type {Found[]} */
  const found = [];
  for (const definition of definitionsOf(subject)) {
    const { project } = definition.source;
    for (const { path } of playbooksOf(definition)) {
      for (const file of withIncluded(subject, project, path, (each) => found.push(each)).values()) {
        files.set(`${project}/${file.path}`, file);
      }
    }
  }
  return { files: [...files.values()], found };
};

/** @param {File} file */
const holdsTasks = ({ path }) => !/(?:^|\/)(?:vars|defaults)\//u.test(path);

/** @param {Subject} subject @returns {Found[]} */
const outsideSubset = (subject) =>
  allFiles(subject)
    .files.filter(holdsTasks)
    .flatMap(({ project, path, text, read }) =>
      Array.isArray(read) || read === undefined
        ? checkPlaybook(text, path).map(({ line, message }) => ({ message, at: { project, path, line } }))
        : [],
    );

/** @param {Subject} subject @returns {Found[]} */
const noHosts = (subject) =>
  askedJobs(subject).flatMap(({ name, job }) => {
    if (job === undefined || job.nodesets.some((nodeset) => asList(nodeset['nodes']).length > 0)) return [];
    return Object.values(job.playbooks)
      .flat()
      .flatMap(({ project, path }) =>
        mappingsIn(contentsOf(subject.read(project, path) ?? ''))
          .filter(({ hosts }) => asList(hosts).some((host) => host !== 'localhost'))
          .map((play) => ({
            message: `${name} has no node, so that this play of hosts '${asList(play['hosts']).join(', ')}' runs nowhere: name localhost, or give the job a nodeset`,
            at: { project, path, line: placeOf(play, 'hosts')?.line ?? 1 },
          })),
      );
  });

/** @param {Subject} subject @returns {Found[]} */
const dictionaryMethods = (subject) =>
  allFiles(subject).files.flatMap(({ project, path, text }) =>
    text.split('\n').flatMap((line, index) =>
      /\bzuul\.(?:items|keys|values|get|update|copy|pop)\b/u.test(line)
        ? [
            {
              message: "a point finds a method of the mapping here and not its value: write zuul['items']",
              at: { project, path, line: index + 1 },
            },
          ]
        : [],
    ),
  );

/** What every playbook knows. */
const ALWAYS = new Set([
  ...[
    'zuul',
    'zuul_success',
    'zuul_will_retry',
    'nodepool',
    'unsafe_vars',
    'hostvars',
    'groups',
    'group_names',
  ],
  ...[
    'inventory_hostname',
    'inventory_hostname_short',
    'inventory_dir',
    'inventory_file',
    'play_hosts',
    'ansible_play_hosts',
  ],
  ...['playbook_dir', 'role_path', 'role_name', 'item', 'omit', 'true', 'false', 'none', 'environment'],
]);

/** Names that a playbook's own files define. @param {readonly File[]} files */
const definedIn = (files) => {
  /** @type {Set<string>} */
  const names = new Set();
  const add = (/** @type {unknown} */ vars) => {
    for (const each of asList(vars))
      if (typeof each === 'object' && each !== null) for (const name of Object.keys(each)) names.add(name);
  };
  for (const file of files) {
    if (!holdsTasks(file)) add(file.read);
    for (const mapping of mappingsIn(file.read)) {
      add(mapping['vars']);
      add(mapping['set_fact'] ?? mapping['ansible.builtin.set_fact']);
      if (typeof mapping['register'] === 'string') names.add(mapping['register']);
      const loop = /** @type {Mapping | undefined} */ (mapping['loop_control']);
      for (const key of ['loop_var', 'index_var']) if (typeof loop?.[key] === 'string') names.add(loop[key]);
      const included = /** @type {Mapping | undefined} */ (
        mapping['include_vars'] ?? mapping['ansible.builtin.include_vars']
      );
      if (typeof included === 'object' && typeof included['name'] === 'string') names.add(included['name']);
    }
  }
  return names;
};

/** Names that jobs hand over to those that depend on them. @param {readonly File[]} files */
const returnedIn = (files) => {
  /** @type {Set<string>} */
  const names = new Set();
  for (const { read } of files) {
    for (const mapping of mappingsIn(read)) {
      const call = /** @type {Mapping | undefined} */ (mapping['zuul_return']);
      for (const name of Object.keys(/** @type {object} */ (call?.['data'] ?? {}))) names.add(name);
    }
  }
  return names;
};

/** @param {Subject} subject @returns {Found[]} */
const undefinedVariables = (subject) => {
  const returned = returnedIn(allFiles(subject).files);
  return askedJobs(subject).flatMap(({ name, job }) => {
    if (job === undefined) return [];
    const { vars, 'extra-vars': extra, 'host-vars': host, 'group-vars': group } = job.variables;
    const perHost = [...Object.values(host), ...Object.values(group)].flatMap((each) =>
      Object.keys(/** @type {object} */ (each)),
    );
    const known = new Set([...ALWAYS, ...returned, ...Object.keys(vars), ...Object.keys(extra), ...perHost]);
    // What include-vars brings is not looked into.
    if (
      job.definitions.some(
        ({ attributes }) => attributes['include-vars'] !== undefined || attributes['secrets'] !== undefined,
      )
    )
      return [];
    return Object.values(job.playbooks)
      .flat()
      .flatMap(({ project, path }) => {
        const files = [...withIncluded(subject, project, path, () => undefined).values()];
        const own = definedIn(files);
        return files.filter(holdsTasks).flatMap((file) =>
          namesIn(file.read)
            .filter(
              (each) => !own.has(each.name) && !known.has(each.name) && !each.name.startsWith('ansible_'),
            )
            .map((each) => ({
              message: `nothing gives ${name} a variable '${each.name}': set it in the job's vars, or say what it is without: {{ ${each.name} | default(…) }}`,
              at: { project: file.project, path: file.path, line: each.line },
            })),
        );
      });
  });
};

/** @param {Subject} subject @returns {Found[]} */
const missingVariableFiles = (subject) =>
  definitionsOf(subject).flatMap((definition) => {
    return asList(plainValue(definition.attributes['include-vars'])).flatMap((each) => {
      const entry = typeof each === 'string' ? { name: each } : /** @type {Mapping} */ (each);
      const isElsewhere = entry['project'] !== undefined || entry['zuul-project'] !== undefined;
      if (isElsewhere || entry['required'] === false) return [];
      if (subject.read(definition.source.project, String(entry['name'])) !== undefined) return [];
      return [
        {
          message: `include-vars names ${String(entry['name'])}, which ${definition.source.project} does not have`,
          at: atAttribute(definition, 'include-vars'),
        },
      ];
    });
  });

/** @param {Subject} subject @returns {Found[]} */
const ignoredFiles = (subject) =>
  [...subject.layout.files]
    .flatMap(({ name }) => subject.filesOf(name).map((path) => ({ project: name, path })))
    .filter(({ path }) => /^\.?zuul\.(?:d\/.*\.yml|yml)$/u.test(path))
    .map(({ project, path }) => ({
      message: `${path} is not read: only files that end in .yaml are`,
      at: { project, path, line: 1 },
    }));

/** @type {readonly Rule[]} */
export const playbookRules = [
  {
    name: 'missing-playbook',
    severity: 'error',
    why: 'Zuul tells it only when the job runs.',
    find: missingPlaybooks,
  },
  {
    name: 'missing-include',
    severity: 'error',
    why: 'A role, a file of tasks or of variables that is missing fails the job when it gets there.',
    find: (subject) => allFiles(subject).found,
  },
  {
    name: 'missing-variable-file',
    severity: 'error',
    why: 'Zuul tells it only when the job runs.',
    find: missingVariableFiles,
  },
  {
    name: 'ignored-file',
    severity: 'error',
    why: 'Zuul passes over .yml without a word.',
    find: ignoredFiles,
  },
  {
    name: 'outside-subset',
    severity: 'error',
    why: 'It would run with Ansible only, and not here without it.',
    find: outsideSubset,
  },
  {
    name: 'no-hosts',
    severity: 'error',
    why: "Ansible's own localhost is not among all hosts, so that the play does nothing and succeeds.",
    find: noHosts,
  },
  {
    name: 'dictionary-method',
    severity: 'error',
    why: 'zuul.items is a method of Python.',
    find: dictionaryMethods,
  },
  {
    name: 'undefined-variable',
    severity: 'error',
    why: 'Ansible tells it only when the task runs.',
    find: undefinedVariables,
  },
];
