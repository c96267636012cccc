// One interleaved run: every contender answers the whole workload first, and a wrong answer ends the run; then every
// round gives each contender a slice, in rotated order, so that a drifting machine drifts for all of them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start } from './contender.js';
import { runNx } from '../../tools/workspace/setup.js';
import { publish } from './results.js';

/**
 * @typedef {object} Bench
 * @property {string} title what is measured
 * @property {string} method how, in a sentence or two
 * @property {import('./contender.js').Contender[]} contenders the first one's answers are the right ones
 * @property {{ name: string, ours: string, peer: string, target: number }[]} rows ratios of two contenders
 */

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/**
 * @param {string} root of the workspace
 * @param {string} name of the bench
 * @param {Bench[]} benches
 * @param {string[]} words `--json FILE` also writes the rows there; `--quick` runs fewer rounds and writes nothing
 * @returns {Promise<number>} exit status: 1 where a row misses its target
 */
export const runBench = async (root, name, benches, words) => {
  if (runNx(['run-many', '-t', 'build', '--output-style=static']) !== 0) return 1;
  const isQuick = words.includes('--quick');
  const [rounds, milliseconds] = isQuick ? [3, 100] : [11, 250];
  const measured = [];
  for (const bench of benches) {
    const contenders = [];
    try {
      for (const contender of bench.contenders) contenders.push(await start(contender, join(root, 'bench')));
      const reference = contenders[0];
      for (const { name: contender, answers } of contenders) {
        if (answers !== reference?.answers) {
          console.error(`${contender} does not answer as ${reference?.name ?? ''}: nothing is measured`);
          return 1;
        }
      }
      for (let round = 0; round <= rounds; round += 1) {
        for (let turn = 0; turn < contenders.length; turn += 1) {
          const contender = contenders[(turn + round) % contenders.length];
          const rate = await contender?.slice(milliseconds);
          // The first round warms up.
          if (round > 0 && rate !== undefined) contender?.rates.push(rate);
        }
      }
    } finally {
      for (const contender of contenders) contender.stop();
    }
    const rates = new Map(contenders.map((contender) => [contender.name, contender.rates]));
    const rows = bench.rows.map(({ name: row, ours, peer, target }) => {
      const ratios = (rates.get(ours) ?? []).map((rate, round) => rate / (rates.get(peer)?.[round] ?? NaN));
      const ratio = Number(median(ratios).toPrecision(3));
      return { name: row, ratio, target, ok: ratio >= target };
    });
    const table = contenders.map(({ name: contender, rates: all }) => ({
      contender,
      perSecond: median(all),
    }));
    measured.push({ ...bench, rows, table });
    console.table(
      table.map(({ contender, perSecond }) => ({ contender, 'per CPU second': Math.round(perSecond) })),
    );
    console.table(rows);
  }
  const rows = measured.flatMap((bench) => bench.rows);
  const json = words.indexOf('--json');
  if (json >= 0) writeFileSync(words[json + 1] ?? `${name}.json`, `${JSON.stringify({ rows }, null, 2)}\n`);
  if (!isQuick) publish(join(root, 'bench', 'RESULTS.md'), name, measured, rounds);
  return rows.every((row) => row.ok) ? 0 : 1;
};
