// What each kind of object may hold, checked before anything else looks at it, and told to editors as JSON Schema.
import { ConfigError } from './errors.js';
import { Control, Encrypted, Float, placeOf } from './values.js';

/** @typedef {Readonly<Record<string, unknown>>} Schema of JSON Schema, draft 2020-12 */
/** @typedef {((value: unknown, path: string) => void) & { schema: Schema }} Shape throws a ConfigError */

/** @param {Schema} schema @param {(value: unknown, path: string) => void} check @returns {Shape} */
const shape = (schema, check) => Object.assign(check, { schema });

/** @param {string} expected @param {string} path */
const refuse = (expected, path) => {
  throw new ConfigError('Unknown', `expected ${expected} for dictionary value @ ${path}`);
};

/** @param {'string' | 'boolean'} kind @param {string} expected */
const ofType = (kind, expected) =>
  shape({ type: kind }, (value, path) => {
    if (typeof value !== kind) refuse(expected, path);
  });

export const text = ofType('string', 'str');
export const boolean = ofType('boolean', 'bool');

export const whole = shape({ type: 'integer' }, (value, path) => {
  if (typeof value !== 'number') refuse('int', path);
});

/** A whole number of at least so many. @param {number} least */
const from = (least) =>
  shape({ type: 'integer', minimum: least }, (value, path) => {
    if (typeof value !== 'number' || value < least)
      refuse(`a whole number of at least ${String(least)}`, path);
  });

const fraction = shape({ type: 'number' }, (value, path) => {
  if (!(value instanceof Float)) refuse('float', path);
});

export const anything = shape({}, () => undefined);

export const mapping = shape({ type: 'object' }, (value, path) => {
  const isMarked = value instanceof Control || value instanceof Float || value instanceof Encrypted;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isMarked) {
    refuse('a dictionary', path);
  }
});

/** How far a shape fits that ends in an error. @param {unknown} error */
const depthOf = (error) => {
  const message = String(error);
  return message.split('[').length - (message.includes('extra keys') ? 0.5 : 0);
};

/** One of several shapes. @param {...Shape} shapes */
export const either = (...shapes) =>
  shape({ anyOf: shapes.map(({ schema }) => schema) }, (value, path) => {
    /** @type {unknown[]} */
    const errors = [];
    for (const each of shapes) {
      try {
        each(value, path);
        return;
      } catch (error) {
        errors.push(error);
      }
    }
    // The shape that is meant is the one that fits furthest.
    throw errors.reduce((best, error) => (depthOf(error) > depthOf(best) ? error : best));
  });

export const nothing = shape({ type: 'null' }, (value, path) => {
  if (value !== null) refuse('None', path);
});

/** Several, or one by itself. @param {Shape} item */
export const several = (item) =>
  shape({ anyOf: [item.schema, { type: 'array', items: item.schema }] }, (value, path) => {
    if (
      !Array.isArray(value) &&
      (value === null || (typeof value === 'object' && value instanceof Control))
    ) {
      refuse('a list', path);
    }
    for (const each of Array.isArray(value) ? value : [value]) item(each, path);
  });

/** Several, never one by itself. @param {Shape} item */
const list = (item) =>
  shape({ type: 'array', items: item.schema }, (value, path) => {
    if (!Array.isArray(value)) refuse('a list', path);
    for (const each of /** @type {unknown[]} */ (value)) item(each, path);
  });

/** With `!override` or `!inherit` before it. @param {Shape} inner */
export const controlled = (inner) =>
  shape(inner.schema, (value, path) => {
    inner(value instanceof Control ? value.value : value, path);
  });

/** @param {readonly string[]} words */
export const oneOf = (words) =>
  shape({ enum: words }, (value, path) => {
    if (typeof value !== 'string' || !words.includes(value)) refuse(`one of ${words.join(', ')}`, path);
  });

/**
 * A mapping of known keys.
 * @param {Readonly<Record<string, Shape>>} shapes
 * @param {{ required?: readonly string[], others?: Shape }} [options] `others`: what other keys may hold; refused by default
 */
export const fields = (shapes, { required = [], others } = {}) =>
  shape(
    {
      type: 'object',
      properties: Object.fromEntries(Object.entries(shapes).map(([name, { schema }]) => [name, schema])),
      required,
      additionalProperties: others?.schema ?? false,
    },
    (value, path) => {
      mapping(value, path);
      const object = /** @type {Record<string, unknown>} */ (value);
      for (const [name, each] of Object.entries(object)) {
        try {
          const known = shapes[name] ?? others;
          if (known === undefined)
            throw new ConfigError('Unknown', `extra keys not allowed @ ${path}['${name}']`);
          known(each, `${path}['${name}']`);
        } catch (error) {
          if (error instanceof ConfigError) error.line ??= placeOf(object, name)?.line;
          throw error;
        }
      }
      for (const name of required) {
        if (!(name in object))
          throw new ConfigError('Unknown', `required key not provided @ ${path}['${name}']`);
      }
    },
  );

/** Not among them: words that are no texts to YAML, `no` and `on` too. */
const VARIABLE = /^(?!(?:true|false|null)$)[a-zA-Z][a-zA-Z0-9_]*$/u;
const RESERVED = new Set([
  ...['zuul', 'nodepool', 'unsafe_vars', 'ansible_connection', 'ansible_host', 'ansible_python_interpreter'],
  ...['ansible_shell_executable', 'ansible_user'],
]);

const variables = shape(
  { type: 'object', propertyNames: { pattern: VARIABLE.source, not: { enum: [...RESERVED] } } },
  (value, path) => {
    mapping(value, path);
    for (const name of Object.keys(/** @type {object} */ (value))) {
      const line = placeOf(value, name)?.line;
      if (!VARIABLE.test(name))
        throw new ConfigError('Unknown', `Variable name "${name}" is not valid`, { line });
      if (RESERVED.has(name))
        throw new ConfigError('Unknown', `Variable named "${name}" is not permitted`, { line });
    }
  },
);

const variablesByHost = shape({ type: 'object', additionalProperties: variables.schema }, (value, path) => {
  mapping(value, path);
  for (const each of Object.values(/** @type {object} */ (value))) variables(each, path);
});

const pattern = either(text, fields({ regex: text, negate: boolean }, { required: ['regex'] }));
const semaphore = either(text, fields({ name: text, 'resources-first': boolean }, { required: ['name'] }));
const playbook = either(text, fields({ name: text, semaphores: several(text) }, { required: ['name'] }));
const postPlaybook = either(
  text,
  fields({ name: text, semaphores: several(text), cleanup: boolean }, { required: ['name'] }),
);
const node = fields({ name: several(text), label: text }, { required: ['name', 'label'] });
const group = fields({ name: text, nodes: several(text) }, { required: ['name', 'nodes'] });
const nodes = { nodes: several(node), groups: several(group) };
const alternatives = { alternatives: list(either(text, fields(nodes, { required: ['nodes'] }))) };
const inlineNodeset = either(
  fields({ name: text, ...nodes }, { required: ['nodes'] }),
  fields({ name: text, ...alternatives }, { required: ['alternatives'] }),
);
export const nodesetShape = either(
  fields({ name: text, ...nodes }, { required: ['name', 'nodes'] }),
  fields({ name: text, ...alternatives }, { required: ['name', 'alternatives'] }),
);

const includedVariables = either(
  text,
  fields({ name: text, project: text, required: boolean }, { required: ['name'] }),
  fields(
    { name: text, 'zuul-project': boolean, 'use-ref': boolean, required: boolean },
    { required: ['name', 'zuul-project'] },
  ),
);

const CONTROLLABLE = [
  ...['requires', 'provides', 'tags', 'files', 'irrelevant-files', 'required-projects', 'vars', 'extra-vars'],
  ...['host-vars', 'group-vars', 'include-vars', 'dependencies', 'failure-output'],
];

/** @type {Readonly<Record<string, Shape>>} */
export const JOB_FIELDS = {
  name: text,
  parent: either(text, nothing),
  description: text,
  'variant-description': text,
  final: boolean,
  abstract: boolean,
  intermediate: boolean,
  protected: boolean,
  'attribute-control': fields(
    Object.fromEntries(
      CONTROLLABLE.map((name) => [name, fields({ final: boolean }, { required: ['final'] })]),
    ),
  ),
  'success-message': text,
  'failure-message': text,
  'success-url': text,
  'failure-url': text,
  'hold-following-changes': boolean,
  voting: boolean,
  semaphore,
  semaphores: several(semaphore),
  tags: controlled(several(text)),
  provides: controlled(several(text)),
  requires: controlled(several(text)),
  secrets: several(
    either(
      text,
      fields({ name: text, secret: text, 'pass-to-parent': boolean }, { required: ['name', 'secret'] }),
    ),
  ),
  nodeset: either(text, inlineNodeset),
  'override-checkout': text,
  'override-branch': text,
  timeout: whole,
  'post-timeout': whole,
  attempts: whole,
  'pre-run': several(playbook),
  run: several(playbook),
  'post-run': several(postPlaybook),
  'cleanup-run': several(playbook),
  'ansible-version': either(text, whole, fraction),
  'ansible-split-streams': boolean,
  roles: several(
    either(
      fields({ zuul: text, name: text }, { required: ['zuul'] }),
      fields({ galaxy: text, name: text }, { required: ['galaxy'] }),
    ),
  ),
  'required-projects': controlled(
    several(
      either(
        text,
        fields({ name: text, 'override-branch': text, 'override-checkout': text }, { required: ['name'] }),
      ),
    ),
  ),
  vars: controlled(variables),
  'extra-vars': controlled(variables),
  'host-vars': controlled(variablesByHost),
  'group-vars': controlled(variablesByHost),
  'include-vars': controlled(several(includedVariables)),
  dependencies: controlled(
    several(either(text, fields({ name: text, soft: boolean }, { required: ['name'] }))),
  ),
  'allowed-projects': several(text),
  'post-review': boolean,
  branches: several(pattern),
  files: controlled(several(pattern)),
  'irrelevant-files': controlled(several(pattern)),
  'match-on-config-updates': boolean,
  deduplicate: either(boolean, oneOf(['auto'])),
  'failure-output': controlled(several(text)),
  'workspace-scheme': oneOf(['golang', 'flat', 'unique']),
  'workspace-checkout': either(boolean, oneOf(['auto'])),
  'image-build-name': text,
};

export const jobShape = fields(JOB_FIELDS, { required: ['name'] });
const variantShape = fields(
  Object.fromEntries(Object.entries(JOB_FIELDS).filter(([name]) => name !== 'name')),
);

/** A job's name, or its name with what differs. */
const jobEntry = either(
  text,
  shape({ type: 'object', additionalProperties: variantShape.schema, maxProperties: 1 }, (value, path) => {
    mapping(value, path);
    for (const [name, each] of Object.entries(/** @type {object} */ (value)))
      variantShape(each, `${path}['${name}']`);
  }),
);
const pipelineEntry = fields({ debug: boolean, 'fail-fast': boolean, jobs: list(jobEntry) });

export const projectShape = fields(
  {
    name: text,
    description: text,
    branches: several(pattern),
    vars: variables,
    templates: list(text),
    'merge-mode': oneOf(['merge', 'merge-resolve', 'cherry-pick', 'squash-merge', 'rebase']),
    'default-branch': text,
    queue: text,
  },
  { others: pipelineEntry },
);

export const templateShape = fields(
  { name: text, description: text, queue: text, vars: variables },
  { required: ['name'], others: pipelineEntry },
);

export const queueShape = fields(
  {
    name: text,
    'per-branch': boolean,
    'allow-circular-dependencies': boolean,
    'dependencies-by-topic': boolean,
  },
  { required: ['name'] },
);
export const semaphoreShape = fields({ name: text, max: whole }, { required: ['name'] });
export const secretShape = fields({ name: text, data: mapping }, { required: ['name', 'data'] });
export const pragmaShape = fields({
  'implied-branch-matchers': boolean,
  'implied-branches': several(pattern),
});

/** What depends on the connections of a system, by their names. */
const byConnection = mapping;
export const pipelineShape = fields(
  {
    name: text,
    manager: oneOf(['independent', 'dependent', 'serial', 'supercedent']),
    description: text,
    precedence: oneOf(['high', 'normal', 'low']),
    supercedes: several(text),
    'post-review': boolean,
    'allow-other-connections': boolean,
    'dequeue-on-new-patchset': boolean,
    'ignore-dependencies': boolean,
    'disable-after-consecutive-failures': from(1),
    window: from(0),
    'window-floor': from(1),
    'window-ceiling': either(nothing, from(1)),
    'window-increase-type': oneOf(['linear', 'exponential']),
    'window-increase-factor': from(1),
    'window-decrease-type': oneOf(['linear', 'exponential']),
    'window-decrease-factor': from(1),
    ...Object.fromEntries(
      ['success', 'failure', 'start', 'enqueue', 'merge-conflict', 'no-jobs', 'dequeue', 'footer'].map(
        (name) => [`${name}-message`, text],
      ),
    ),
    ...Object.fromEntries(['trigger', 'require', 'reject'].map((name) => [name, byConnection])),
    ...Object.fromEntries(
      ['success', 'failure', 'merge-conflict', 'config-error', 'enqueue', 'start', 'no-jobs', 'disabled']
        .concat('dequeue')
        .map((name) => [name, byConnection]),
    ),
  },
  { required: ['name', 'manager'] },
);

/** What may stand in a file, by the kind of object. */
export const OBJECT_SHAPES = {
  pipeline: pipelineShape,
  job: jobShape,
  project: projectShape,
  'project-template': templateShape,
  nodeset: nodesetShape,
  queue: queueShape,
  semaphore: semaphoreShape,
  secret: secretShape,
  pragma: pragmaShape,
  image: anything,
  flavor: anything,
  label: anything,
  section: anything,
  provider: anything,
};
