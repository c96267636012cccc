// The names of all metrics, from registries in which each source of metrics has declared its own.
import { code, table } from './table.js';

/** @param {any} registry */
const rowsOf = (registry) =>
  registry.families
    .map((/** @type {any} */ { definition }) => [
      code(`${definition.name}${definition.suffix ?? ''}`),
      definition.kind,
      definition.labelNames.map(code).join(', '),
      definition.help.replaceAll('|', '\\|'),
    ])
    .sort((/** @type {string[]} */ [a = ''], /** @type {string[]} */ [b = '']) => (a < b ? -1 : 1));

/** @param {(path: string) => Promise<any>} load @returns {Promise<string>} */
export const metricsPage = async (load) => {
  const library = await load('tools/docs/src/reference/metrics-sources.js');
  const blocks = [];
  for (const { title, help, fill } of library.SOURCES) {
    const registry = library.createMetrics();
    const open = fill(registry);
    const rows = rowsOf(registry);
    open?.close?.();
    if (rows.length === 0)
      throw new Error(`${title} declares no metric; correct tools/docs/src/reference/metrics-sources.js`);
    blocks.push(`## ${title}`, help, table(['metric', 'kind', 'labels', 'help'], rows));
  }
  return [
    '# Metrics',
    'Names as a page in the text format has them; a histogram has `_bucket`, `_sum` and `_count` besides. What a service declares of its own is not here.',
    ...blocks,
  ].join('\n\n');
};
