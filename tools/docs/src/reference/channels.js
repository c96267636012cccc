// The diagnostics channels of every package, with the payload that each declares.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { code, line, table } from './table.js';

/** @param {string} source of a channels.ts @param {string} type an interface in it */
const fieldsOf = (source, type) => {
  const body = new RegExp(`interface ${type}[^{]*\\{([\\s\\S]*?)\\n\\}`, 'u').exec(source)?.[1] ?? '';
  return Array.from(body.matchAll(/^ {2}readonly (\w+\??):/gmu), ([, field]) => code(String(field)));
};

/** @param {string} source @param {string} name of an exported constant or an interface @param {string} kind */
const docOf = (source, name, kind) =>
  line(
    new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*export ${kind} ${name}\\b`, 'u').exec(source)?.[1] ??
      '',
  );

/**
 * The source that declares a type: the file itself, or the one beside it that it comes from.
 * @param {string} folder @param {string} source @param {string} type
 */
const declaring = (folder, source, type) => {
  const file = new RegExp(`import type \\{[^}]*\\b${type}\\b[^}]*\\} from '\\./([^']+)'`, 'u').exec(
    source,
  )?.[1];
  return file === undefined ? source : readFileSync(join(folder, file), 'utf8');
};

/**
 * @param {string} root
 * @param {(path: string) => Promise<any>} load
 * @returns {Promise<string>}
 */
export const channelsPage = async (root, load) => {
  const blocks = [];
  for (const name of readdirSync(join(root, 'packages'))) {
    const path = `packages/${name}/src/channels.ts`;
    if (!existsSync(join(root, path))) continue;
    const source = readFileSync(join(root, path), 'utf8');
    const rows = [];
    for (const [constant, channel] of Object.entries(await load(path))) {
      if (!String(channel?.name).startsWith('oslofjord:')) continue;
      const event = new RegExp(`${constant}: Channel<unknown, (\\w+)>`, 'u').exec(source)?.[1] ?? '';
      const own = docOf(source, constant, 'const').replace(/^`[^`]*`(?:: )?/u, '');
      const declared = declaring(join(root, 'packages', name, 'src'), source, event);
      const isFromElsewhere = declared !== source;
      const words = own !== '' && isFromElsewhere ? '' : docOf(declared, event, '(?:interface|type)');
      rows.push([
        code(channel.name),
        [...new Set([words, own])].filter((text) => text !== '').join(' '),
        fieldsOf(declared, event).join(', '),
      ]);
    }
    blocks.push(`## @oslofjord/${name}`, table(['channel', 'told', 'of the event'], rows));
  }
  return [
    '# Channels',
    'A package says what happens on channels of `node:diagnostics_channel`; nothing is made of an event that nobody listens to. `instrumentSiblings` of [metrics](../metrics-service.md) counts them.',
    ...blocks,
  ].join('\n\n');
};
