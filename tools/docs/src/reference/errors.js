// The errors of every package, as its README has them; tests of the packages hold those tables to the classes.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { REMEDIES } from './remedies.js';
import { code, table } from './table.js';

/** @param {string} root @returns {{ name: string, rows: string[][] }[]} code, class and condition of each error */
export const errorsOf = (root) =>
  readdirSync(join(root, 'packages'))
    .filter((name) => existsSync(join(root, 'packages', name, 'src/errors.ts')))
    .map((name) => {
      const readme = readFileSync(join(root, 'packages', name, 'README.md'), 'utf8');
      const rows = Array.from(readme.matchAll(/^\| `(ERR_\w+)`\s*\| `(\w+)`\s*\| (.*?)\s*\|$/gmu), (match) =>
        match.slice(1, 4).map(String),
      );
      return { name, rows };
    });

/** @param {string} root @returns {string} */
export const errorsPage = (root) =>
  [
    '# Errors',
    'Every error has a `code` that does not change between releases, and a message that names the offending value and what to do. `instanceof` holds across two copies of a package. Of one family all extend the class that its README names, so that a service can tell them from others.',
    ...errorsOf(root).flatMap(({ name, rows }) => [
      `## @oslofjord/${name}`,
      table(
        ['code', 'class', 'when', 'what to do'],
        rows.map(([id = '', type = '', when = '']) => [code(id), code(type), when, String(REMEDIES[id])]),
      ),
    ]),
  ].join('\n\n');
