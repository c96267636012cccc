// The deprecations that public sources declare: `@deprecated` before what is deprecated, and `@deprecation NAME` in a
// comment where a deprecated use is told at run time. Both go on: `since 0.2.0, removal 1.0.0: reason and what to use`;
// `kept` in the place of a removal says that none is planned, and `@deprecation of others:` that a program tells of what
// its user deprecated.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Deprecation
 * @property {string} subject what is deprecated
 * @property {string} file from the root
 * @property {number} line
 * @property {string | undefined} since
 * @property {string | undefined} removal a version, or 'kept'
 * @property {string} reason
 */

const STATEMENT = /^since (\d+\.\d+\.\d+),? (?:removal (\d+\.\d+\.\d+)|(kept)): ?(.+)$/su;
/** Where a program tells at run time that something is deprecated. */
const TOLD = /\bdeprecation\w*\.publish\(|\bdeprecatedForRemoval: ?[{'"`t]|emitWarning\([^;]*Deprecat/u;
/** How far above such a place its comment may stand. */
const REACH = 15;

/** The text of a comment without its marks. @param {string} comment */
const plain = (comment) =>
  comment
    .split('\n')
    .map((line) => line.replace(/^\s*(?:\/\*\*|\*\/|\*|\/\/)?\s?/u, '').replace(/\*\/\s*$/u, ''))
    .join('\n');

/** @param {string} written after the tag, up to the next one or a blank line */
const statementOf = (written) => {
  const text = written.split(/\n\s*(?=@)|\n\s*\n/u)[0] ?? '';
  const flat = text.replaceAll(/\s+/gu, ' ').trim();
  const match = STATEMENT.exec(flat);
  if (match === null) return { since: undefined, removal: undefined, reason: flat };
  return { since: match[1], removal: match[2] ?? match[3], reason: String(match[4]).replace(/\.$/u, '') };
};

/** @param {string} text up to some place */
const lineAt = (text) => text.split('\n').length;

const CONTAINER =
  /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface) (\w+)|^(?:export )?type (\w+) = \{/gmu;

/** The name of what is declared after a comment; of a member with that of its class. @param {string} text @param {number} end of the comment */
const declaredAfter = (text, end) => {
  const after = text.slice(end).replace(/^(?:\s|\/\/[^\n]*\n)*/u, '');
  const match =
    /^(?:export )?(?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/u.exec(
      after,
    );
  if (match !== null) return String(match[1]);
  const member =
    /^(?:(?:static|readonly|abstract|override|async|get|set|public|protected) )*(?:'([^']+)'|([\w$]+))/u.exec(
      after,
    );
  const containers = [...text.slice(0, end).matchAll(CONTAINER)];
  const container = containers.at(-1)?.[1] ?? containers.at(-1)?.[2] ?? '';
  return `${container === '' ? '' : `${container}.`}${member?.[1] ?? member?.[2] ?? '?'}`;
};

/**
 * The deprecations of one source.
 * @param {string} text
 * @param {string} file
 * @returns {{ found: Deprecation[], silent: number[] }} `silent`: lines that tell of a deprecation without a comment
 */
export const deprecationsIn = (text, file) => {
  /** @type {Deprecation[]} */
  const found = [];
  /** @type {number[]} lines of comments that speak of what others deprecated */
  const foreign = [];
  for (const comment of text.matchAll(/\/\*\*[\s\S]*?\*\/|(?:^[ \t]*\/\/[^\n]*\n)+/gmu)) {
    const words = plain(comment[0]);
    const tag = /(?:^|\n)@deprecat(?:ed|ion)\b/u.exec(words);
    if (tag === null) continue;
    const line = lineAt(text.slice(0, comment.index)) + lineAt(words.slice(0, tag.index + 1)) - 1;
    const written = words.slice(tag.index + tag[0].length).trim();
    if (tag[0].endsWith('deprecated')) {
      const subject = declaredAfter(text, comment.index + comment[0].length);
      found.push({ subject, file, line, ...statementOf(written) });
    } else if (written.startsWith('of others:')) {
      foreign.push(line);
    } else {
      const [, subject = '?', rest = ''] = /^(`[^`]+`.*?) (?=since )([\s\S]*)$/su.exec(written) ?? [];
      found.push({ subject: subject.replaceAll('`', ''), file, line, ...statementOf(rest) });
    }
  }
  const silent = text.split('\n').flatMap((line, index) => {
    const isCovered = [...foreign, ...found.map((each) => each.line)].some(
      (at) => at <= index + 1 && at > index + 1 - REACH,
    );
    return TOLD.test(line) && !isCovered ? [index + 1] : [];
  });
  return { found, silent };
};

/**
 * All deprecations of a package.
 * @param {string} root
 * @param {string} folder of the package
 */
export const findDeprecations = (root, folder) => {
  if (!existsSync(join(root, folder, 'src'))) return { found: [], silent: [] };
  const files = readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.test(?:-d)?\.ts$/u.test(name))
    .sort();
  /** @type {Deprecation[]} */
  const found = [];
  /** @type {{ file: string, line: number }[]} */
  const silent = [];
  for (const name of files) {
    const file = `${folder}/src/${name}`;
    const text = readFileSync(join(root, file), 'utf8');
    if (!/deprecat/iu.test(text)) continue;
    const here = deprecationsIn(text, file);
    found.push(...here.found);
    silent.push(...here.silent.map((line) => ({ file, line })));
  }
  return { found, silent };
};
