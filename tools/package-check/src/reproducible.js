import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pack } from './consumer.js';

/** What a build reads besides the package itself. */
const SURROUNDINGS = ['node_modules', 'tools', 'tsconfig.base.json', 'package.json'];

/**
 * Builds the package a second time in another folder and compares the bytes of the two tarballs.
 * @param {string} root of the workspace
 * @param {string} directory of the package, built
 * @returns {string[]}
 */
export const reproductionProblems = (root, directory) => {
  const home = mkdtempSync(join(tmpdir(), 'oslofjord-second-build-'));
  try {
    for (const name of SURROUNDINGS) symlinkSync(join(root, name), join(home, name));
    const second = join(home, 'packages', basename(directory));
    mkdirSync(join(home, 'packages'));
    cpSync(directory, second, {
      recursive: true,
      filter: (path) => !['dist', 'node_modules'].includes(basename(path)),
    });
    const node = (/** @type {string[]} */ ...words) =>
      execFileSync(process.execPath, words, { cwd: second, stdio: ['ignore', 'ignore', 'inherit'] });
    node(join(root, 'node_modules/tsup/dist/cli-default.js'), '--silent');
    node(join(root, 'tools/build/declarations.js'));
    const [first, again] = [pack(directory, home), pack(second, home)];
    return first.integrity === again.integrity
      ? []
      : [`a second build in another folder gives other bytes: ${first.integrity} and ${again.integrity}`];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
};
