// One interleaved run: every contender answers the whole workload first, and a wrong answer ends the run; then every
// round gives each contender a slice, in rotated order, so that a drifting machine drifts for all of them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOnce, start } from './contender.js';
import { runNx } from '../../tools/workspace/setup.js';
import { PER_SECOND, publish } from './results.js';

/**
 * @typedef {object} Bench
 * @property {string} title what is measured
 * @property {string} method how, in a sentence or two
 * @property {boolean} [isCold] whether contenders start anew each round and do their work once
 * @property {import('./contender.js').Contender[]} contenders the first one's answers are the right ones
 * @property {string} [unit] heading of the table's figures; units of work per second of processor time by default
 * @property {{ name: string, ours: string, peer: string, target: number, isDifference?: boolean }[]} rows ratios of two
 *   contenders, or differences
 */

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/**
 * @param {string[]} names
 * @param {string[]} answers of the contenders, in the same order
 * @returns {boolean} whether all are those of the first
 */
const agree = (names, answers) => {
  const wrong = names.filter((_, index) => answers[index] !== answers[0]);
  for (const name of wrong)
    console.error(`${name} does not answer as ${names[0] ?? ''}: nothing is measured`);
  return wrong.length === 0;
};

/**
 * Contenders that stay, and get a slice each round. The first round warms up.
 * @param {Bench} bench
 * @param {string} directory
 * @param {number} rounds
 * @param {number} milliseconds
 * @returns {Promise<Map<string, number[]> | undefined>} rates by contender; undefined where answers differ
 */
const measureWarm = async (bench, directory, rounds, milliseconds) => {
  const contenders = [];
  try {
    for (const contender of bench.contenders) contenders.push(await start(contender, directory));
    if (
      !agree(
        contenders.map(({ name }) => name),
        contenders.map(({ answers }) => answers),
      )
    )
      return undefined;
    for (let round = 0; round <= rounds; round += 1) {
      for (let turn = 0; turn < contenders.length; turn += 1) {
        const contender = contenders[(turn + round) % contenders.length];
        const rate = await contender?.slice(milliseconds);
        if (round > 0 && rate !== undefined) contender?.rates.push(rate);
      }
    }
  } finally {
    for (const contender of contenders) contender.stop();
  }
  return new Map(contenders.map(({ name, rates }) => [name, rates]));
};

/**
 * Contenders that start anew each round and do their work once.
 * @param {Bench} bench
 * @param {string} directory
 * @param {number} rounds
 * @returns {Promise<Map<string, number[]> | undefined>}
 */
const measureCold = async (bench, directory, rounds) => {
  /** @type {Map<string, number[]>} */
  const rates = new Map(bench.contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const results = [];
    for (let turn = 0; turn < bench.contenders.length; turn += 1) {
      const contender = bench.contenders[(turn + round) % bench.contenders.length];
      if (contender !== undefined) results.push(await runOnce(contender, directory));
    }
    if (
      !agree(
        results.map(({ name }) => name),
        results.map(({ answers }) => answers),
      )
    )
      return undefined;
    for (const { name, rate } of results) rates.get(name)?.push(rate);
  }
  return rates;
};

/**
 * @param {string} root of the workspace
 * @param {string} name of the bench
 * @param {Bench[]} benches
 * @param {string[]} words `--json FILE` also writes the rows there; `--quick` runs fewer rounds and writes nothing
 * @returns {Promise<number>} exit status: 1 where a row misses its target
 */
export const runBench = async (root, name, benches, words) => {
  if (
    runNx([
      'run-many',
      '-t',
      'build',
      '-p',
      `@oslofjord/${name}`,
      '@oslofjord/config',
      '--output-style=static',
    ]) !== 0
  )
    return 1;
  const isQuick = words.includes('--quick');
  const [rounds, milliseconds] = isQuick ? [3, 100] : [11, 250];
  const measured = [];
  for (const bench of benches) {
    const rates = await (bench.isCold ? measureCold : measureWarm)(
      bench,
      join(root, 'bench'),
      rounds,
      milliseconds,
    );
    if (rates === undefined) return 1;
    const rows = bench.rows.map(({ name: row, ours, peer, target, isDifference = false }) => {
      const ratios = (rates.get(ours) ?? []).map((rate, round) => {
        const other = rates.get(peer)?.[round] ?? NaN;
        return isDifference ? rate - other : rate / other;
      });
      const ratio = Number(median(ratios).toPrecision(3));
      return { name: row, ratio, target, ok: ratio >= target };
    });
    const table = [...rates].map(([contender, all]) => ({
      contender,
      perSecond: median(all),
    }));
    measured.push({ ...bench, rows, table });
    console.table(
      table.map(({ contender, perSecond }) => ({
        contender,
        [bench.unit ?? PER_SECOND]: Number(perSecond.toPrecision(4)),
      })),
    );
    console.table(rows);
  }
  const rows = measured.flatMap((bench) => bench.rows);
  const json = words.indexOf('--json');
  if (json >= 0) writeFileSync(words[json + 1] ?? `${name}.json`, `${JSON.stringify({ rows }, null, 2)}\n`);
  if (!isQuick) publish(join(root, 'bench', 'RESULTS.md'), name, measured, rounds);
  return rows.every((row) => row.ok) ? 0 : 1;
};
