import { relative, resolve, sep } from 'node:path';
import { importedModules } from './imported-modules.js';

const SCOPE = '@oslofjord/';
/** What the sources of a package may import of the family: this one, by its public entry. */
const SHARED = '@oslofjord/config';

/** @type {import('eslint').Rule.RuleModule} */
export const packageWalls = {
  meta: {
    type: 'problem',
    docs: { description: 'Packages meet through `@oslofjord/config` and diagnostics channels only' },
    schema: [],
    messages: {
      sibling:
        "A package imports no sibling: '{{name}}' is reached through a diagnostics channel or a structural interface, only '@oslofjord/config' by its public entry",
      outside: "'{{name}}' leads out of the package: import the other package by its name",
    },
  },
  create(context) {
    const path = relative(context.cwd, context.filename).split(sep).join('/');
    const [, kind, folder, place] =
      /(?:^|\/)(packages|tools|examples)\/([^/]+)\/(.*)$/.exec(`/${absolute(context)}`) ?? [];
    if (kind !== 'packages' || folder === undefined || place === undefined) return {};
    const isSource = place.startsWith('src/') && !/\.(test|test-d)\.ts$/.test(path);
    const root = context.filename.slice(0, context.filename.length - place.length);
    return importedModules((node, name) => {
      if (name.startsWith('.')) {
        const target = relative(root, resolve(context.filename, '..', name));
        if (target.startsWith('..') && !/\.config\.ts$/.test(place)) {
          context.report({ node, messageId: 'outside', data: { name } });
        }
      } else if (isSource && name.startsWith(SCOPE) && name !== SHARED) {
        context.report({ node, messageId: 'sibling', data: { name } });
      }
    });
  },
};

/** @param {import('eslint').Rule.RuleContext} context */
const absolute = (context) => context.filename.split(sep).join('/');
