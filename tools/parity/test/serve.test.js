import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { toJsonLine } from '../src/json.js';
import { serve } from '../src/serve.js';

/** @param {(request: unknown) => unknown} answer @param {string[]} lines */
const answers = async (answer, lines) => {
  const output = new PassThrough();
  const collected = text(output);
  await serve(answer, Readable.from(lines.map((line) => `${line}\n`)), output);
  output.end();
  return (await collected).trimEnd().split('\n');
};

test('every request line has one answer line, in order', async () => {
  const double = (/** @type {any} */ request) => ({ id: request.id, result: request.value * 2 });
  expect(await answers(double, ['{"id":1,"value":2}', '', '{"id":2,"value":4}'])).toEqual([
    '{"id":1,"result":4}',
    '{"id":2,"result":8}',
  ]);
});

test('a line that is not JSON is answered by an error and the next line still by its answer', async () => {
  const [broken, good] = await answers(() => ({ result: true }), ['{oops', '{}']);
  expect(JSON.parse(broken ?? '').error.type).toBe('SyntaxError');
  expect(good).toBe('{"result":true}');
});

test('big integers and non-finite numbers are written as Python writes them', () => {
  expect(toJsonLine({ a: 12345678901234567890n, b: [NaN, Infinity, -Infinity], c: undefined, d: null })).toBe(
    '{"a":12345678901234567890,"b":[NaN,Infinity,-Infinity],"d":null}',
  );
});
