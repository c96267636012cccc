// The YAML that notes are written in nearly always: sections of one text or of a list of texts, as literal, folded or
// plain scalars. Anything else is left to the full parser, which takes longer to load than all the rest to run.

/** Several words, the first of which begins with a letter: no version of YAML takes that for anything but text. */
const PLAIN = /^[A-Za-z]\S*[ \t]+\S/u;
/** What ends a plain text, or makes it a key. */
const BREAKING = /:(?:[ \t]|$)|[ \t]#/u;
const SECTION = /^([a-z][a-z_]{2,}):(?: +(.*))?$/u;
/** What has a meaning of its own outside of the plain forms, or is told apart by some parsers only. */
const FOREIGN =
  /[^\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]|^(?:---(?! *$)|\.\.\.|%)/mu;

/** @param {string} line */
const indentOf = (line) => line.length - line.trimStart().length;

/** Reads lines one after the other; every method answers undefined for what is not plain. */
class Lines {
  #lines;
  at = 0;

  /** @param {string} text */
  constructor(text) {
    this.#lines = text.split('\n');
  }

  /** The next line that says something, with what is before it skipped. @returns {string | undefined} */
  next() {
    for (; this.at < this.#lines.length; this.at += 1) {
      const line = this.#lines[this.at] ?? '';
      if (line.trim() !== '' && !line.trimStart().startsWith('#')) return line;
    }
    return undefined;
  }

  /**
   * The lines of a block scalar, without their indent.
   * @param {number} parent the indent of what it belongs to
   * @returns {string[] | undefined}
   */
  #block(parent) {
    const first = this.#lines.slice(this.at).find((line) => line.trim() !== '');
    const indent = first === undefined ? 0 : indentOf(first);
    if (indent <= parent) return undefined;
    const lines = [];
    for (; this.at < this.#lines.length; this.at += 1) {
      const line = this.#lines[this.at] ?? '';
      if (line.trim() === '') {
        // Blanks beyond the indent are text.
        if (line.length > indent) return undefined;
        lines.push('');
      } else if (indentOf(line) < indent) break;
      else lines.push(line.slice(indent));
    }
    if (lines[0] === '') return undefined;
    // A comment that ends a block is read differently by different parsers.
    const rest = this.#lines[this.at];
    if (rest?.trimStart().startsWith('#') === true) return undefined;
    while (lines.at(-1) === '') lines.pop();
    return lines;
  }

  /**
   * A scalar that begins with `head` on the line that was read.
   * @param {string} head
   * @param {number} parent
   * @returns {string | undefined}
   */
  scalar(head, parent) {
    const style = /^([|>])(-?)$/u.exec(head.trimEnd());
    if (style !== null) {
      const lines = this.#block(parent);
      if (lines === undefined) return undefined;
      const end = style[2] === '-' ? '' : '\n';
      if (style[1] === '|') return lines.join('\n') + end;
      if (lines.some((line) => line.startsWith(' '))) return undefined;
      return folded(lines) + end;
    }
    const lines = [head.trim()];
    for (; this.at < this.#lines.length; this.at += 1) {
      const line = this.#lines[this.at] ?? '';
      if (line.trim() === '') lines.push('');
      else if (indentOf(line) > parent) lines.push(line.trim());
      else break;
    }
    while (lines.at(-1) === '') lines.pop();
    const text = lines.filter((line) => line !== '').join(' ');
    return PLAIN.test(text) && !BREAKING.test(text) ? folded(lines) : undefined;
  }
}

/** Lines joined as YAML folds them. @param {readonly string[]} lines */
const folded = (lines) => {
  let text = '';
  let blanks = 0;
  for (const [index, line] of lines.entries()) {
    if (line === '') {
      blanks += 1;
      continue;
    }
    if (index > 0) text += blanks === 0 ? ' ' : '\n'.repeat(blanks);
    blanks = 0;
    text += line;
  }
  return text;
};

/**
 * Reads a note, if it is written in the plain forms.
 * @param {string} text
 * @returns {Record<string, string | string[]> | undefined} undefined: ask the full parser
 */
export const readPlainYaml = (text) => {
  if (FOREIGN.test(text)) return undefined;
  const lines = new Lines(text);
  /** @type {Record<string, string | string[]>} */
  const note = {};
  if (lines.next()?.trimEnd() === '---') lines.at += 1;
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const [, name, head = ''] = SECTION.exec(line.trimEnd()) ?? [];
    if (name === undefined || name in note) return undefined;
    lines.at += 1;
    if (head !== '') {
      const scalar = lines.scalar(head, 0);
      if (scalar === undefined) return undefined;
      note[name] = scalar;
      continue;
    }
    const items = [];
    const first = lines.next();
    if (first === undefined) return undefined;
    const indent = indentOf(first);
    for (let item = lines.next(); item !== undefined && indentOf(item) === indent; item = lines.next()) {
      const [, blanks = '', words] = /^- ( *)(.*)$/u.exec(item.slice(indent)) ?? [];
      if (words === undefined || blanks !== '') break;
      lines.at += 1;
      const scalar = lines.scalar(words, indent);
      if (scalar === undefined) return undefined;
      items.push(scalar);
    }
    const rest = lines.next();
    if (items.length === 0 || (rest !== undefined && indentOf(rest) > 0)) return undefined;
    note[name] = items;
  }
  return Object.keys(note).length === 0 ? undefined : note;
};
