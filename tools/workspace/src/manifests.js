import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What manifests and the lock must keep to, beyond what other tools check: pins are exact, the lock names no registry,
 * and every run-time dependency of a published package has its line in docs/dependencies.md.
 * @param {string} root
 * @param {string[]} files
 * @returns {string[]}
 */
export const manifestProblems = (root, files) => {
  const problems = [];
  const explained = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
  for (const file of files.filter((name) => /(^|\/)package\.json$/.test(name))) {
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8'));
    const { dependencies = {}, devDependencies = {}, peerDependencies = {} } = manifest;
    for (const [name, version] of Object.entries({ ...devDependencies, ...dependencies })) {
      const isOurs = name.startsWith('@oslofjord/');
      if (!isOurs && !/^(npm:.+@)?\d+\.\d+\.\d+([-+].+)?$/.test(String(version))) {
        problems.push(`${file}: ${name} is not pinned to one version: ${String(version)}`);
      }
    }
    if (manifest.private) continue;
    for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
      if (!name.startsWith('@oslofjord/') && !explained.includes(`\`${name}\``)) {
        problems.push(`${file}: ${name} has no line in docs/dependencies.md`);
      }
    }
  }
  for (const file of files.filter((name) => name.endsWith('package-lock.json'))) {
    if (/"resolved": "https?:/.test(readFileSync(join(root, file), 'utf8'))) {
      problems.push(`${file} records download addresses: install with the repository's .npmrc`);
    }
  }
  return problems;
};
