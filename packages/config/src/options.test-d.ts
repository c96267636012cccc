import { expectTypeOf, test } from 'vitest';
import { loadConfiguration, optionGroup, resolve } from './index.ts';

const api = optionGroup({
  name: 'api',
  options: {
    bindHost: { type: 'host', default: '::' },
    bindPort: { type: 'port', default: 80 },
    workers: { type: 'integer' },
    level: { type: 'string', choices: ['low', 'high'], default: 'low' },
    mode: { type: 'integer', choices: [1, 2], required: true },
    ratio: { type: 'float', default: 0.5 },
    debug: { type: 'boolean', default: false },
    names: { type: 'list', default: [] },
    numbers: { type: 'list', itemType: 'integer', default: [] },
    labels: { type: 'dict' },
    hooks: { type: 'multiString', default: [] },
    endpoint: { type: 'uri', required: true },
    timeout: { type: 'duration', default: '5s' },
    buffer: { type: 'size', default: '10MB' },
  },
});
const other = optionGroup({ name: 'other', options: { token: { type: 'string', secret: true } } });

test('values have the types of their options', () => {
  const values = resolve(api);
  expectTypeOf(values.bindHost).toEqualTypeOf<string>();
  expectTypeOf(values.bindPort).toEqualTypeOf<number>();
  expectTypeOf(values.ratio).toEqualTypeOf<number>();
  expectTypeOf(values.debug).toEqualTypeOf<boolean>();
  expectTypeOf(values.names).toEqualTypeOf<readonly string[]>();
  expectTypeOf(values.numbers).toEqualTypeOf<readonly number[]>();
  expectTypeOf(values.hooks).toEqualTypeOf<readonly string[]>();
  expectTypeOf(values.timeout).toEqualTypeOf<number>();
  expectTypeOf(values.buffer).toEqualTypeOf<number>();
});

test('choices become unions', () => {
  expectTypeOf(resolve(api).level).toEqualTypeOf<'low' | 'high'>();
  expectTypeOf(resolve(api).mode).toEqualTypeOf<1 | 2>();
});

test('only an option without a default that is not required may be undefined', () => {
  expectTypeOf(resolve(api).workers).toEqualTypeOf<number | undefined>();
  expectTypeOf(resolve(api).labels).toEqualTypeOf<Readonly<Record<string, string>> | undefined>();
  expectTypeOf(resolve(api).endpoint).toEqualTypeOf<string>();
});

test('several groups resolve under the names they are given', () => {
  const values = resolve({ api, second: other });
  expectTypeOf(values.api.bindPort).toEqualTypeOf<number>();
  expectTypeOf(values.second.token).toEqualTypeOf<string | undefined>();
  expectTypeOf(loadConfiguration({ api }).values.api.debug).toEqualTypeOf<boolean>();
  // @ts-expect-error -- there is no such group
  expectTypeOf(values.third).toBeAny();
});

test('what does not exist or does not fit is refused', () => {
  // @ts-expect-error -- there is no such option
  expectTypeOf(resolve(api).bindport).toBeAny();
  // @ts-expect-error -- values are read only
  resolve(api).bindPort = 1;
  // @ts-expect-error -- not one of the choices
  resolve(api, { values: { level: 'medium' } });
  // @ts-expect-error -- a unit that does not exist
  resolve(api, { values: { timeout: true } });
  // @ts-expect-error -- there is no such type
  optionGroup({ name: 'x', options: { a: { type: 'colour' } } });
  // @ts-expect-error -- a default of another type
  optionGroup({ name: 'x', options: { a: { type: 'integer', default: 'one' } } });
  // @ts-expect-error -- strings have no bounds
  optionGroup({ name: 'x', options: { a: { type: 'string', min: 1 } } });
  // @ts-expect-error -- no unit of time
  optionGroup({ name: 'x', options: { a: { type: 'duration', default: '5 parsecs' } } });
  resolve({ api }, { values: { api: { workers: 2, timeout: '250ms' } }, defaults: { api: { buffer: 512 } } });
});
