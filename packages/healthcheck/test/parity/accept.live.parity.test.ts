import { spawnSync } from 'node:child_process';
import { originalsMissing, PYTHON } from '@oslofjord/services';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { negotiate } from '../../src/responses/accept.ts';
import { CONTENT_TYPES } from '../../src/responses/bodies.ts';

const missing = await originalsMissing({ WebOb: '' }, ['python3-webob']);
const PROGRAM = `
import json, sys
from webob.acceptparse import create_accept_header
offers = ['text/plain', 'text/html', 'application/json']
def choose(text):
    found = create_accept_header(text).acceptable_offers(offers)
    return found[0][0] if found else offers[0]
print(json.dumps([choose(text) for text in json.load(sys.stdin)]))`;

const type = fc.constantFrom(
  'text/plain',
  'TEXT/html',
  'application/json',
  'text/*',
  '*/*',
  '*/json',
  'a/b',
  'text',
  'text/',
);
const blank = fc.constantFrom('', '', ' ', '\t', '  ');
const parameter = fc.constantFrom(
  'q=1',
  'q=0',
  'Q=0.5',
  'q=0.1234',
  'q=1.0',
  'q=1.5',
  'q=',
  'level=1',
  'a="b, c"',
  'a="\\""',
  'ext',
  'a=',
  'q=0.5 ',
  '=x',
);
const range = fc
  .tuple(type, fc.array(fc.tuple(blank, blank, parameter), { maxLength: 3 }))
  .map(
    ([name, parameters]) =>
      name + parameters.map(([before, after, text]) => `${before};${after}${text}`).join(''),
  );
const header = fc.oneof(
  fc
    .array(fc.tuple(blank, range, blank), { maxLength: 4 })
    .map((ranges) => ranges.map((parts) => parts.join('')).join(',')),
  fc.array(fc.oneof(range, blank, fc.constant(',')), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.stringMatching(/^[ -~]{0,30}$/),
);

test.skipIf(missing !== undefined)(
  `WebOb on this machine chooses the same content types${missing === undefined ? '' : ` (${missing})`}`,
  { timeout: 120_000 },
  () => {
    const numRuns = 4000 * Number(process.env.PROPERTY_RUNS ?? 1);
    const seed = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const headers = fc.sample(header, { numRuns, seed });
    const { stdout } = spawnSync(PYTHON, ['-c', PROGRAM], {
      input: JSON.stringify(headers),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const chosen = JSON.parse(stdout) as string[];
    for (const [index, text] of headers.entries()) {
      expect(negotiate(text, CONTENT_TYPES), `PROPERTY_SEED=${seed} ${JSON.stringify(text)}`).toBe(
        chosen[index],
      );
    }
  },
);
