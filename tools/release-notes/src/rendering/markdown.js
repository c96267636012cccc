/** @import { Part } from './document.js' */

/** An item of a list; its further lines stand below its text. @param {string} text */
export const listItem = (text) => `- ${text.split('\n').join('\n  ').replaceAll(/^ +$/gmu, '')}`;

/** @param {Part} part @param {number} level @returns {string[]} blocks */
const blocksOf = ({ title, texts = [], items = [], children = [] }, level) => [
  `${'#'.repeat(Math.min(level, 6))} ${title}`,
  ...texts,
  ...(items.length === 0 ? [] : [items.map(listItem).join('\n')]),
  ...children.flatMap((child) => blocksOf(child, level + 1)),
];

/** @param {Part} document */
export const renderMarkdown = (document) => `${blocksOf(document, 1).join('\n\n')}\n`;
