// Importing: from ESM, from plain CommonJS, and with no effect.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * @param {Pick<import('./consumer.js').Consumer, 'directory' | 'entries'>} consumer
 * @returns {string[]} entries that cannot be imported, or that differ between `import` and `require()`
 */
export const importProblems = ({ directory, entries }) => {
  const file = join(directory, 'consumer.cjs');
  writeFileSync(
    file,
    `
    const problems = [];
    (async () => {
      for (const name of ${JSON.stringify(entries)}) {
        try {
          const required = require(name);
          const imported = await import(name);
          const keys = Object.keys(imported);
          if (keys.length === 0) continue;
          for (const key of keys) {
            if (required[key] !== imported[key]) problems.push(name + ': require() and import give two ' + key);
          }
        } catch (error) {
          problems.push(name + ' cannot be imported: ' + error.message);
        }
      }
      console.log(JSON.stringify(problems));
    })();`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', file], {
    cwd: directory,
    encoding: 'utf8',
  });
  if (status !== 0) return [`importing ended with status ${String(status)}: ${stderr}`];
  // Whatever a module prints while it loads stands before the last line, and is an effect.
  const lines = stdout.trim().split('\n');
  const problems = JSON.parse(lines.pop() ?? '[]');
  return lines.length > 0 ? [...problems, `importing prints: ${lines.join(' ')}`] : problems;
};

/**
 * @param {import('./consumer.js').Consumer} consumer
 * @returns {Promise<string[]>} entries of which a bare import keeps code in a bundle
 */
export const effectProblems = async ({ directory, entries }) => {
  const problems = [];
  for (const name of entries) {
    const { outputFiles } = await build({
      stdin: { contents: `import '${name}';`, resolveDir: directory },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      write: false,
      logLevel: 'silent',
    });
    const bytes = outputFiles[0]?.contents.length ?? 0;
    if (bytes > 0)
      problems.push(`a bare import of ${name} keeps ${String(bytes)} bytes: importing has an effect`);
  }
  return problems;
};
