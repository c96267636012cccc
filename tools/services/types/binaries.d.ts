/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
/**
 * The paths of the named programs. They are looked for in `directories` first, then in PATH and Debian's folders.
 * @param {readonly string[]} names
 * @param {readonly string[]} [directories] may hold one `*` each
 * @returns {{ found: Record<string, string>, missing: string[] }}
 */
export declare const findBinaries: (
  names: readonly string[],
  directories?: readonly string[],
) => {
  found: Record<string, string>;
  missing: string[];
};
