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
      const type = new RegExp(`${constant}: Channel<unknown, (\\w+)>`, 'u').exec(source)?.[1];
      const event =
        type ?? `${constant[0]?.toUpperCase() ?? ''}${constant.slice(1).replace('Channel', 'Event')}`;
      const own = docOf(source, constant, 'const').replace(/^`[^`]*`(?:: )?/u, '');
      const words = docOf(source, event, '(?:interface|type)');
      rows.push([
        code(channel.name),
        [...new Set([words, own])].filter((text) => text !== '').join(' '),
        fieldsOf(source, event).join(', '),
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
