// Colours for code: comments, texts, words of the language and numbers are enough to read by.

const WORDS =
  /^(?:import|export|from|const|let|new|await|async|return|if|else|for|of|in|function|class|extends|type|interface|readonly|throw|try|catch|finally|using|true|false|null|undefined|def|with|as|not|and|or|None|True|False|declare|static|get|set)$/u;

/** Comment, text, number or word, in this order of precedence. */
const PARTS = {
  script:
    /(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|(?<number>\b\d[\d_.]*\b)|(?<word>\b[a-zA-Z]+\b)/gu,
  hash: /(?<comment>(?<=^|\s)#[^\n]*)|(?<text>'[^'\n]*'|"[^"\n]*")|(?<number>\b\d[\d_.]*\b)|(?<word>\b[a-zA-Z]+\b)/gu,
};

/** @param {string} text @returns {string} */
export const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * @param {string} code
 * @param {string} language as a fence names it
 * @returns {string} HTML
 */
export const coloured = (code, language) => {
  const name = language.split(' ')[0] ?? '';
  if (['', 'text', 'console', 'diff', 'http'].includes(name)) return escaped(code);
  const isScript = ['ts', 'js', 'json', 'typescript', 'javascript'].includes(name);
  const pattern = isScript ? PARTS.script : PARTS.hash;
  let html = '';
  let end = 0;
  for (const match of code.matchAll(pattern)) {
    const groups = match.groups ?? {};
    const kind = Object.keys(groups).find((group) => groups[group] !== undefined);
    const isPlain = kind === 'word' && !WORDS.test(match[0]);
    html += escaped(code.slice(end, match.index));
    html += isPlain ? match[0] : `<span class="${String(kind)}">${escaped(match[0])}</span>`;
    end = match.index + match[0].length;
  }
  return html + escaped(code.slice(end));
};
