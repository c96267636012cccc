// reno's read-only commands, with its options and its output.
import { parseArgs } from 'node:util';
import { readAhead } from './ahead.js';
import { readSettings } from './settings.js';

/** @import { Surroundings } from '../cli.js' */

/** @typedef {{ rc: number, stdout: string, stderr: string }} Outcome */

export const OPTIONS = /** @type {const} */ ({
  version: { type: 'string', multiple: true },
  branch: { type: 'string' },
  'collapse-pre-releases': { type: 'boolean' },
  'no-collapse-pre-releases': { type: 'boolean' },
  'earliest-version': { type: 'string' },
  'stop-at-branch-base': { type: 'boolean' },
  'no-stop-at-branch-base': { type: 'boolean' },
  'no-show-source': { type: 'boolean' },
  title: { type: 'string' },
  'rel-notes-dir': { type: 'string', short: 'd' },
});

/** What options of the command line change of the settings. @param {ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']} values */
export const changesOf = (values) => {
  /** @type {Record<string, unknown>} */
  const changes = {};
  if (values.branch !== undefined) changes['branch'] = values.branch;
  if (values['earliest-version'] !== undefined) changes['earliest_version'] = values['earliest-version'];
  for (const name of /** @type {const} */ (['collapse-pre-releases', 'stop-at-branch-base'])) {
    if (values[name] === true) changes[name.replaceAll('-', '_')] = true;
    if (values[`no-${name}`] === true) changes[name.replaceAll('-', '_')] = false;
  }
  return changes;
};

/**
 * Runs `list`, `report`, `lint` or `semver-next` on a repository.
 * @param {readonly string[]} words the command and its options
 * @param {string} root
 * @returns {Promise<Outcome>}
 */
export const runReno = async (words, root) => {
  const [command = '', ...rest] = words;
  const { values } = parseArgs({ args: rest, options: OPTIONS, allowPositionals: true });
  try {
    const folder = values['rel-notes-dir'];
    const settings = readSettings(root, {
      changes: changesOf(values),
      ...(folder === undefined ? {} : { folder }),
    });
    // Git answers while the rest of the program is loaded.
    const asked = readAhead(settings);
    if (command === 'lint') {
      const { lintNotes } = await import('./lint.js');
      const problems = lintNotes(settings, await asked);
      return { rc: problems.length === 0 ? 0 : 1, stdout: '', stderr: problems.join('\n') };
    }
    const [{ Notes }, { renderReport, sourceOf }] = await Promise.all([
      import('./notes.js'),
      import('./report.js'),
    ]);
    const notes = new Notes(settings, { ahead: await asked });
    const versions = values.version ?? notes.versions;
    switch (command) {
      case 'list': {
        const lines = versions.flatMap((version) => [
          version,
          ...notes.of(version).map((note) => `\t${note.path} (${sourceOf(note)})`),
        ]);
        return { rc: 0, stdout: lines.map((line) => `${line}\n`).join(''), stderr: '' };
      }
      case 'report': {
        const text = renderReport(notes, settings, {
          versions,
          showsSource: values['no-show-source'] !== true,
          ...(values.title === undefined ? {} : { title: values.title }),
        });
        return { rc: 0, stdout: `${text}\n`, stderr: '' };
      }
      case 'semver-next': {
        const { nextVersion } = await import('./next-version.js');
        return { rc: 0, stdout: `${nextVersion(notes, settings)}\n`, stderr: '' };
      }
      default:
        return { rc: 2, stdout: '', stderr: `'${command}' is no command` };
    }
  } catch (error) {
    return { rc: 1, stdout: '', stderr: /** @type {Error} */ (error).message };
  }
};

/**
 * Runs a command of reno's and prints what it answers.
 * @param {readonly string[]} words the command and its options
 * @param {Surroundings} surroundings
 */
export const printReno = async (words, { cwd, stdout, stderr }) => {
  const outcome = await runReno(words, cwd);
  stdout.write(outcome.stdout);
  if (outcome.stderr !== '') stderr.write(`${outcome.stderr}\n`);
  return outcome.rc;
};
