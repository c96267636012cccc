import type { DeclaredOption } from '../declared.ts';

/** The variable that sets an option: `OS_GROUP__NAME`. */
export const variableOf = ({ group, name }: DeclaredOption): string =>
  `OS_${group.toUpperCase()}__${name.toUpperCase()}`;
