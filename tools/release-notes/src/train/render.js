// docs/releases.md: the series, what is in them, and on what each set of versions was tried.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../rendering/table.js';
import { bySeries } from './manifest.js';

/** @typedef {import('./manifest.js').Series} Series */

/**
 * @typedef {object} ConsumerRun what came of installing each package alone, as a user does
 * @property {string} series
 * @property {Record<string, string>} packages name → version
 * @property {Record<string, { esm: boolean, cjs: boolean, readme: boolean }>} node version → what worked for every package
 * @property {Record<string, boolean>} typescript version → whether every package compiles
 */

/** Runs of consumers that were kept. @param {string} root @returns {ConsumerRun[]} */
export const readConsumerRuns = (root) => {
  const file = join(root, 'releases', 'consumers.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
};

/** @param {boolean} worked */
const mark = (worked) => (worked ? 'yes' : 'no');

/** @param {ConsumerRun} run */
const runTable = (run) => {
  const versions = Object.entries(run.packages)
    .sort()
    .map(([name, version]) => `\`${name.slice(name.indexOf('/') + 1)}\` ${version}`);
  const node = table(
    ['Node.js', '`import`', '`require()`', 'examples of the READMEs'],
    Object.entries(run.node).map(([version, { esm, cjs, readme }]) => [
      version,
      mark(esm),
      mark(cjs),
      mark(readme),
    ]),
  );
  const typescript = Object.entries(run.typescript)
    .map(([version, worked]) => `${version}: ${mark(worked)}`)
    .join(', ');
  return `${versions.join(', ')}\n\n${node}\n\nTypeScript ${typescript}.`;
};

/**
 * @param {Series[]} all
 * @param {ConsumerRun[]} runs
 * @returns {string} Markdown
 */
export const renderSeries = (all, runs) => {
  const parts = [
    '# Releases',
    'Written from `releases/*.yaml` by `release-notes train render`; do not edit.',
    'Every package has versions of its own. A series says which versions belong together: they were tested together, and a stable branch keeps them so. `npx @oslofjord/constraints check` says whether an installed set is one of them.',
  ];
  for (const series of [...all].sort(bySeries).reverse()) {
    const dates = Object.entries(series.dates)
      .map(([phase, day]) => `${phase} since ${day}`)
      .join(', ');
    parts.push(
      `## Series ${series.series}: ${series.phase}`,
      `${dates[0]?.toUpperCase() ?? ''}${dates.slice(1)}.`,
    );
    parts.push(
      table(
        ['package', 'latest', 'all versions', 'stable branch', 'notes'],
        series.packages.map(({ name, releases, stable, notes }) => [
          `\`${name}\``,
          releases.at(-1)?.version ?? 'none yet',
          releases.map(({ version }) => version).join(', ') || '–',
          stable === undefined ? '–' : `\`${stable.branch}\` from ${stable.from}`,
          `[notes](${notes.replace(/^docs\//, '')})`,
        ]),
      ),
    );
    const tried = runs.filter((run) => run.series === series.series);
    if (tried.length > 0)
      parts.push(
        '### Tried',
        'Each package installed alone from a registry into an empty folder, imported, required, compiled, and used as its README says.',
      );
    parts.push(...tried.map(runTable));
  }
  return `${parts.join('\n\n')}\n`;
};
