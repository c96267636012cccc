/** Columns of a comment in a policy file, its `# ` included. */
const COLUMNS = 70;
const PREFIX = '# ';

const SPACE = '[\\t\\n\\v\\f\\r ]';
const PUNCTUATED = '[\\p{L}\\p{N}_!"\'&.,?]';
const LETTER = '[\\p{L}_]';
const WORD = '[\\p{L}\\p{N}_]';

/** Pieces between which a line may break: spaces, words, the parts of hyphenated words, dashes. */
const PIECES = new RegExp(
  [
    `${SPACE}+`,
    `(?<=${PUNCTUATED})-{2,}(?=${WORD})`,
    `[^\\t\\n\\v\\f\\r ]+?(?:` +
      `-(?:(?<=${LETTER}{2}-)|(?<=${LETTER}-${LETTER}-))(?=${LETTER}-?${LETTER})` +
      `|(?=${SPACE}|$)|(?<=${PUNCTUATED})(?=-{2,}${WORD}))`,
  ].join('|'),
  'gu',
);

/** Where Python's splitlines() ends a line. */
// eslint-disable-next-line no-control-regex -- these are control characters
const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

const isBlank = (piece: string | undefined): boolean => piece?.trim() === '';

/** Where a piece longer than a line is cut: after its last hyphen that fits, if it has any. */
const cutOf = (piece: string, room: number): number => {
  if (piece.length <= room) return piece.length;
  const hyphen = piece.lastIndexOf('-', room - 1);
  return hyphen > 0 && /[^-]/.test(piece.slice(0, hyphen)) ? hyphen + 1 : room;
};

/**
 * Breaks one paragraph into commented lines of at most 70 columns.
 * @parity CPython 3.11 textwrap.wrap(text, 70, initial_indent='# ', subsequent_indent='# ') — same
 */
export const wrapComment = (text: string): string[] => {
  const pieces = text.replace(/\t/g, ' ').match(PIECES) ?? [];
  const lines: string[] = [];
  const room = COLUMNS - PREFIX.length;
  let line = '';
  const end = (): void => {
    const full = line.replace(/[\t\n\v\f\r ]+$/, '');
    if (full !== '') lines.push(PREFIX + full);
    line = '';
  };
  for (const piece of pieces) {
    if (isBlank(piece) && line === '' && lines.length > 0) continue;
    if (line.length + piece.length <= room) {
      line += piece;
      continue;
    }
    if (isBlank(piece)) {
      end();
      continue;
    }
    let rest: string = piece;
    if (rest.length <= room) end();
    while (rest.length > room || line.length + rest.length > room) {
      const cut = cutOf(rest, Math.max(1, room - line.length));
      line += rest.slice(0, cut);
      rest = rest.slice(cut);
      end();
    }
    line += rest;
  }
  end();
  return lines;
};

/**
 * A description as comment lines: paragraphs are wrapped, indented blocks stay as they are.
 * @returns `#` when there is nothing to say
 * @parity oslo.policy 6.0.0 generator.py _format_help_text — same
 */
export const commentOf = (description: string | null | undefined): string => {
  if (!description) return '#';
  const lines: string[] = [];
  let paragraph: string[] = [];
  const endParagraph = (): void => {
    if (paragraph.length > 0) lines.push(...wrapComment(paragraph.join(' ')));
    paragraph = [];
  };
  for (const line of description.trim().split(LINE_END)) {
    if (line.trim() === '') {
      endParagraph();
      lines.push('#');
    } else if (line.trimStart() === line) {
      paragraph.push(line.trimEnd());
    } else {
      // A block stands apart from the paragraph before it.
      if (paragraph.length > 0) {
        endParagraph();
        lines.push('#');
      }
      lines.push(`# ${line.trimEnd()}`);
    }
  }
  endParagraph();
  return lines.join('\n');
};
