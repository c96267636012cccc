// What counts as breaking, package by package: the statements of packages/NAME/api/behaviours.js as a page.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { table } from '../rendering/table.js';

/** @import { Workspace } from '../workspace.js' */

const FOR_ALL = `# What counts as breaking

\`release-notes check\` compares each package with its last published version and asks for a major, below 1.0 a minor, when one of these changed. Everything below is looked at by a program, not by memory.

For every package:

- an entry, an export or a command that is gone, or a class, function or type in another form: a parameter that has to be given or takes less, a result or property that is another, an overload that is missing;
- a default that the documentation states, or that a file without the option gets;
- the code of an error, the name of a channel, an exported constant;
- an older Node.js that is not taken any more, a peer that may not be as old as before or has to be installed.

And for each package what its users rely on beyond types, recorded by \`packages/NAME/api/behaviours.js\`:
`;

/** @param {Workspace} workspace @returns {Promise<string>} Markdown */
export const breakingPage = async ({ root, published }) => {
  const rows = [];
  for (const { name, folder } of published) {
    const script = join(root, folder, 'api', 'behaviours.js');
    if (!existsSync(script)) continue;
    const { behaviours } = await import(pathToFileURL(script).href);
    for (const { name: behaviour, breaks } of behaviours) rows.push([`\`${name}\``, behaviour, breaks]);
  }
  return `${FOR_ALL}\n${table(['package', 'what is recorded', 'what breaks users'], rows)}\n`;
};
