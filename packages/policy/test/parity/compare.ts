/** Directories of sessions, whose names differ from run to run. */
const DIRECTORY = /\/[^\s"']*policy-parity-[A-Za-z0-9]+/g;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** What counts of an error: its type, and of a refused policy its problems. */
const comparableError = (error: unknown): unknown => {
  if (!isObject(error)) return error;
  return error.issues === undefined ? { type: error.type } : { type: error.type, issues: error.issues };
};

/** What counts of an answer: not the id, log lines or warnings, and of an error only its kind. */
export const comparable = (answer: unknown): unknown => {
  if (Array.isArray(answer)) return answer.map(comparable);
  if (!isObject(answer)) return answer;
  const entries = Object.entries(answer)
    .filter(([key, value]) => !['id', 'logs', 'warnings'].includes(key) && value !== undefined)
    .map(([key, value]) => [key, key === 'error' ? comparableError(value) : comparable(value)]);
  return JSON.parse(JSON.stringify(Object.fromEntries(entries)).replace(DIRECTORY, '$DIR'));
};
