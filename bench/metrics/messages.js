// The messages of real calls over RabbitMQ, as oslo.messaging's client sends them.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const recorded = new URL('../../packages/metrics/test/parity/recorded/rabbit.jsonl.gz', import.meta.url);

/** @type {string[]} */
export const messages = gunzipSync(readFileSync(recorded))
  .toString()
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line).raw);

/**
 * What every collector should show after these messages, once.
 * @param {string} page
 * @returns {string} hash of the lines of oslo.messaging's metrics without when they began
 */
export const answersOf = (page) => {
  const lines = page.split('\n').filter((line) => /^oslo_messaging_/.test(line) && !/_created\{/.test(line));
  return createHash('sha256').update(lines.join('\n')).digest('hex');
};
