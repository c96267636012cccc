#!/usr/bin/env node
// release-notes COMMAND [options]: reads the release notes of the repository in this folder.
import { runReno } from './reno/commands.js';

const USAGE = `release-notes COMMAND [options]

  list          the notes of each version
  report        the notes as reStructuredText
  lint          what is wrong with the notes in the folder; status 1 when something is
  semver-next   the version that the notes since the last one ask for

  --version V --branch B --earliest-version V --[no-]collapse-pre-releases --[no-]stop-at-branch-base
  --title T --no-show-source (report)   -d, --rel-notes-dir FOLDER   as reno has them
`;

const [, , ...words] = process.argv;
if (words[0] === undefined || words[0] === '--help' || words[0] === '-h') {
  process.stdout.write(USAGE);
  process.exitCode = words[0] === undefined ? 2 : 0;
} else {
  try {
    const { rc, stdout, stderr } = runReno(words, process.cwd());
    process.stdout.write(stdout);
    if (stderr !== '') process.stderr.write(`${stderr}\n`);
    process.exitCode = rc;
  } catch (error) {
    process.stderr.write(`release-notes: ${/** @type {Error} */ (error).message}\n`);
    process.exitCode = 2;
  }
}
