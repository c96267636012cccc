#!/usr/bin/env node
// release-notes COMMAND [options]: each command is a module of src/commands, loaded when it is called.
import { isAboutWorkspace } from './workspace-above.js';

/** @typedef {{ cwd: string, stdout: { write(text: string): unknown }, stderr: { write(text: string): unknown }, env: NodeJS.ProcessEnv }} Surroundings */

/** @type {Readonly<Record<string, () => Promise<{ run(words: string[], surroundings: Surroundings): Promise<number> }>>>} */
const COMMANDS = {
  new: () => import('./commands/new.js'),
  list: () => import('./commands/list.js'),
  report: () => import('./commands/report.js'),
  lint: () => import('./commands/lint.js'),
  check: () => import('./commands/check.js'),
  'semver-next': () => import('./commands/semver-next.js'),
  archive: () => import('./commands/archive.js'),
  version: () => import('./commands/version.js'),
  pages: () => import('./commands/pages.js'),
  import: () => import('./commands/import.js'),
  train: () => import('./commands/train.js'),
  constraints: () => import('./commands/constraints.js'),
  announce: () => import('./commands/announce.js'),
};

/** Those of reno: outside of a workspace, or with a folder, they do what reno does. */
const OF_RENO = ['list', 'report', 'lint', 'semver-next'];

const USAGE = `release-notes COMMAND [options]

  new SLUG      writes a changeset; --help says more
  lint          what is wrong with the notes; status 1 for errors       --since REF --format text|json --strict
  check         whether versions tell the truth: declared ≥ notes ≥ public API   --package P --against FOLDER|TARBALL
  list          the notes of each version                               --package P --pending
  report        the notes as a page          --package P --pending --format md|rst|html|json --output FILE
  semver-next   the version that comes next                             --package P
  archive       writes what is pending as reno's YAML, package by package
  version       check, archive, versions, changelogs, lock file, pages: what a release commit holds
  pages         writes docs/release-notes and docs/deprecations.md      --check
  import DIR    takes notes of reno over                                --package P
  train, constraints, announce     coordinated releases; each says more with --help

list, report, lint and semver-next take reno's options, too. Outside of a workspace with changesets, or with
-d FOLDER, they are about one folder of notes and print what reno prints, byte for byte.
`;

const [, , name, ...words] = process.argv;
const command = COMMANDS[name ?? ''];
if (name === undefined || name === '--help' || name === '-h') {
  process.stdout.write(USAGE);
  process.exitCode = name === undefined ? 2 : 0;
} else if (command === undefined) {
  process.stderr.write(
    `release-notes: '${name}' is no command; there are ${Object.keys(COMMANDS).join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  try {
    const { stdout, stderr, env } = process;
    const surroundings = { cwd: process.cwd(), stdout, stderr, env };
    if (OF_RENO.includes(name) && !isAboutWorkspace(words, surroundings.cwd)) {
      const { printReno } = await import('./reno/commands.js');
      process.exitCode = await printReno([name, ...words], surroundings);
    } else {
      const { run } = await command();
      process.exitCode = await run(words, surroundings);
    }
  } catch (error) {
    process.stderr.write(`release-notes ${name}: ${/** @type {Error} */ (error).message}\n`);
    process.exitCode = 2;
  }
}
