import { toRst } from '../archive/markup.js';
import { listItem } from './markdown.js';

/** @import { Part } from './document.js' */

const UNDERLINES = ['=', '-', '^', '~', '"', "'"];

/** @param {Part} part @param {number} level @returns {string[]} blocks */
const blocksOf = ({ title, texts = [], items = [], children = [] }, level) => {
  const line = (level === 0 ? '=' : (UNDERLINES[level - 1] ?? "'")).repeat(title.length);
  return [
    level === 0 ? `${line}\n${title}\n${line}` : `${title}\n${line}`,
    ...texts.map(toRst),
    ...(items.length === 0 ? [] : [items.map((item) => listItem(toRst(item))).join('\n\n')]),
    ...children.flatMap((child) => blocksOf(child, level + 1)),
  ];
};

/** @param {Part} document */
export const renderRst = (document) => `${blocksOf(document, 0).join('\n\n')}\n`;
