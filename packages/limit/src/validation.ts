import { InvalidArgumentError } from './errors.ts';

/** What a request asks for: resource name → how many units more; 0 checks the present, below 0 gives back. */
export type Deltas = Readonly<Record<string, number>>;

const PROJECT_ID = 'project_id must be a non-empty string or None.';
const NAMES = 'resources_to_check must be non-empty sequence of resource name strings';

/** @throws InvalidArgumentError with Oslo's text */
export const requireProjectId = (projectId: unknown): void => {
  if (projectId === null || (typeof projectId === 'string' && projectId !== '')) return;
  throw new InvalidArgumentError(PROJECT_ID);
};

/**
 * The names of the deltas as given.
 * @throws InvalidArgumentError with Oslo's text
 */
export const requireDeltas = (deltas: unknown): readonly string[] => {
  const isRecord =
    typeof deltas === 'object' && deltas !== null && !Array.isArray(deltas) && !(deltas instanceof Map);
  const names = isRecord ? Object.keys(deltas) : [];
  if (names.length === 0) throw new InvalidArgumentError('deltas must be a non-empty dictionary.');
  for (const name of names) {
    if (Number.isSafeInteger((deltas as Deltas)[name])) continue;
    throw new InvalidArgumentError('resource limit is not an integer.');
  }
  return names;
};

/** @throws InvalidArgumentError with Oslo's text */
export const requireNames = (names: unknown): readonly string[] => {
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string')) {
    throw new InvalidArgumentError(NAMES);
  }
  return names;
};
