// Notes are written in Markdown; reno's are reStructuredText. Both forms here say the same, and lead back to each other.

/** Applies `change` to what lies outside of fenced blocks and `keep` to each fenced block. @param {string} text @param {(text: string) => string} change @param {(language: string, lines: string[]) => string} keep */
const outsideFences = (text, change, keep) => {
  /** @type {string[]} */
  const done = [];
  /** @type {string[]} */
  let plain = [];
  /** @type {{ language: string, lines: string[] } | undefined} */
  let fence;
  for (const line of text.split('\n')) {
    const mark = /^```(\S*)\s*$/u.exec(line);
    if (fence === undefined && mark !== null) {
      done.push(change(plain.join('\n')));
      plain = [];
      fence = { language: String(mark[1]), lines: [] };
    } else if (fence !== undefined && mark !== null) {
      done.push(keep(fence.language, fence.lines));
      fence = undefined;
    } else if (fence !== undefined) fence.lines.push(line);
    else plain.push(line);
  }
  if (fence !== undefined) plain.push('```', ...fence.lines);
  done.push(change(plain.join('\n')));
  return done.join('\n').replace(/^\n+|\n+$/gu, '');
};

/** @param {string} text of one note, in Markdown */
export const toRst = (text) =>
  outsideFences(
    text,
    (plain) =>
      plain
        .replaceAll(/(?<!`)`([^`\n]+)`(?!`)/gu, '``$1``')
        .replaceAll(/(?<![\w`])_([^_`\n]+)_(?![\w`])/gu, '*$1*')
        .replaceAll(/\[([^\]\n]+)\]\(([^)\s]+)\)/gu, '`$1 <$2>`_'),
    (language, lines) =>
      `.. code-block:: ${language === '' ? 'text' : language}\n\n${lines.map((line) => (line === '' ? '' : `   ${line}`)).join('\n')}\n`,
  );

/** @param {string} text of one note, in reStructuredText as {@link toRst} writes it */
export const toMarkdown = (text) =>
  text
    .replaceAll(
      /^\.\. code-block:: (\S+)\n\n((?: {3}.*(?:\n|$)|\n(?= {3}|\n))+)/gmu,
      (_, language, body) =>
        `\`\`\`${language === 'text' ? '' : String(language)}\n${String(body).replaceAll(/^ {3}/gmu, '').trimEnd()}\n\`\`\`\n`,
    )
    .replaceAll(/(?<!`)`([^`\n<]+) <([^>\s]+)>`__?/gu, '[$1]($2)')
    .replaceAll(/``([^`\n]+)``/gu, '`$1`')
    .replace(/\n+$/u, '');
