// Python's regular expressions, as JavaScript's.
import { JinjaError } from './values.js';

const TOKEN =
  /\\[\s\S]|\[(?:\^?\]?)(?:\\[\s\S]|[^\]\\])*\]|\(\?P<|\(\?P=(\w+)\)|\(\?([aiLmsux]+)\)|[$.^]|[^\\[($.^]+|[\s\S]/gu;

/**
 * @param {string} pattern
 * @param {{ isAnchored?: boolean, ignoreCase?: boolean, isMultiline?: boolean, isGlobal?: boolean }} [options]
 * @returns {RegExp}
 * @throws {JinjaError} for what is no pattern
 */
export const regexOf = (pattern, options = {}) => {
  let { ignoreCase = false, isMultiline = false } = options;
  let isDotAll = false;
  const source = pattern.replaceAll(
    TOKEN,
    (
      /** @type {string} */ token,
      /** @type {string | undefined} */ reference,
      /** @type {string | undefined} */ flags,
    ) => {
      if (flags !== undefined) {
        ignoreCase ||= flags.includes('i');
        isMultiline ||= flags.includes('m');
        isDotAll ||= flags.includes('s');
        if (flags.includes('x')) throw new JinjaError('verbose patterns ((?x)) are not in the subset');
        return '';
      }
      if (reference !== undefined) return `\\k<${reference}>`;
      if (token === '(?P<') return '(?<';
      if (token === String.raw`\A`) return '(?<![\\s\\S])';
      if (token === String.raw`\Z`) return '(?![\\s\\S])';
      return token;
    },
  );
  // What ^, $ and . mean depends on flags that may come at any place.
  const exact = source.replaceAll(/\\[\s\S]|\[(?:\^?\]?)(?:\\[\s\S]|[^\]\\])*\]|[$.^]/gu, (token) => {
    if (token === '.') return isDotAll ? '[\\s\\S]' : '[^\\n]';
    if (token === '^') return isMultiline ? '(?<![^\\n])' : '(?<![\\s\\S])';
    if (token === '$') return isMultiline ? '(?![^\\n])' : '(?=\\n?(?![\\s\\S]))';
    if (token.startsWith('[]')) return `[\\]${token.slice(2)}`;
    return token.startsWith('[^]') ? `[^\\]${token.slice(3)}` : token;
  });
  const flags = `${options.isAnchored === true ? 'y' : ''}${options.isGlobal === true ? 'g' : ''}${ignoreCase ? 'i' : ''}`;
  try {
    return new RegExp(exact, flags);
  } catch (error) {
    throw new JinjaError(
      `"${pattern}" is no regular expression: ${error instanceof Error ? error.message : ''}`,
    );
  }
};

/** @param {string} value @param {string} pattern @param {string} replacement @param {{ ignoreCase: boolean, isMultiline: boolean }} flags */
export const substitute = (value, pattern, replacement, flags) => {
  const regex = regexOf(pattern, { ...flags, isGlobal: true });
  return value.replace(regex, (...found) => {
    const last = /** @type {unknown} */ (found.at(-1));
    const hasNames = typeof last === 'object' && last !== null;
    const names = hasNames ? /** @type {Record<string, string | undefined>} */ (last) : {};
    const groups = found.slice(0, hasNames ? -3 : -2);
    /** @param {string} name */
    const group = (name) => {
      const index = Number(name);
      if (Number.isInteger(index)) {
        if (index >= groups.length) throw new JinjaError(`invalid group reference ${name}`);
        return String(groups[index] ?? '');
      }
      if (!(name in names)) throw new JinjaError(`unknown group name '${name}'`);
      return names[name] ?? '';
    };
    return replacement.replaceAll(
      /\\(?:g<(\w+)>|(\d{1,2})|([nrt\\]))/gu,
      (
        /** @type {string} */ whole,
        /** @type {string | undefined} */ name,
        /** @type {string | undefined} */ number,
        /** @type {string | undefined} */ escape,
      ) => {
        if (escape !== undefined)
          return escape === 'n' ? '\n' : escape === 'r' ? '\r' : escape === 't' ? '\t' : '\\';
        return group(name ?? number ?? whole);
      },
    );
  });
};
