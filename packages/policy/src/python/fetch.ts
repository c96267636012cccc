import { hasPython, usePython } from './parts.ts';

/** Fetches the parts of Python that few policies need, unless they are known already. */
export const importPython = async (): Promise<void> => {
  if (!hasPython()) usePython((await import('./full.ts')).python);
};
