// What runs through a pipeline: this checkout's difference to a branch, that branch itself, or a tag.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UsageError } from './errors.js';
import { asList } from './values.js';

/** @import { Attributes, Layout } from './layout.js' */
/** @import { Item } from './freeze.js' */
/** @import { Tenant } from './tenant.js' */

/**
 * @typedef {object} ItemOptions
 * @property {string} [pipeline] `check` by default, `release` for a tag
 * @property {string} [base] what the change is compared with: a branch or commit, `main` by default
 * @property {string} [head] a commit instead of the work tree
 * @property {readonly string[]} [files] that are taken as changed, instead of asking git
 * @property {string} [branch] that the change is meant for; the name of `base` by default
 * @property {string} [tag]
 * @property {boolean} [all] no list of files, so that every job runs
 */

/**
 * @typedef {object} Selection
 * @property {Item} item
 * @property {Layout} layout with the definitions of `head`
 * @property {Layout} [unchanged] with those of `base`, where the change has others
 * @property {string} described in words, for the head of an output
 */

/** For `parseArgs`: the options of every command that looks at an item. */
export const ITEM_OPTIONS = /** @type {const} */ ({
  pipeline: { type: 'string', short: 'p' },
  base: { type: 'string' },
  head: { type: 'string' },
  files: { type: 'string', multiple: true },
  branch: { type: 'string' },
  tag: { type: 'string' },
  all: { type: 'boolean' },
});

/** `--files a b` as `--files a --files b`. @param {readonly string[]} words */
export const expandFiles = (words) => {
  /** @type {string[]} */
  const expanded = [];
  let isList = false;
  for (const word of words) {
    if (isList && !word.startsWith('-')) {
      if (expanded.at(-1) !== '--files') expanded.push('--files');
    } else isList = word === '--files';
    expanded.push(word);
  }
  return expanded;
};

export const ITEM_HELP = `  -p, --pipeline NAME   check by default; release for a tag
  --base REF            what the change is compared with (main, or what NX_BASE names)
  --head REF            a commit instead of the work tree
  --files PATH …        take these as changed instead of asking git
  --branch NAME         the branch the change is meant for
  --tag NAME            a tag instead of a change
  --all                 no list of files: every job of the pipeline
`;

const execute = promisify(execFile);

/** @param {string} directory @param {...string} words @returns {Promise<string[]>} its output, split at NULs */
const git = async (directory, ...words) => {
  const { stdout } = await execute('git', words, { cwd: directory, maxBuffer: 2 ** 26 });
  return stdout.split('\0').filter((line) => line !== '');
};

/** @param {string} directory @param {string} ref */
const exists = async (directory, ref) => {
  try {
    await execute('git', ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], { cwd: directory });
    return true;
  } catch {
    return false;
  }
};

/**
 * The files that differ from where `head`, or the work tree, left `base`: committed, staged, unstaged and untracked.
 * @param {string} directory
 * @param {string} base
 * @param {string | undefined} head
 */
const changedFiles = async (directory, base, head) => {
  const difference = ['diff', '--name-only', '--no-renames', '-z', '--merge-base', base];
  const asked = [
    git(directory, ...difference, ...(head === undefined ? [] : [head])),
    ...(head === undefined ? [git(directory, 'ls-files', '--others', '--exclude-standard', '-z')] : []),
  ];
  try {
    return [...new Set((await Promise.all(asked)).flat())].sort();
  } catch {
    const missing = (await exists(directory, base)) ? (head ?? base) : base;
    throw new UsageError(
      `git knows no '${missing}': make it with 'git branch ${missing} origin/${missing}', name another with --base, or say --all`,
    );
  }
};

/** @param {string} directory @param {string} commit @returns {Promise<Record<string, string>>} definition files, by path */
const definitionsAt = async (directory, commit) => {
  const roots = ['zuul.yaml', 'zuul.d', '.zuul.yaml', '.zuul.d'];
  const paths = await git(directory, 'ls-tree', '-r', '--name-only', '-z', commit, '--', ...roots);
  const texts = await Promise.all(
    paths.map(async (path) => {
      const { stdout } = await execute('git', ['show', `${commit}:${path}`], { cwd: directory });
      return /** @type {const} */ ([path, stdout]);
    }),
  );
  return Object.fromEntries(texts);
};

/** @param {Layout} layout @param {string} pipeline @returns {string} what a pipeline of the local tenant waits for */
const eventOf = (layout, pipeline) => {
  const known = layout.pipelines.get(pipeline);
  if (known === undefined) {
    throw new UsageError(
      `There is no pipeline '${pipeline}'; there are ${[...layout.pipelines.keys()].join(', ')}`,
    );
  }
  const [first] = Object.values(/** @type {Attributes} */ (known.attributes['trigger'] ?? {}));
  return String(/** @type {Attributes | undefined} */ (asList(first)[0])?.['event'] ?? 'change');
};

/** @param {string} path */
const isDefinition = (path) => /^\.?zuul\.(?:yaml|d\/)/u.test(path);

/**
 * The item that a command is about.
 * @param {Tenant} tenant
 * @param {ItemOptions} options
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Selection>}
 */
export const selectItem = async (tenant, options, env = {}) => {
  const { directory, project, layout } = tenant;
  const { head, tag } = options;
  const pipeline = options.pipeline ?? (tag === undefined ? 'check' : 'release');
  const event = eventOf(layout, pipeline);
  if (tag !== undefined || event === 'tag') {
    const name = tag ?? 'v0.0.0';
    const branches = await execute('git', ['branch', '--format=%(refname:short)', '--contains', name], {
      cwd: directory,
    }).then(
      ({ stdout }) => stdout.split('\n').filter((line) => line !== ''),
      () => ['main'],
    );
    const item = { pipeline, project, ref: { tag: name, containingBranches: branches }, files: undefined };
    return { item, layout, described: `${pipeline} of tag ${name}` };
  }
  const base = options.base ?? env['NX_BASE'] ?? 'main';
  const branch = options.branch ?? base.replace(/^origin\//u, '');
  const of = (/** @type {readonly string[] | undefined} */ files) => ({
    pipeline,
    project,
    ref: { branch },
    files,
  });
  if (options.files !== undefined) {
    const count = options.files.length;
    return { item: of(options.files), layout, described: `${pipeline} of ${counted(count, 'given file')}` };
  }
  if (options.all === true || event !== 'change') {
    return { item: of(undefined), layout, described: `${pipeline} of ${branch}, whatever is changed` };
  }
  const changed = await changedFiles(directory, base, head);
  const ours = head === undefined ? layout : await tenant.layoutWith(await definitionsAt(directory, head));
  if (changed.length === 0) {
    return { item: of(undefined), layout: ours, described: `${pipeline} of ${branch}: nothing is changed` };
  }
  const described = `${pipeline} of ${counted(changed.length, 'file')} that ${changed.length === 1 ? 'differs' : 'differ'} from ${base}`;
  if (!changed.some(isDefinition)) return { item: of(changed), layout: ours, described };
  const [fork = base] = await git(directory, 'merge-base', base, head ?? 'HEAD');
  const unchanged = await tenant.layoutWith(await definitionsAt(directory, fork.trim()));
  return { item: of(changed), layout: ours, unchanged, described };
};

/** @param {number} count @param {string} noun */
const counted = (count, noun) => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
