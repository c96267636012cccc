import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { markdownExamples, withExamples } from './markdown-examples.js';

const conditions = ['@oslofjord/source'];
const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The Vitest preset of every project: unit tests beside the sources, larger ones below `test`, and the
 * examples of the README. Results also go to `.results`, which `npm test` counts.
 * @param {string} directory of the project
 * @param {import('vitest/node').InlineConfig} [overrides]
 */
export const library = (directory, overrides = {}) =>
  defineConfig({
    plugins: [markdownExamples()],
    resolve: { conditions: [...conditions, 'module', 'node'] },
    ssr: { resolve: { conditions: [...conditions, 'module', 'node'], externalConditions: conditions } },
    test: {
      name: basename(directory),
      root: directory,
      environment: 'node',
      include: ['src/**/*.test.{ts,js}', 'test/**/*.test.{ts,js}', ...withExamples(directory, ['README.md'])],
      setupFiles: [join(root, 'tools/build/silent-console.js')],
      reporters: ['default', 'json'],
      outputFile: { json: join(root, '.results', `${relative(root, directory)}.json`) },
      testTimeout: 60_000,
      hookTimeout: 120_000,
      maxWorkers: 2,
      coverage: { provider: 'v8', include: ['src/**/*.ts'] },
      ...overrides,
    },
  });
