// Infers the targets of every project of the workspace, so that no project needs a project.json. What a target
// reads and writes (inputs, outputs, cache) stands in `targetDefaults` of nx.json.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * The commands a project gets, each from one fact about its folder.
 * @param {{ name: string, isPublished: boolean, has: (path: string) => boolean, top: string }} project `top` leads from
 *   the project's folder to the workspace
 * @returns {Record<string, string | false>} target → shell command run in the project's folder
 */
export const commandsOf = ({ name, isPublished, has, top }) => ({
  lint: `eslint --no-warn-ignored --no-error-on-unmatched-pattern . && prettier --log-level warn --ignore-path ${top}/.prettierignore --check .`,
  typecheck: has('tsconfig.json') && `node ${top}/node_modules/typescript7/bin/tsc -p tsconfig.json`,
  test: ['vitest.config.ts', 'vitest.config.js'].some(has) && 'vitest run',
  build: has('tsup.config.ts') && `tsup --silent && node ${top}/tools/build/declarations.js`,
  'check-package': isPublished && `node ${top}/tools/package-check/src/main.js`,
  parity: has('test/parity/answer.ts') && 'vitest run parity',
  bench: has(`${top}/bench/${name}`) && `node ${top}/tools/workspace/bench.js ${name}`,
  docs: isPublished && `node ${top}/tools/build/reference.js`,
});

/** @type {import('@nx/devkit').CreateNodesV2} */
export const createNodesV2 = [
  '{packages/*,tools/*,examples/*,docs}/package.json',
  (files, _options, { workspaceRoot }) =>
    files.map((file) => {
      const root = dirname(file);
      const manifest = JSON.parse(readFileSync(join(workspaceRoot, file), 'utf8'));
      const name = manifest.name.split('/')[1];
      const has = (/** @type {string} */ path) => existsSync(join(workspaceRoot, root, path));
      const commands = commandsOf({ name, isPublished: !manifest.private, has, top: relative(root, '.') });
      const targets = Object.fromEntries(
        Object.entries(commands)
          .filter(([, command]) => command !== false)
          .map(([target, command]) => [
            target,
            { executor: 'nx:run-commands', options: { command, cwd: root } },
          ]),
      );
      const kind = root.split('/')[0];
      return [file, { projects: { [root]: { root, tags: [`kind:${kind}`], targets } } }];
    }),
];
