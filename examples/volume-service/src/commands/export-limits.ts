import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { limitsText, type LimitSource } from '@oslofjord/limit/manage';
import { parseLimits, type LimitsDocument } from '@oslofjord/limit/yaml';
import { readOptions } from '../options.ts';
import { UsageMistake, wordsOf, type Command } from './command.ts';

/** The quotas that the service has kept in a file of its own. */
const ownLimits = (path: string): LimitSource => ({
  read: async () => parseLimits(await readFile(path, 'utf8'), path),
});

/** The same limits with the ids that Keystone has for projects, where the service knew them by other names. */
const withIds = (
  { projects, parents, ...rest }: LimitsDocument,
  ids: ReadonlyMap<string, string>,
): LimitsDocument => {
  const known = new Set([...projects.keys(), ...[...parents].flat()]);
  const unknown = [...ids.keys()].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new UsageMistake(
      `the limits name no project ${unknown.join(', ')}; they name ${[...known].join(', ') || 'none'}`,
    );
  }
  const idOf = (name: string): string => ids.get(name) ?? name;
  return {
    ...rest,
    projects: new Map([...projects].map(([name, limits]) => [idOf(name), limits])),
    parents: new Map([...parents].map(([child, parent]) => [idOf(child), idOf(parent)])),
  };
};

const idsOf = (pairs: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    pairs.map((pair) => {
      const [name = '', id = ''] = pair.split('=');
      if (name === '' || id === '') throw new UsageMistake(`--project is NAME=ID, not ${pair}`);
      return [name, id];
    }),
  );

const FORMATS: Readonly<Record<string, (document: LimitsDocument) => string>> = {
  yaml: limitsText,
  json: ({ model, registered, projects, parents }) => {
    const own = [...projects].map(([id, limits]) => [id, Object.fromEntries(limits)] as const);
    const document = {
      model,
      registered: Object.fromEntries(registered),
      projects: Object.fromEntries(own),
      ...(parents.size === 0 ? {} : { parents: Object.fromEntries(parents) }),
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  },
};

/** Writes the service's own limits as `oslofjord-limit apply` takes them to Keystone. */
export const manageLimitsExport: Command = {
  synopsis: '[--config-file FILE] [--format yaml|json] [--project NAME=ID …]',
  summary: "writes the service's own limits as `oslofjord-limit apply` takes them to Keystone",
  async run(words, { environment, out, configuration }) {
    const { values, files } = wordsOf(
      words,
      { format: { type: 'string' }, project: { type: 'string', multiple: true } },
      configuration,
    );
    const name = (values.format as string | undefined) ?? 'yaml';
    const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    if (format === undefined) {
      throw new UsageMistake(`there is no format ${name}; there are ${Object.keys(FORMATS).join(', ')}`);
    }
    const ids = idsOf((values.project as string[] | undefined) ?? []);
    const { limitsFile } = readOptions(files, [], environment);
    const source = ownLimits(resolve(dirname(files.at(-1) ?? '.'), limitsFile));
    out(format(withIds(await source.read(), ids)));
    return 0;
  },
};
