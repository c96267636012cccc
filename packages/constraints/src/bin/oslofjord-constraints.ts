#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { checkInstalled, overridesFor } from '../check.ts';
import type { ConstraintsReport } from '../check.ts';
import type { TestedSet } from '../tested-set.ts';
import { testedSets } from '../tested-sets.ts';

const USAGE = `Usage: oslofjord-constraints check [FOLDER] [--json]
       oslofjord-constraints list
       oslofjord-constraints overrides [SERIES]

check      says whether the @oslofjord packages that FOLDER (this one) has installed were tested together;
           status 0 when they were, 1 when not, 2 when there is nothing to check
list       the sets that were tested together
overrides  what holds npm to a set, for package.json; the newest set of SERIES, or of all
`;

const nameOf = (set: TestedSet): string => {
  const same = testedSets.filter(({ series }) => series === set.series);
  return `series ${set.series}, set ${String(same.length - same.indexOf(set))}`;
};

const VERDICTS: Record<ConstraintsReport['verdict'], string> = {
  tested: 'tested together',
  mixed: 'not tested together',
  unknown: 'not known to have been tested together',
  twice: 'installed twice',
  none: 'no package of the family is installed here',
};

const describe = ({ verdict, installed, set, changes, notes }: ConstraintsReport): string => {
  const lines = Object.entries(installed).map(([name, version]) => {
    const change = changes.find((other) => other.name === name);
    return `  ${name} ${version}${change === undefined ? '' : `   tested: ${change.tested}`}`;
  });
  lines.push(...notes.map((note) => `  note: ${note}`));
  const isFit = verdict === 'tested' && set !== undefined;
  lines.unshift(isFit ? `${VERDICTS.tested}: ${nameOf(set)}` : VERDICTS[verdict]);
  if (verdict !== 'tested' && set !== undefined && changes.length > 0) {
    const words = changes.map(({ name, tested }) => `${name}@${tested}`);
    lines.push(`The nearest set is ${nameOf(set)}. To have it:`, `  npm install ${words.join(' ')}`);
  } else if (verdict === 'unknown') {
    lines.push('A newer version of this package may know them: npx @oslofjord/constraints@latest check');
  }
  return `${lines.join('\n')}\n`;
};

const check = (words: readonly string[]): number => {
  const isJson = words.includes('--json');
  const [directory = process.cwd(), ...more] = words.filter((word) => word !== '--json');
  if (more.length > 0 || directory.startsWith('-')) {
    process.stderr.write(USAGE);
    return 2;
  }
  if (!existsSync(directory)) {
    process.stderr.write(`There is no folder ${directory}\n`);
    return 2;
  }
  const report = checkInstalled(directory);
  process.stdout.write(isJson ? `${JSON.stringify(report, undefined, 2)}\n` : describe(report));
  return report.verdict === 'tested' ? 0 : report.verdict === 'none' ? 2 : 1;
};

const list = (): number => {
  for (const set of testedSets) {
    const versions = Object.entries(set.versions).map(
      ([name, version]) => `${name.slice(name.indexOf('/') + 1)} ${version}`,
    );
    process.stdout.write(`${nameOf(set)}: ${versions.join(', ')}\n`);
  }
  if (testedSets.length === 0) process.stdout.write('no set has been released yet\n');
  return 0;
};

const overrides = (series: string | undefined): number => {
  const set = testedSets.find((other) => series === undefined || other.series === series);
  if (set === undefined) {
    const known = [...new Set(testedSets.map((other) => other.series))].join(', ');
    process.stderr.write(
      known === ''
        ? 'no set has been released yet\n'
        : `There is no set of series ${series ?? ''}; there are sets of ${known}\n`,
    );
    return 2;
  }
  process.stdout.write(`${JSON.stringify({ overrides: overridesFor(set) }, undefined, 2)}\n`);
  return 0;
};

/** Runs the command line; answers the status to exit with. */
const main = ([command, ...words]: readonly string[]): number => {
  try {
    if (command === 'check') return check(words);
    if (command === 'list' && words.length === 0) return list();
    if (command === 'overrides' && words.length <= 1) return overrides(words[0]);
  } catch (error) {
    process.stderr.write(`oslofjord-constraints: ${(error as Error).message}\n`);
    return 2;
  }
  const isHelp = command === '--help' || command === '-h';
  (isHelp ? process.stdout : process.stderr).write(USAGE);
  return isHelp ? 0 : 2;
};

process.exitCode = main(process.argv.slice(2));
