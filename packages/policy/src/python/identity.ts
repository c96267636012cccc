import { repr } from './text.ts';
import { Float } from './values.ts';

/** A text that is the same for values that are equal as keys of a Python dict, such as 1, 1.0 and True. */
export const identityOf = (value: unknown): string => {
  if (typeof value === 'string') return `'${value}`;
  const number = value instanceof Float ? value.value : typeof value === 'boolean' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number)) return BigInt(number).toString();
  return repr(value);
};
