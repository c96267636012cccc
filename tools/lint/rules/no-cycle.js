import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { importedModules } from './imported-modules.js';

/** Imports that survive compilation: `import type` and `export type` draw no edge. */
const IMPORT = /^\s*(?:import|export)(?!\s+type\b)\s*(?:[\w*{][^'"]*?from\s*)?['"](\.{1,2}\/[^'"]+)['"]/gm;

/** @type {Map<string, { changed: number, targets: string[] }>} */
const edges = new Map();

/**
 * The files a file imports by relative path.
 * @param {string} file
 * @returns {string[]} absolute paths
 */
const targetsOf = (file) => {
  const changed = statSync(file).mtimeMs;
  const known = edges.get(file);
  if (known?.changed === changed) return known.targets;
  const targets = [...readFileSync(file, 'utf8').matchAll(IMPORT)]
    .map(([, name]) => resolve(dirname(file), name ?? ''))
    .filter((target) => existsSync(target));
  edges.set(file, { changed, targets });
  return targets;
};

/**
 * The way from one file to another along imports, or undefined.
 * @param {string} from
 * @param {string} to
 * @returns {string[] | undefined}
 */
const pathBetween = (from, to) => {
  const seen = new Set([from]);
  /** @type {string[][]} */
  const queue = [[from]];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const last = path[path.length - 1];
    if (last === to) return path;
    for (const target of targetsOf(last ?? '')) {
      if (seen.has(target)) continue;
      seen.add(target);
      queue.push([...path, target]);
    }
  }
  return undefined;
};

/** @type {import('eslint').Rule.RuleModule} */
export const noCycle = {
  meta: {
    type: 'problem',
    docs: { description: 'Imports point one way' },
    schema: [],
    messages: { cycle: 'This import closes a cycle: {{path}}' },
  },
  create: (context) =>
    importedModules((node, name) => {
      const { parent } = /** @type {{ parent?: { importKind?: string, exportKind?: string } }} */ (
        /** @type {unknown} */ (node)
      );
      if (!name.startsWith('.') || parent?.importKind === 'type' || parent?.exportKind === 'type') return;
      const target = resolve(dirname(context.filename), name);
      if (!existsSync(target)) return;
      const path = pathBetween(target, context.filename);
      if (path === undefined) return;
      const files = [context.filename, ...path].map((file) => relative(dirname(context.filename), file));
      context.report({ node, messageId: 'cycle', data: { path: files.join(' → ') } });
    }),
};
