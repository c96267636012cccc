import { expect, test } from 'vitest';
import { InvalidDurationError, InvalidSizeError } from './errors.ts';
import { parseDuration, parseSize } from './units.ts';

test.each([
  [5, 5000],
  ['5', 5000],
  ['250ms', 250],
  ['1.5s', 1500],
  ['0.07s', 70],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['7d', 604_800_000],
  [' 2 s ', 2000],
  [0, 0],
])('%j is a duration', (written, milliseconds) => {
  expect(parseDuration(written as number)).toBe(milliseconds);
});

test.each(['', 's', '-1s', '5 weeks', 'Infinity', Number.NaN, -1, '1e999s'])(
  '%j is no duration',
  (written) => {
    expect(() => parseDuration(written as number)).toThrow(InvalidDurationError);
  },
);

test.each([
  [512, 512],
  ['512B', 512],
  ['10MB', 10_000_000],
  ['4KiB', 4096],
  ['1.5 kB', 1500],
  ['2g', 2_000_000_000],
])('%j is a size', (written, bytes) => {
  expect(parseSize(written as number)).toBe(bytes);
});

test.each(['', 'MB', '-1', '1 XB', '9999999TB'])('%j is no size', (written) => {
  expect(() => parseSize(written)).toThrow(InvalidSizeError);
});
