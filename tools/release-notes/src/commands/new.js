import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TEMPLATE } from '../changesets/template.js';
import { matchesGlob } from '../changesets/glob.js';
import { filesSince } from '../git.js';
import { sectionNamed, SECTIONS } from '../sections.js';
import { BUMPS, bumpForBreak, greatest } from '../versions.js';
import { Workspace } from '../workspace.js';
import { listItem } from '../rendering/markdown.js';

/** @import { Surroundings } from '../cli.js' */
/** @import { Bump } from '../versions.js' */
/** @import { WorkspacePackage } from '../workspace.js' */

const USAGE = `release-notes new SLUG [options]: writes .changeset/SLUG-<uid>.md

  --package NAME     a package that changes; may be repeated; by default those whose sources differ from the base branch
  --bump BUMP        ${BUMPS.join(', ')}; by default what the sections need
  --summary TEXT     one sentence for the changelog
  --section ID       leaves a section to be written; may be repeated: ${SECTIONS.map(({ id }) => id).join(', ')}
  --note "ID: TEXT"  writes an item of a section; may be repeated
  --edit             opens the file in $VISUAL or $EDITOR
`;

/** Packages whose sources differ from the base branch. @param {Workspace} workspace @returns {WorkspacePackage[]} */
const changedPackages = (workspace) => {
  const { baseBranch = 'main', changedFilePatterns = ['**'] } = workspace.changesetOptions;
  const { added, changed } = filesSince(workspace.root, baseBranch);
  return workspace.published.filter(({ folder }) =>
    [...added, ...changed].some(
      (path) =>
        path.startsWith(`${folder}/`) &&
        changedFilePatterns.some((pattern) => matchesGlob(path.slice(folder.length + 1), pattern)),
    ),
  );
};

/** @param {string} words as given to an option @returns {{ id: string, title: string }} */
const sectionFor = (words) => {
  const section = sectionNamed(words);
  if (section !== undefined) return section;
  throw new Error(`'${words}' is no section; use ${SECTIONS.map(({ id }) => id).join(', ')}`);
};

/** @param {string[]} words @param {Surroundings} surroundings */
export const run = async (words, { cwd, stdout, stderr, env }) => {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      package: { type: 'string', multiple: true },
      bump: { type: 'string' },
      summary: { type: 'string' },
      section: { type: 'string', multiple: true, default: [] },
      note: { type: 'string', multiple: true, default: [] },
      edit: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    stdout.write(USAGE);
    return 0;
  }
  const slug = positionals[0]?.trim().replaceAll(/\s+/gu, '-');
  if (slug === undefined || positionals.length > 1 || !/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(slug)) {
    stderr.write(
      `release-notes new: give one slug, a few words joined by '-', such as faster-reads\n\n${USAGE}`,
    );
    return 2;
  }
  const workspace = Workspace.around(cwd);
  const packages = values.package?.map((name) => workspace.get(name)) ?? changedPackages(workspace);
  if (packages.length === 0) {
    const names = workspace.published.map(({ short }) => short).join(', ');
    throw new Error(`no package differs from the base branch; say --package NAME, one of ${names}`);
  }
  /** @type {Map<string, string[]>} */
  const texts = new Map();
  for (const note of values.note) {
    const [, id = '', text = ''] = /^([^:]+):\s*([\s\S]+)$/u.exec(note) ?? [];
    if (text === '') throw new Error(`--note '${note}' is not "SECTION: TEXT"`);
    const section = sectionFor(id);
    texts.set(section.id, [...(texts.get(section.id) ?? []), text.trim()]);
  }
  for (const id of values.section.map((name) => sectionFor(name).id)) {
    if (!texts.has(id)) texts.set(id, [TEMPLATE[id] ?? '']);
  }
  if (texts.size === 0) texts.set('fixes', [TEMPLATE['fixes'] ?? '']);
  const sections = SECTIONS.filter(({ id }) => texts.has(id));

  const declared = BUMPS.find((each) => each === values.bump);
  if (values.bump !== undefined && declared === undefined) {
    throw new Error(`--bump ${values.bump} is none of ${BUMPS.join(', ')}`);
  }
  const front = packages.map(({ name, version }) => {
    const needed = sections.map(({ needs }) => (needs === 'break' ? bumpForBreak(version) : needs));
    return `'${name}': ${declared ?? greatest([.../** @type {Bump[]} */ (needed), 'patch'])}`;
  });
  const blocks = sections.map(({ id, title }) => {
    const items = texts.get(id) ?? [];
    return `### ${title}\n\n${id === 'prelude' ? items.join('\n\n') : items.map(listItem).join('\n')}`;
  });
  const name = `${slug}-${randomBytes(8).toString('hex')}.md`;
  const file = join(workspace.root, '.changeset', name);
  if (existsSync(file)) throw new Error(`${file} is there already; try again`);
  const summary = values.summary ?? TEMPLATE['summary'];
  writeFileSync(file, `${['---', ...front, '---', '', [summary, ...blocks].join('\n\n')].join('\n')}\n`);
  stdout.write(`.changeset/${name}\n`);
  if (values.edit !== true) return 0;
  const editor = env['VISUAL'] ?? env['EDITOR'];
  if (editor === undefined)
    throw new Error(`neither VISUAL nor EDITOR names an editor; open .changeset/${name} yourself`);
  const { status } = spawnSync('sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
  return status ?? 1;
};
