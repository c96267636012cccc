// release-notes train init | add | stable | validate | render | status
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatProblems, hasErrors } from '../problems.js';
import { addVersions, beginStable, initSeries } from '../train/edit.js';
import { readHistory } from '../train/history.js';
import { parseManifest, readSeries, tagOf } from '../train/manifest.js';
import { readConsumerRuns, renderSeries } from '../train/render.js';
import { validate } from '../train/rules.js';
import { publishedPackages } from '../train/workspace.js';
import { subcommands } from '../subcommands.js';

/** @import { Action } from '../subcommands.js' */

const USAGE = `release-notes train WHAT

  init SERIES              begin releases/SERIES.yaml, with all packages and no version
  add [--series S] [--from REF]
                           list the versions of a commit (HEAD) that no manifest lists yet
  stable [--series S]      go on on stable/SERIES from the versions listed last
  validate [--since REF]   what is wrong with the manifests; status 1 when something is
                           [--format text|json] [--main-branch main]
  render [--check]         docs/releases.md
  status                   each package: version here, listed, tagged

  --series is the newest series unless given
`;

const PAGE = 'docs/releases.md';
const today = () => new Date().toISOString().slice(0, 10);

/** @param {string} root @param {string | undefined} given */
const seriesOf = (root, given) => {
  if (given !== undefined) return given;
  const { all, problems } = readSeries(root);
  const [wrong] = problems;
  // The newest may be the one that cannot be read.
  if (wrong !== undefined)
    throw new Error(
      `${wrong.file}:${String(wrong.line)}: ${wrong.message}; mend what 'train validate' tells, or name a series with --series`,
    );
  const newest = all.at(-1)?.series;
  if (newest === undefined) throw new Error(`there is no series yet: 'train init 2026.2' begins one`);
  return newest;
};

/** The manifests as they were at a commit. @param {string} root @param {string} since */
const seriesAt = (root, since) => {
  const history = readHistory(root);
  if (!history.isCommit(since)) throw new Error(`'${since}' is no commit of this repository`);
  return readSeries(root).all.flatMap(({ file }) => {
    const text = history.fileAt(since, file);
    const before = text === undefined ? undefined : parseManifest(file, text).series;
    return before === undefined ? [] : [before];
  });
};

/** @type {Record<string, Action>} */
const ACTIONS = {
  init: (words, { cwd, stdout }) => {
    const { positionals } = parseArgs({ args: words, allowPositionals: true });
    const [series] = positionals;
    if (series === undefined || positionals.length > 1) throw new Error('init takes one series, like 2026.2');
    stdout.write(`${initSeries(cwd, series, today())}: begun; 'train add' lists versions in it\n`);
    return 0;
  },
  add: (words, { cwd, stdout }) => {
    const { values } = parseArgs({
      args: words,
      options: { series: { type: 'string' }, from: { type: 'string' } },
    });
    const { file, added } = addVersions(cwd, seriesOf(cwd, values.series), values.from);
    for (const { name, version, commit } of added) stdout.write(`${file}: ${name} ${version} at ${commit}\n`);
    if (added.length === 0) stdout.write('Every version of the workspace is listed already\n');
    return 0;
  },
  stable: (words, { cwd, stdout }) => {
    const { values } = parseArgs({ args: words, options: { series: { type: 'string' } } });
    const { file, branch, commit } = beginStable(cwd, seriesOf(cwd, values.series), today());
    stdout.write(
      `${file}: maintained from today on ${branch}. Create it with\n  git branch ${branch} ${commit}\n`,
    );
    return 0;
  },
  validate: (words, { cwd, stdout }) => {
    const { values } = parseArgs({
      args: words,
      options: {
        since: { type: 'string' },
        format: { type: 'string', default: 'text' },
        'main-branch': { type: 'string', default: 'main' },
      },
    });
    const { all, problems } = readSeries(cwd);
    const history = readHistory(cwd);
    problems.push(
      ...validate({
        all,
        history,
        tags: history.tags(),
        mainBranch: values['main-branch'],
        page: (path) => (existsSync(join(cwd, path)) ? readFileSync(join(cwd, path), 'utf8') : undefined),
        before: values.since === undefined ? [] : seriesAt(cwd, values.since),
      }),
    );
    const format = values.format === 'json' ? 'json' : 'text';
    stdout.write(formatProblems(problems, format));
    if (problems.length === 0 && format === 'text') {
      stdout.write(`${all.map(({ series }) => series).join(', ') || 'no series'}: no problem\n`);
    }
    return hasErrors(problems) ? 1 : 0;
  },
  render: (words, { cwd, stdout, stderr }) => {
    const { values } = parseArgs({ args: words, options: { check: { type: 'boolean', default: false } } });
    const text = renderSeries(readSeries(cwd).all, readConsumerRuns(cwd));
    const file = join(cwd, PAGE);
    const stands = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (values.check) {
      if (stands === text) return 0;
      stderr.write(`${PAGE} is not what releases/*.yaml say: run 'release-notes train render'\n`);
      return 1;
    }
    writeFileSync(file, text);
    stdout.write(`${PAGE} ${stands === text ? 'stands as it should' : 'written'}\n`);
    return 0;
  },
  status: (_, { cwd, stdout }) => {
    const tags = readHistory(cwd).tags();
    const { all } = readSeries(cwd);
    for (const { name, version } of publishedPackages(cwd)) {
      const listed = all.filter(({ packages }) =>
        packages.some(
          (item) => item.name === name && item.releases.some((release) => release.version === version),
        ),
      );
      const where =
        listed.length === 0
          ? 'listed in no manifest'
          : `listed in ${listed.map(({ series }) => series).join(', ')}`;
      stdout.write(
        `${name} ${version}: ${where}, ${tags.has(tagOf(name, version)) ? 'tagged' : 'not tagged'}\n`,
      );
    }
    return 0;
  },
};

export const run = subcommands('train', USAGE, ACTIONS);
