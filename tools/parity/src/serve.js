import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { toJsonLine } from './json.js';

/**
 * Answers every line of `input` in order. A line that is not JSON, and a request that makes `answer` throw, is
 * answered by an error object, so that the lines of both sides keep matching.
 * @param {(request: unknown) => unknown} answer
 * @param {import('node:stream').Readable} input
 * @param {import('node:stream').Writable} output
 */
export const serve = async (answer, input, output) => {
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    let answered;
    try {
      answered = await answer(JSON.parse(line));
    } catch (error) {
      const { name, message } = /** @type {Error} */ (error);
      answered = { error: { type: name, module: 'oslofjord', message } };
    }
    if (!output.write(`${toJsonLine(answered)}\n`)) await once(output, 'drain');
  }
  await new Promise((resolve) => {
    output.write('', resolve);
  });
};
