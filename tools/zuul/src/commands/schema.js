// `zuul-local schema`: JSON Schema of a definition file.
import { parseArgs } from 'node:util';
import { OBJECT_SHAPES } from '../shapes.js';

/** @import { Context } from '../context.js' */

const HELP = `zuul-local schema

Prints JSON Schema of the files below zuul.d, for editors: with the YAML extension of an editor, write it to a file and
begin a definition file with '# yaml-language-server: $schema=FILE'.
`;

/** JSON Schema of a whole file. */
export const fileSchema = () => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Zuul definitions',
  type: ['array', 'null'],
  items: {
    type: 'object',
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(OBJECT_SHAPES).map(([kind, { schema }]) => [kind, schema])),
  },
});

/** @param {string[]} words @param {Context} context */
export const run = async (words, { stdout }) => {
  const { values } = parseArgs({ args: words, options: { help: { type: 'boolean' } } });
  stdout.write(values.help === true ? HELP : `${JSON.stringify(fileSchema(), null, 2)}\n`);
  return Promise.resolve(0);
};
