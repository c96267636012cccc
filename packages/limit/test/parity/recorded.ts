import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The text of a recorded file. */
export const recorded = (name: string): string =>
  gunzipSync(readFileSync(new URL(`recorded/${name}.gz`, import.meta.url))).toString();

/** Python's JSON with integers of any size: those that JSON or a number cannot hold become tagged texts. */
export const parsePython = (text: string): unknown =>
  JSON.parse(
    text.replace(/"(?:[^"\\]|\\.)*"|NaN|-?Infinity|-?\d+(?![\d.eE])/gu, (token) =>
      token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"number ${token}"`,
    ),
  );

/** An answer of ours in the same form. */
export const comparable = (value: unknown): unknown => {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
    return `number ${String(value)}`;
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, comparable(item)]));
};
