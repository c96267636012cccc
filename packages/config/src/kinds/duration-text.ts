import { strip } from '../ini/whitespace.ts';

const MILLISECONDS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['', 1000],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** The milliseconds a text like `250ms` or `5` (seconds) says, or `undefined`. */
export const readDuration = (text: string): number | undefined => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([a-z]*)$/u.exec(strip(text)) ?? [];
  const factor = MILLISECONDS.get(unit ?? 'none');
  if (amount === undefined || factor === undefined) return undefined;
  // Fractions of a microsecond are rounding noise: 0.07 s is 70 ms.
  const milliseconds = Math.round(Number(amount) * factor * 1000) / 1000;
  return Number.isFinite(milliseconds) ? milliseconds : undefined;
};

/** The shortest text that reads as this many milliseconds. */
export const writeDuration = (milliseconds: number): string => {
  for (const unit of ['d', 'h', 'm', 's']) {
    const factor = MILLISECONDS.get(unit) ?? 1;
    if (milliseconds >= factor && milliseconds % factor === 0)
      return `${String(milliseconds / factor)}${unit}`;
  }
  return `${String(milliseconds)}ms`;
};
