import { strip } from '../ini/whitespace.ts';

const PREFIXES = 'kmgt';

/** The whole number of bytes a text like `10MB` or `4KiB` says, or `undefined`. */
export const readSize = (text: string): number | undefined => {
  const [, amount, prefix, binary] =
    /^(\d+(?:\.\d+)?(?:e\+?\d+)?)\s*(?:([kmgt])(i)?)?b?$/iu.exec(strip(text)) ?? [];
  if (amount === undefined) return undefined;
  const power = prefix === undefined ? 0 : PREFIXES.indexOf(prefix.toLowerCase()) + 1;
  const bytes = Math.round(Number(amount) * (binary === undefined ? 1000 : 1024) ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
};

const WRITTEN: readonly (readonly [unit: string, bytes: number])[] = [
  ['TB', 1000 ** 4],
  ['TiB', 1024 ** 4],
  ['GB', 1000 ** 3],
  ['GiB', 1024 ** 3],
  ['MB', 1000 ** 2],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
  ['kB', 1000],
];

/** A text that reads as this many bytes, in the largest unit that gives a whole number. */
export const writeSize = (bytes: number): string => {
  for (const [unit, factor] of WRITTEN) {
    if (bytes >= factor && bytes % factor === 0) return `${String(bytes / factor)}${unit}`;
  }
  return String(bytes);
};
