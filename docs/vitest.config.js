import { readdirSync } from 'node:fs';
import { withExamples } from '../tools/build/markdown-examples.js';
import { library } from '../tools/build/vitest.js';

const markdown = (/** @type {string} */ name) => name.endsWith('.md');
const documents = [
  ...readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(markdown),
  ...readdirSync('..')
    .filter(markdown)
    .map((name) => `../${name}`),
];

export default library(import.meta.dirname, {
  include: withExamples(import.meta.dirname, documents),
  passWithNoTests: true,
});
