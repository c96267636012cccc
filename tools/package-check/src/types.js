import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Compilers that consumers use, and since when one understands a typed CommonJS file that requires ESM. */
const COMPILERS = [
  { version: '5.4', folder: 'typescript54', requiresEsm: false },
  { version: '5.9', folder: 'typescript59', requiresEsm: true },
  { version: '6.0', folder: 'typescript', requiresEsm: true },
  { version: '7.0', folder: 'typescript7', requiresEsm: true },
];

/**
 * Compiles a consumer of every entry, declarations included, under each supported TypeScript.
 * @param {Pick<import('./consumer.js').Consumer, 'directory' | 'entries'>} consumer
 * @param {string} root of the workspace, whose node_modules holds the compilers
 * @returns {Record<string, string[]>} version of TypeScript → problems
 */
export const typeProblemsBy = ({ directory, entries }, root) => {
  const identifiers = entries.map((_, index) => `entry${String(index)}`);
  const esm = entries.map((name, index) => `import * as ${identifiers[index] ?? ''} from '${name}';`);
  const cjs = entries.map((name, index) => `import ${identifiers[index] ?? ''} = require('${name}');`);
  const use = `export const entries: readonly object[] = [${identifiers.join(', ')}];\n`;
  /** @param {string[]} files */
  const settings = (files) => ({
    compilerOptions: {
      strict: true,
      target: 'ES2022',
      lib: ['ES2023', 'ESNext.Disposable'],
      module: 'nodenext',
      types: ['node'],
      noEmit: true,
      skipLibCheck: false,
    },
    files,
  });
  const folder = join(directory, 'types');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.mts'), `${esm.join('\n')}\n${use}`);
  writeFileSync(join(folder, 'index.cts'), `${cjs.join('\n')}\n${use}`);
  /** @type {Record<string, string[]>} */
  const problems = {};
  for (const { version, folder: compiler, requiresEsm } of COMPILERS) {
    const files = requiresEsm ? ['index.mts', 'index.cts'] : ['index.mts'];
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings(files)));
    const tsc = join(root, 'node_modules', compiler, 'bin', 'tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], {
      cwd: directory,
      encoding: 'utf8',
    });
    problems[version] =
      status === 0 ? [] : [`types under TypeScript ${version} (${files.join(', ')}):\n${stdout}`];
  }
  return problems;
};

/** @param {import('./consumer.js').Consumer} consumer @param {string} root @returns {string[]} */
export const typeProblems = (consumer, root) => Object.values(typeProblemsBy(consumer, root)).flat();
