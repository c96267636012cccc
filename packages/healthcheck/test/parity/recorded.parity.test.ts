import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { CONTENT_TYPES } from '../../src/responses/bodies.ts';
import { negotiate } from '../../src/responses/accept.ts';
import { answer } from './answer.ts';

const read = <Line>(name: string): Line[] =>
  gunzipSync(readFileSync(new URL(`recorded/${name}.jsonl.gz`, import.meta.url)))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

interface Recorded {
  readonly id: string;
  readonly conf: Record<string, unknown>;
  readonly request: Record<string, unknown>;
  readonly status?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly construct_error?: string;
  readonly call_error?: string;
}
interface Answer {
  readonly status?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly error?: string;
}

const cases = read<Recorded>('cases').filter(({ id }) => !id.includes('as app'));

test.each(cases.map((one) => [one.id, one] as const))('%s', (_, one) => {
  const given = answer({ conf: one.conf, request: one.request }) as Answer;
  const error = one.construct_error ?? one.call_error;
  if (error !== undefined) {
    expect(given.error).toBe(error);
    return;
  }
  expect(given.status).toBe(one.status);
  const isMasked = booleanWords.has(String(one.conf.detailed)) && one.request.method !== 'HEAD';
  if (!isMasked) {
    expect(given.headers).toEqual(one.headers);
    expect(given.body).toBe(one.body);
    return;
  }
  expect(given.headers?.['Content-Type']).toBe(one.headers?.['Content-Type']);
  expect(reasonsIn(given.body)).toEqual(reasonsIn(one.body));
});

const booleanWords = new Set(['true', 'yes']);
/** The parts of a detailed body that do not tell of the process that wrote it. */
const reasonsIn = (body = ''): string[] =>
  body.match(/"(?:class|details|reason)": .*|DISABLED BY FILE|Path &#39;.{0,20}/g) ?? [];

test('every recorded Accept header gets the content type that WebOb chose', () => {
  const lines = read<{ accept: string; type: string }>('accept');
  expect(lines.length).toBe(3000);
  for (const { accept, type } of lines) expect(negotiate(accept, CONTENT_TYPES), accept).toBe(type);
});
