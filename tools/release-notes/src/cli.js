#!/usr/bin/env node
// release-notes COMMAND [options]: each command is a module of src/commands, loaded when it is called.

/** @typedef {{ cwd: string, stdout: { write(text: string): unknown }, stderr: { write(text: string): unknown }, env: NodeJS.ProcessEnv }} Surroundings */

/** @type {Readonly<Record<string, () => Promise<{ run(words: string[], surroundings: Surroundings): Promise<number> }>>>} */
const COMMANDS = {
  list: () => import('./commands/list.js'),
  report: () => import('./commands/report.js'),
  lint: () => import('./commands/lint.js'),
  'semver-next': () => import('./commands/semver-next.js'),
};

const USAGE = `release-notes COMMAND [options]

  list          the notes of each version
  report        the notes as reStructuredText
  lint          what is wrong with the notes in the folder; status 1 when something is
  semver-next   the version that the notes since the last one ask for

  --version V --branch B --earliest-version V --[no-]collapse-pre-releases --[no-]stop-at-branch-base
  --title T --no-show-source (report)   -d, --rel-notes-dir FOLDER   as reno has them
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
    const { run } = await command();
    const { stdout, stderr, env } = process;
    process.exitCode = await run(words, { cwd: process.cwd(), stdout, stderr, env });
  } catch (error) {
    process.stderr.write(`release-notes ${name}: ${/** @type {Error} */ (error).message}\n`);
    process.exitCode = 2;
  }
}
