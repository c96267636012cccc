// Where the packages differ from the Python originals, on purpose, and how many recorded answers hold them elsewhere.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { code, line, table } from './table.js';

// Package → original, and the files of recorded requests among what is recorded.
/** @type {Record<string, [original: string, recorded: string[]]>} */
const ORIGINALS = {
  config: ['oslo.config 9.0.0', ['cases.jsonl']],
  policy: [
    'oslo.policy 6.0.0',
    [
      'grammar.jsonl',
      'kinds.jsonl',
      'yaml.jsonl',
      'edge.jsonl',
      'pctformat.jsonl',
      'literals.jsonl',
      'cases.jsonl',
    ],
  ],
  cache: [
    'oslo.cache 99a7493 and dogpile.cache 39e3c57',
    ['traces.jsonl', 'expirations.jsonl', 'functions.jsonl'],
  ],
  limit: ['oslo.limit 7d1e011', ['cases.jsonl']],
  metrics: [
    'oslo.metrics 1201581 and oslo.messaging 8ea2d5b4',
    ['fake.jsonl', 'rabbit.jsonl', 'server.jsonl', 'multiproc.jsonl', 'outcomes.jsonl'],
  ],
  healthcheck: ['oslo.middleware 8.1.0', ['cases.jsonl', 'accept.jsonl']],
};

/** @param {string} path of a compressed file of lines @returns {number} */
const lines = (path) => gunzipSync(readFileSync(path)).toString().trimEnd().split('\n').length;

/** @param {unknown} value of a request or an answer, short enough for a table */
const shown = (value) => {
  const text =
    typeof value === 'string'
      ? value
      : (JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? Number(one) : one)) ?? '');
  return code(
    text.replaceAll('`', "'").length > 160
      ? `${text.replaceAll('`', "'").slice(0, 157)}…`
      : text.replaceAll('`', "'"),
  );
};

/** @param {string} root @param {(path: string) => Promise<any>} load @returns {Promise<string>} */
export const parityPage = async (root, load) => {
  const rows = [];
  const blocks = [];
  for (const [name, [original, recorded]] of Object.entries(ORIGINALS)) {
    const folder = `packages/${name}/test/parity`;
    const count = recorded.reduce(
      (sum, file) => sum + lines(join(root, folder, 'recorded', `${file}.gz`)),
      0,
    );
    const { divergences } = await load(`${folder}/divergences.ts`);
    const isCommand = existsSync(join(root, folder, 'cli-divergences.ts'));
    const all = isCommand
      ? [
          ...divergences,
          ...Object.values(await load(`${folder}/cli-divergences.ts`))
            .filter(Array.isArray)
            .flat(),
        ]
      : divergences;
    rows.push([
      `[${name}](#oslofjord${name})`,
      String(original),
      count.toLocaleString('en'),
      String(all.length),
    ]);
    blocks.push(
      `## @oslofjord/${name}`,
      table(
        ['difference', 'why', 'in the original', 'the original answers', 'ours answers'],
        all.map((/** @type {any} */ one) => [
          code(String(one.key ?? one.name ?? '')),
          line(String(one.reason)),
          line(String(one.evidence ?? '')).replace(/[<>*_]/gu, '\\$&'),
          shown(one.oslo),
          shown(one.ours),
        ]),
      ),
    );
  }
  const known = new Set(Object.keys(ORIGINALS));
  const lacking = readdirSync(join(root, 'packages')).filter(
    (name) => existsSync(join(root, 'packages', name, 'test/parity/divergences.ts')) && !known.has(name),
  );
  if (lacking.length > 0)
    throw new Error(`tools/docs/src/reference/parity.js says nothing of ${lacking.join(', ')}; add it there`);
  return [
    '# Parity and divergences',
    "`compat: 'oslo'` answers as the Python original does, its mistakes included. The answers of the originals are recorded, and the tests of each package hold ours to them, request by request; where the original is installed, it is asked new ones. Without `compat` a package differs where this page says so, each time with a reason; a test shows every difference on a request, and fails once there is none.",
    table(['package', 'original', 'recorded requests', 'differences'], rows),
    'To ask for yourself, give one request a line: `npm run -s parity -- policy < cases.jsonl`.',
    ...blocks,
  ].join('\n\n');
};
