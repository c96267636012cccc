// Laws, for requests without references and without what divergences.ts lists for multi-strings:
// - where the default mode and oslo.config both give values, they give the same;
// - the default mode accepts nothing that oslo.config refuses;
// - what it refuses beyond that is an empty number, an integer beyond 2^53 − 1 or a NaN within bounds.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OptionDeclarationError, type Issue } from '../../src/index.ts';
import { trials } from '../property.ts';
import { answer } from './answer.ts';
import { comparable } from './compare.ts';
import { makeRequest, randomOf } from './generate.ts';
import type { ConfigRequest } from './request.ts';
import { strictAnswer } from './strict.ts';

const KNOWN_REFUSALS =
  /^'\s*'.* is not an? (?:integer|number)$|beyond 2\^53|^'9{76}9*\.\.\.'.* is not an integer$|^'\+?nan'/iu;

const requests = fc.nat(2 ** 31).map((seed): ConfigRequest => {
  const { options, files = [], env = {} } = makeRequest(randomOf(seed));
  const isFirst = ({ name, group }: { name: string; group?: string | null }, index: number): boolean =>
    options.findIndex((other) => other.name === name && other.group === group) === index;
  return {
    options: options.filter((option, index) => isFirst(option, index) && option.default !== 'ab'),
    files,
    ...(options.some(({ type }) => type === 'multistring') ? {} : { env }),
  };
});

/** Without what is not set, which is `null` there and absent here. */
const onlySet = (values: unknown): unknown =>
  JSON.parse(JSON.stringify(values, (_, value: unknown) => (value === null ? undefined : value)));

test('the default mode and oslo.config agree', () => {
  fc.assert(
    fc.property(requests, (request) => {
      fc.pre(!JSON.stringify(request).includes('$'));
      let strict: { values?: unknown; issues?: readonly Issue[] };
      try {
        strict = comparable(strictAnswer(request)) as typeof strict;
      } catch (error) {
        expect(error).toBeInstanceOf(OptionDeclarationError);
        return;
      }
      const oslo = comparable(answer(request)) as { values?: unknown };
      const isAccepted = 'values' in oslo && !JSON.stringify(oslo).includes('"error":');
      if (strict.issues === undefined) {
        expect(isAccepted).toBe(true);
        expect(onlySet(strict.values)).toEqual(onlySet(oslo.values));
      } else if (isAccepted) {
        for (const { message } of strict.issues) expect(message).toMatch(KNOWN_REFUSALS);
      }
    }),
    trials(300),
  );
});
