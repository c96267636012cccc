// A command line into words, by the rules of a POSIX shell, and what `~` and `$NAME` in them stand for.
import { homedir } from 'node:os';

/** @param {string} line @returns {string[]} @throws {Error} for a quotation without its end */
export const splitWords = (line) => {
  /** @type {string[]} */
  const words = [];
  /** @type {string | undefined} */
  let word;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (/\s/u.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'") {
      const end = line.indexOf("'", at + 1);
      if (end === -1) throw new Error('No closing quotation');
      word = (word ?? '') + line.slice(at + 1, end);
      at = end;
    } else if (character === '"') {
      word ??= '';
      at += 1;
      for (; line[at] !== '"'; at += 1) {
        if (at >= line.length) throw new Error('No closing quotation');
        if (line[at] === '\\' && (line[at + 1] === '"' || line[at + 1] === '\\')) at += 1;
        word += line[at] ?? '';
      }
    } else if (character === '\\') {
      if (at + 1 >= line.length) throw new Error('No escaped character');
      word = (word ?? '') + (line[at + 1] ?? '');
      at += 1;
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  return words;
};

/** @param {string} word @param {NodeJS.ProcessEnv} env */
export const expandWord = (word, env) =>
  word
    .replace(/^~(?=\/|$)/u, env['HOME'] ?? homedir())
    .replaceAll(
      /\$(?:(\w+)|\{(\w+)\})/gu,
      (
        /** @type {string} */ whole,
        /** @type {string | undefined} */ bare,
        /** @type {string | undefined} */ braced,
      ) => env[bare ?? braced ?? ''] ?? whole,
    );
