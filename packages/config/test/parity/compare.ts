const TOKEN = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?[0-9]+(?![0-9.eE])/gu;
const TAG = '\u0000number ';

/** The JSON of Python's json module as a value; what JSON or a number cannot hold becomes a tagged string. */
export const parsePython = (text: string): unknown =>
  forgetDepth(
    JSON.parse(
      text.replace(TOKEN, (token) => {
        if (token.startsWith('"') || Number.isSafeInteger(Number(token))) return token;
        return JSON.stringify(TAG + token);
      }),
    ),
  );

/** An answer of ours in the same form. */
export const comparable = (value: unknown): unknown => {
  if (typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)))
    return TAG + String(value);
  // Python's JSON has a negative zero only for floats, and reading it back makes no difference.
  if (value === 0) return 0;
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return forgetDepth(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, comparable(item)])));
};

/** Where Python's stack ended is not an answer: of a RecursionError only the kind counts. */
const forgetDepth = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(forgetDepth);
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value;
  const { type } = value as { type?: unknown };
  if (type === 'RecursionError') return { type };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, forgetDepth(item)]));
};
