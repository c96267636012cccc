import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkPackage, verdictLine } from '../api/check.js';
import { recordSurface } from '../api/published.js';
import { surfaceOf } from '../api/surface.js';
import { formatProblems } from '../problems.js';
import { Workspace } from '../workspace.js';

/** @import { Surroundings } from '../cli.js' */

const USAGE = `release-notes check [options]: whether versions tell the truth

  The declared bump of each package must be at least what its notes imply, and what the difference of its public API
  from the last published version implies. Packages must be built.

  --package P       only this package; may be repeated
  --against PATH    compare with a folder or tarball of the package, or a folder of tarballs
  --offline         do not ask the registry; compare with packages/P/api/published.json.gz
  --differences     list every difference, also those that break nobody
  --format text|json
  --record          write packages/P/api/published.json.gz from what is built, as a release does
`;

/** @param {string[]} words @param {Surroundings} surroundings */
export const run = async (words, { cwd, stdout, stderr }) => {
  const { values } = parseArgs({
    args: words,
    options: {
      package: { type: 'string', multiple: true },
      against: { type: 'string' },
      offline: { type: 'boolean', default: false },
      differences: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      format: { type: 'string', default: 'text' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    stdout.write(USAGE);
    return 0;
  }
  if (values.format !== 'text' && values.format !== 'json') {
    stderr.write(`release-notes check: '${values.format}' is no format; use text or json\n`);
    return 2;
  }
  const workspace = Workspace.around(cwd);
  const wanted = values.package?.map((name) => workspace.get(name)) ?? workspace.published;
  if (values.record) {
    for (const each of wanted) {
      const surface = surfaceOf(join(workspace.root, each.folder));
      stdout.write(`${recordSurface(workspace.root, each, surface)}\n`);
    }
    return 0;
  }
  const against = values.against === undefined ? undefined : resolve(cwd, values.against);
  const verdicts = wanted.map((each) =>
    checkPackage(workspace, each, { against, asksRegistry: !values.offline }),
  );
  if (values.format === 'json') stdout.write(`${JSON.stringify(verdicts, null, 2)}\n`);
  for (const verdict of values.format === 'json' ? [] : verdicts) {
    stdout.write(`${verdictLine(verdict)}\n`);
    for (const { level, where, message } of values.differences ? verdict.differences : []) {
      stdout.write(`    ${level}: ${where} ${message}\n`);
    }
    stdout.write(formatProblems(verdict.problems, 'text'));
  }
  return verdicts.some(({ problems }) => problems.length > 0) ? 1 : 0;
};
