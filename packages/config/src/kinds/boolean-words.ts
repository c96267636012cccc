const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['on', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['off', false],
  ['no', false],
]);

/** What a boolean word says, in any case: `1 yes true on`, `0 no false off`; otherwise `undefined`. */
export const readBoolean = (text: string): boolean | undefined => WORDS.get(text.toLowerCase());
