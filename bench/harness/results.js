import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';

const HEAD = `# Measured results

Written by \`npm run bench -- NAME\`; do not edit. Every figure comes from one interleaved run in which all contenders first gave the same answers. Rates are units of work per second of processor time and differ from machine to machine; the ratios are what counts.
`;

/** What the figures of a table are unless a bench says otherwise. */
export const PER_SECOND = 'per second of processor time';

/** @param {number} value */
const rounded = (value) =>
  Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });

/**
 * Replaces the section of one bench in the document of results.
 * @param {string} file
 * @param {string} name of the bench
 * @param {{ title: string, method: string, unit?: string, table: { contender: string, perSecond: number }[],
 *   rows: { name: string, ratio: number, target: number, ok: boolean }[] }[]} measured
 * @param {number} rounds
 */
export const publish = (file, name, measured, rounds) => {
  const machine = `Node ${process.versions.node}, ${platform()} ${arch()}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}; median of ${String(rounds)} rounds.`;
  const section = measured.flatMap(({ title, method, unit = PER_SECOND, table, rows }) => [
    `### ${title}\n`,
    `${method}\n`,
    `| contender | ${unit} |\n| --- | ---: |`,
    ...[...table]
      .sort((a, b) => b.perSecond - a.perSecond)
      .map(({ contender, perSecond }) => `| ${contender} | ${rounded(perSecond)} |`),
    '',
    `| comparison | measured | target | |\n| --- | ---: | ---: | --- |`,
    ...rows.map(
      ({ name: row, ratio, target, ok }) =>
        `| ${row} | ${String(ratio)} | ≥ ${String(target)} | ${ok ? 'reached' : '**missed**'} |`,
    ),
    '',
  ]);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : HEAD;
  const sections = new Map(
    text
      .split(/^(?=## )/m)
      .slice(1)
      .map((part) => [/^## (.+)$/m.exec(part)?.[1] ?? '', part]),
  );
  sections.set(name, `## ${name}\n\n${machine}\n\n${section.join('\n')}\n`);
  const ordered = [...sections].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part.trimEnd());
  writeFileSync(file, `${[HEAD.trimEnd(), ...ordered].join('\n\n')}\n`);
};
