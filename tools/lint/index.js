// The ESLint configuration of the whole workspace; eslint.config.js at the root hands it on.
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';
import { noCycle } from './rules/no-cycle.js';
import { nodeProtocol } from './rules/node-protocol.js';
import { packageWalls } from './rules/package-walls.js';

const own = {
  rules: { 'package-walls': packageWalls, 'node-protocol': nodeProtocol, 'no-cycle': noCycle },
};

const NO_EXPORT_ALL = {
  selector: 'ExportAllDeclaration',
  message: 'List what is exported by name: `export *` hides the public surface.',
};
const NO_DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: a default export has no name of its own and breaks require().',
};

/**
 * @param {string} root of the workspace
 * @returns {import('eslint').Linter.Config[]}
 */
export const workspaceConfig = (root) =>
  defineConfig(
    {
      ignores: [
        '**/dist/**',
        '**/coverage/**',
        '**/.cache/**',
        '**/.nx/**',
        '**/*__tmpl__',
        '**/*.py',
        '**/services/types/**',
      ],
    },
    { files: ['**/*.{js,ts}'], extends: [js.configs.recommended], plugins: { oslofjord: own } },
    {
      files: ['**/*.{js,ts}'],
      rules: {
        'oslofjord/package-walls': 'error',
        'oslofjord/node-protocol': 'error',
        'oslofjord/no-cycle': 'error',
        'no-restricted-syntax': ['error', NO_EXPORT_ALL, NO_DEFAULT_EXPORT],
        eqeqeq: 'error',
        'no-unused-vars': 'off',
      },
    },
    {
      files: ['**/*.js'],
      languageOptions: {
        globals: Object.fromEntries(
          [
            'process',
            'console',
            'URL',
            'Buffer',
            'setTimeout',
            'clearTimeout',
            'setInterval',
            'clearInterval',
            'setImmediate',
            'AbortSignal',
            'AbortController',
            'fetch',
            'performance',
            'structuredClone',
            'TextDecoder',
            'TextEncoder',
            'queueMicrotask',
            'globalThis',
          ].map((name) => [name, 'readonly']),
        ),
      },
      rules: { 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
    },
    {
      files: ['**/*.ts'],
      extends: [ts.configs.strictTypeChecked, ts.configs.stylisticTypeChecked],
      languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
      rules: {
        '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
        '@typescript-eslint/restrict-template-expressions': [
          'error',
          { allowNumber: true, allowBoolean: true },
        ],
        '@typescript-eslint/no-unnecessary-condition': [
          'error',
          { allowConstantLoopConditions: 'only-allowed-literals' },
        ],
        '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
        '@typescript-eslint/no-floating-promises': 'error',
      },
    },
    {
      files: ['packages/*/src/**/*.ts', 'src/**/*.ts'],
      ignores: ['**/*.test.ts', '**/bin/**', '**/commands/**'],
      rules: {
        'no-console': 'error',
        'no-restricted-properties': [
          'error',
          { object: 'process', property: 'exit', message: 'A library never ends the process.' },
        ],
      },
    },
    {
      files: ['**/*.test.ts', '**/test/**/*.ts', '**/*.test-d.ts'],
      rules: {
        '@typescript-eslint/no-non-null-assertion': 'off',
        '@typescript-eslint/require-await': 'off',
        '@typescript-eslint/no-confusing-void-expression': 'off',
      },
    },
    {
      files: ['**/*.config.{js,ts}'],
      rules: { 'no-restricted-syntax': ['error', NO_EXPORT_ALL] },
    },
    {
      files: ['**/*.config.ts'],
      extends: [ts.configs.disableTypeChecked],
      languageOptions: { parserOptions: { projectService: false, project: false } },
    },
  );
