import { InvalidDurationError, InvalidSizeError } from './errors.ts';
import { readDuration } from './kinds/duration-text.ts';
import { readSize } from './kinds/size-text.ts';

/** A span of time in seconds. */
export type Seconds = number;

/** A span of time in milliseconds. */
export type Milliseconds = number;

/** An amount of memory or storage in bytes. */
export type Bytes = number;

/** How many there are of something. */
export type Count = number;

/** A span of time as people write it: a number of seconds, or a number with its unit: `'250ms' '5s' '10m' '1h' '7d'`. */
export type Duration = Seconds | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

/** An amount of bytes as people write it: a number, or one with its unit: `'512B' '10MB'` (powers of 1000) `'10MiB'` (of 1024). */
export type Size = Bytes | `${number}${'B' | 'kB' | 'MB' | 'GB' | 'TB' | 'KiB' | 'MiB' | 'GiB' | 'TiB'}`;

/**
 * The milliseconds of a duration. A number, or a text that is only a number, counts seconds.
 * @throws InvalidDurationError for another unit, a negative or an infinite span
 * @example
 * parseDuration('1.5s') // => 1500
 */
export const parseDuration = (duration: Duration | (string & {})): Milliseconds => {
  const milliseconds = readDuration(String(duration));
  if (milliseconds === undefined) throw new InvalidDurationError(duration);
  return milliseconds;
};

/**
 * The bytes of a size, rounded to a whole number. Units are read in any case.
 * @throws InvalidSizeError for another unit, a negative or an infinite amount
 * @example
 * parseSize('10MB') // => 10_000_000
 */
export const parseSize = (size: Size | (string & {})): Bytes => {
  const bytes = readSize(String(size));
  if (bytes === undefined) throw new InvalidSizeError(size);
  return bytes;
};
