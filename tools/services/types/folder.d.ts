/* Made from the JSDoc of src by types.js. */
/* eslint-disable */
/**
 * Where temporary folders for another user go: the system's place, unless only we may enter it. Short, because the path
 * of a Unix socket holds about 100 bytes.
 * @returns {string}
 */
export declare const temporaryPlace: () => string;
