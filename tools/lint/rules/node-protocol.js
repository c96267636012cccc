import { builtinModules } from 'node:module';
import { importedModules } from './imported-modules.js';

const BUILTIN = new Set(builtinModules.filter((name) => !name.startsWith('_')));

/** @type {import('eslint').Rule.RuleModule} */
export const nodeProtocol = {
  meta: {
    type: 'problem',
    fixable: 'code',
    docs: { description: 'Modules of Node are imported with the `node:` protocol' },
    schema: [],
    messages: { missing: "Write 'node:{{name}}': a bare '{{name}}' could also be a package" },
  },
  create: (context) =>
    importedModules((node, name) => {
      if (!BUILTIN.has(name)) return;
      context.report({
        node,
        messageId: 'missing',
        data: { name },
        fix: (fixer) => fixer.replaceText(node, `'node:${name}'`),
      });
    }),
};
