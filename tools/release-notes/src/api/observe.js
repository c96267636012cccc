// Prints what the behaviours of a package are: node observe.js FOLDER SCRIPT. The script exports `behaviours`, a list of
// `{ name, breaks, observe(load) }`; `load('./subpath')` is an entry of the package in that folder.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exportedFacts } from './exported-facts.js';

const [, , folder = '', script = ''] = process.argv;
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** @param {string} subpath @returns {Promise<unknown>} */
const load = (subpath) => {
  const target = manifest.exports[subpath]?.default;
  if (target === undefined) throw new Error(`${manifest.name} has no entry ${subpath}`);
  return import(pathToFileURL(resolve(folder, target)).href);
};

const subpaths = Object.keys(manifest.exports).filter(
  (subpath) => manifest.exports[subpath]?.types !== undefined,
);
/** @type {Record<string, unknown>} */
const observed = await exportedFacts(subpaths, load);
const { behaviours } = existsSync(script)
  ? await import(pathToFileURL(resolve(script)).href)
  : { behaviours: [] };
for (const { name, observe } of behaviours) {
  try {
    observed[name] = await observe(load);
  } catch (error) {
    // What cannot be observed any more is a difference, too.
    observed[name] = { 'can be observed': `no: ${/** @type {Error} */ (error).message}` };
  }
}
process.stdout.write(JSON.stringify(observed), () => process.exit(0));
