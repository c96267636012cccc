import { ExpirationTimeRequiredError, KeyError } from '../../src/errors.ts';

/** An exception that Python raises, by the name of its class. */
export class PythonError extends Error {
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** An error of ours as the oracle shows the one that Python raises in its place. */
export const shownError = (error: unknown): { readonly exc: string; readonly msg: string } => {
  if (error instanceof PythonError) return { exc: error.kind, msg: error.message };
  if (error instanceof ExpirationTimeRequiredError)
    return { exc: 'DogpileCacheException', msg: error.message };
  if (error instanceof KeyError) {
    return { exc: error.message.startsWith('list index') ? 'IndexError' : 'ValueError', msg: error.message };
  }
  throw error;
};
