import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LINK = /(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g;
const FENCE = /^```[\s\S]*?^```$/gm;

/**
 * The anchor that a Markdown heading gets when rendered.
 * @param {string} heading without its leading `#`s
 */
const anchorOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[`*_]|\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .replaceAll(' ', '-');

/**
 * Links in Markdown that lead nowhere inside the repository.
 * @param {string} root
 * @param {string[]} files
 * @returns {string[]}
 */
export const linkProblems = (root, files) => {
  const problems = [];
  for (const file of files.filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(join(root, file), 'utf8').replace(FENCE, '');
    for (const [, link = ''] of text.matchAll(LINK)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), decodeURIComponent(path));
      if (!existsSync(join(root, target))) {
        problems.push(`${file}: the link to ${link} leads nowhere`);
      } else if (anchor !== undefined && target.endsWith('.md')) {
        const headings = readFileSync(join(root, target), 'utf8').matchAll(/^#+ (.+)$/gm);
        if (![...headings].some(([, heading = '']) => anchorOf(heading) === anchor)) {
          problems.push(`${file}: ${target} has no heading for #${anchor}`);
        }
      }
    }
  }
  return problems;
};
