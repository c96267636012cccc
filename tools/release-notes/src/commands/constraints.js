// release-notes constraints check | update | record | lower | test
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  computeConstraints,
  constraintsText,
  FILES,
  recordSet,
  staleConstraints,
} from '../constraints/compute.js';
import { subcommands } from '../subcommands.js';

/** @import { Action } from '../subcommands.js' */

const USAGE = `release-notes constraints WHAT

  check               whether constraints/*.json are what the manifests and the lock say
  update              writes them
  record --series S   records the versions of the workspace as a set that is released together
  lower               prints the lowest version of everything that a package needs
  test upper|lower    installs every package alone with these versions and imports it; with the lowest, the
                      tests of constraints/tests.json run too
`;

/** @type {Record<string, Action>} */
const ACTIONS = {
  check: async (_, { cwd, stdout, stderr }) => {
    const stale = staleConstraints(cwd);
    if (stale.length === 0) {
      stdout.write(`${Object.values(FILES).join(', ')}: as the manifests and the lock say\n`);
      return 0;
    }
    stderr.write(
      `${stale.join(', ')}: not what the manifests and the lock say; run 'release-notes constraints update'\n`,
    );
    return 1;
  },
  update: async (_, { cwd, stdout }) => {
    const computed = computeConstraints(cwd);
    for (const which of /** @type {const} */ (['upper', 'lower'])) {
      mkdirSync(dirname(join(cwd, FILES[which])), { recursive: true });
      writeFileSync(join(cwd, FILES[which]), constraintsText(computed[which]));
      stdout.write(`${FILES[which]} written\n`);
    }
    return 0;
  },
  record: async (words, { cwd, stdout }) => {
    const { values } = parseArgs({ args: words, options: { series: { type: 'string' } } });
    if (values.series === undefined) throw new Error('record needs --series, such as --series 2026.2');
    const written = recordSet(cwd, values.series);
    stdout.write(written.length === 0 ? 'The newest set is the same\n' : `${written.join(', ')} written\n`);
    return 0;
  },
  lower: async (_, { cwd, stdout }) => {
    stdout.write(constraintsText(computeConstraints(cwd).lower));
    return 0;
  },
  test: async ([which], { cwd, stdout, stderr }) => {
    if (which !== 'upper' && which !== 'lower') throw new Error(`test takes 'upper' or 'lower'`);
    const { build, tryInstalled, tryTests } = await import('../constraints/trial.js');
    const bound = computeConstraints(cwd)[which];
    const tell = (/** @type {string} */ line) => stdout.write(`${line}\n`);
    const stale = staleConstraints(cwd).map(
      (file) => `${file} is stale: run 'release-notes constraints update'`,
    );
    build(cwd);
    const problems = [...stale, ...tryInstalled(cwd, bound, tell), ...tryTests(cwd, bound, tell)];
    for (const problem of problems) stderr.write(`✗ ${problem}\n`);
    if (problems.length === 0) stdout.write(`The ${which} constraints hold\n`);
    return problems.length === 0 ? 0 : 1;
  },
};

export const run = subcommands('constraints', USAGE, ACTIONS);
