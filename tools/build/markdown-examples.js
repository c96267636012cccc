import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformWithOxc } from 'vite';

const BLOCK = /^```ts(?: ([^\n]*))?\n([\s\S]*?)^```$/gm;
const IMPORT = /^import (?:(type) )?(?:\{([^}]*)\}|[\s\S]*?) from '([^']+)';?$/gm;
const VALUE = /^([ \t]*)((?:const|let) (\w+)[^=]*= )?(.+?);?[ \t]*\/\/ => (.+)$/gm;
const THROWS = /^([ \t]*)(await )?(.+?);?[ \t]*\/\/ throws (.+)$/gm;

/**
 * The tests in a Markdown text: one for every fenced `ts` block not marked `no-run`. In it
 * `expression // => value` asserts deep equality and `expression // throws Name` an error of that class name
 * or with that text in its message.
 * @param {string} markdown
 * @returns {string} TypeScript source of a Vitest file
 */
export const testsOf = (markdown) => {
  const imports = new Set(["import { test as __test, expect as __expect } from 'vitest';"]);
  /** @type {Map<string, Set<string>>} what is imported by name, of each module: blocks may repeat each other */
  const names = new Map();
  const tests = [];
  for (const [index, match] of [...markdown.matchAll(BLOCK)].entries()) {
    const [, words, body = ''] = match;
    if (words?.includes('no-run')) continue;
    const line = markdown.slice(0, match.index).split('\n').length + 1;
    const code = body
      .replace(IMPORT, (statement, type, list, module) => {
        if (list === undefined) imports.add(statement);
        const known = names.get(module) ?? new Set();
        for (const name of list?.split(',') ?? []) {
          if (name.trim() !== '') known.add(`${type === undefined ? '' : 'type '}${name.trim()}`);
        }
        names.set(module, known);
        return '';
      })
      .replace(THROWS, (_, indent, awaited, expression, error) =>
        awaited
          ? `${indent}await __expect((async () => ${expression})()).rejects.toSatisfy(__names(${JSON.stringify(error)}));`
          : `${indent}__expect(__thrown(() => ${expression})).toSatisfy(__names(${JSON.stringify(error)}));`,
      )
      .replace(VALUE, (_, indent, declaration, name, expression, value) =>
        declaration
          ? `${indent}${declaration}${expression}; __expect(${name}).toEqual(${value});`
          : `${indent}__expect(${expression}).toEqual(${value});`,
      );
    tests.push(
      `__test(${JSON.stringify(`example ${String(index + 1)}, line ${String(line)}`)}, async () => {\n${code}\n});`,
    );
  }
  const library = `
const __thrown = (run: () => unknown): unknown => { try { run(); } catch (error) { return error; } return undefined; };
const __names = (text: string) => (error: unknown) =>
  error instanceof Error && (error.name === text || error.constructor.name === text || error.message.includes(text.replace(/^['"\`]|['"\`]$/g, '')));`;
  for (const [module, list] of names) {
    if (list.size > 0) imports.add(`import { ${[...list].join(', ')} } from '${module}';`);
  }
  return [...imports, library, ...tests].join('\n');
};

/**
 * The Markdown files among `files` that have an example to run.
 * @param {string} directory that the paths start from
 * @param {string[]} files
 * @returns {string[]}
 */
export const withExamples = (directory, files) =>
  files.filter((file) => {
    const path = join(directory, file);
    return existsSync(path) && testsOf(readFileSync(path, 'utf8')).includes('__test(');
  });

/** Vite plugin that turns every Markdown file into the tests of {@link testsOf}. */
export const markdownExamples = () => ({
  name: 'markdown-examples',
  enforce: /** @type {const} */ ('pre'),
  /** @param {string} code @param {string} id */
  async transform(code, id) {
    if (!id.endsWith('.md')) return null;
    return transformWithOxc(testsOf(code), `${id}.ts`, { lang: 'ts', sourcemap: false });
  },
});
