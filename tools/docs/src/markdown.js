// Markdown to HTML, the way that GitHub names its anchors, so that a link that holds in the repository holds here.
import MarkdownIt from 'markdown-it';
import { coloured } from './code.js';

/**
 * @typedef {object} Heading
 * @property {number} level
 * @property {string} text
 * @property {string} anchor
 * @typedef {object} Rendered
 * @property {string} title the text of the first heading
 * @property {string} html
 * @property {Heading[]} headings
 * @property {{ heading: Heading, text: string }[]} sections the words below each heading, for the search
 * @property {string[]} links targets as the site has them, of links and pictures
 */

/** @param {string} text of a heading @returns {string} */
export const slug = (text) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
    .replace(/\s/gu, '-');

const textOf = (/** @type {import('markdown-it').Token} */ token) =>
  (token.children ?? [])
    .map((child) => (child.type === 'softbreak' ? ' ' : child.type === 'image' ? '' : child.content))
    .join('');

/**
 * @param {string} markdown
 * @param {(target: string) => string | undefined} resolve a link of the text → a link of the site; undefined where the
 *   site has no such page, and the words stay without a link
 * @returns {Rendered}
 */
export const render = (markdown, resolve) => {
  const parser = new MarkdownIt({ html: false, highlight: coloured });
  const tokens = parser.parse(markdown.replace(/^<!--[\s\S]*?-->\n?/gm, ''), {});
  /** @type {Map<string, number>} */
  const taken = new Map();
  /** @type {Heading[]} */
  const headings = [];
  /** @type {Rendered['sections']} */
  const sections = [];
  /** @type {string[]} */
  const links = [];
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      const inline = /** @type {import('markdown-it').Token} */ (tokens[index + 1]);
      const last = inline.children?.at(-1);
      const named = / \{#([\w.$-]+)\}$/u.exec(last?.content ?? '');
      if (named !== null && last !== undefined) last.content = last.content.slice(0, named.index);
      const text = textOf(inline);
      const base = named?.[1] ?? slug(text);
      const count = taken.get(base) ?? 0;
      taken.set(base, count + 1);
      const heading = {
        level: Number(token.tag.slice(1)),
        text,
        anchor: count === 0 ? base : `${base}-${String(count)}`,
      };
      token.attrSet('id', heading.anchor);
      headings.push(heading);
      sections.push({ heading, text: '' });
      continue;
    }
    const section = sections.at(-1);
    if (section !== undefined && ['inline', 'fence'].includes(token.type)) {
      const isHeading = tokens[index - 1]?.type === 'heading_open';
      if (!isHeading) section.text += ` ${token.type === 'inline' ? textOf(token) : token.content}`;
    }
    let isOpen = false;
    for (const child of token.children ?? []) {
      const name = child.type === 'link_open' ? 'href' : child.type === 'image' ? 'src' : undefined;
      if (name !== undefined) {
        const written = String(child.attrGet(name));
        // A picture that is not there is no word that could stay: the check of links names it.
        const target = resolve(written) ?? (name === 'src' ? written : undefined);
        if (target === undefined) {
          child.tag = 'span';
          child.attrs = [['title', 'in the repository']];
          isOpen = true;
        } else {
          child.attrSet(name, target);
          links.push(target);
        }
      } else if (child.type === 'link_close' && isOpen) {
        child.tag = 'span';
        isOpen = false;
      }
    }
  }
  parser.renderer.rules['table_open'] = () => '<div class="wide" tabindex="0"><table>\n';
  parser.renderer.rules['table_close'] = () => '</table></div>\n';
  const fence = parser.renderer.rules['fence'];
  parser.renderer.rules['fence'] = (all, index, options, environment, self) => {
    const [, file, how] = String(all[index]?.info).split(' ');
    const isFile = /\.\w+$/u.test(file ?? '');
    const label = isFile
      ? `<p class="file">${how === 'add' ? 'add to ' : ''}<code>${parser.utils.escapeHtml(String(file))}</code></p>\n`
      : '';
    return label + String(fence?.(all, index, options, environment, self));
  };
  // A head without words names nothing, so it is no head.
  for (const part of ['open', 'close']) {
    parser.renderer.rules[`th_${part}`] = (all, index) => {
      const isEmpty = all[part === 'open' ? index + 1 : index - 1]?.content === '';
      const tag = isEmpty ? 'td' : 'th';
      const style = all[index]?.attrGet('style');
      return part === 'open' ? `<${tag}${style ? ` style="${style}"` : ''}>` : `</${tag}>`;
    };
  }
  parser.renderer.rules['heading_close'] = (all, index) => {
    const anchor = String(all[index - 2]?.attrGet('id'));
    const tag = String(all[index]?.tag);
    return tag === 'h1'
      ? '</h1>\n'
      : ` <a class="anchor" href="#${anchor}" aria-label="link to ${parser.utils.escapeHtml(textOf(/** @type {import('markdown-it').Token} */ (all[index - 1])))}">#</a></${tag}>\n`;
  };
  return {
    title: headings[0]?.text ?? '',
    html: parser.renderer.render(tokens, parser.options, {}).replaceAll('<pre>', '<pre tabindex="0">'),
    headings,
    sections,
    links,
  };
};
