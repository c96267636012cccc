import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Linter, RuleTester } from 'eslint';
import { describe, expect, it } from 'vitest';
import { workspaceConfig } from '../index.js';
import { noCycle } from '../rules/no-cycle.js';
import { nodeProtocol } from '../rules/node-protocol.js';
import { packageWalls } from '../rules/package-walls.js';

RuleTester.describe = describe;
RuleTester.it = it;
const tester = new RuleTester();

/** @param {string} place in the workspace */
const at = (place) => join('/workspace', place);

tester.run('package-walls', packageWalls, {
  valid: [
    {
      code: "import { optionGroup } from '@oslofjord/config';",
      filename: at('packages/cache/src/options.ts'),
    },
    { code: "import { region } from './region.ts';", filename: at('packages/cache/src/index.ts') },
    {
      code: "import { withServer } from '@oslofjord/services';",
      filename: at('packages/cache/test/redis.test.ts'),
    },
    {
      code: "import { Enforcer } from '@oslofjord/policy';",
      filename: at('examples/volume-service/src/main.ts'),
    },
    {
      code: "import { library } from '../../tools/build/tsup.js';",
      filename: at('packages/cache/tsup.config.ts'),
    },
  ],
  invalid: [
    {
      code: "import { Enforcer } from '@oslofjord/policy';",
      filename: at('packages/cache/src/region.ts'),
      errors: [{ messageId: 'sibling' }],
    },
    {
      code: "import { parse } from '@oslofjord/config/ini';",
      filename: at('packages/cache/src/region.ts'),
      errors: [{ messageId: 'sibling' }],
    },
    {
      code: "export { Enforcer } from '../../policy/src/index.ts';",
      filename: at('packages/cache/src/region.ts'),
      errors: [{ messageId: 'outside' }],
    },
    {
      code: "const policy = import('@oslofjord/policy');",
      filename: at('packages/cache/src/drivers/redis.ts'),
      errors: [{ messageId: 'sibling' }],
    },
    {
      code: "import { withServer } from '../../../tools/services/src/index.js';",
      filename: at('packages/cache/test/redis.test.ts'),
      errors: [{ messageId: 'outside' }],
    },
  ],
});

tester.run('node-protocol', nodeProtocol, {
  valid: ["import { join } from 'node:path';", "import { z } from 'zod';"],
  invalid: [
    { code: "import { join } from 'path';", output: "import { join } from 'node:path';", errors: 1 },
    {
      code: "import { readFile } from 'fs/promises';",
      output: "import { readFile } from 'node:fs/promises';",
      errors: 1,
    },
  ],
});

describe('no-cycle', () => {
  /** @param {Record<string, string>} files @param {string} checked */
  const lint = (files, checked) => {
    const directory = mkdtempSync(join(tmpdir(), 'oslofjord-lint-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    return new Linter({ cwd: directory })
      .verify(
        files[checked] ?? '',
        [{ plugins: { own: { rules: { 'no-cycle': noCycle } } }, rules: { 'own/no-cycle': 'error' } }],
        join(directory, checked),
      )
      .map(({ message }) => message);
  };

  it('names the way around a cycle', () => {
    const files = {
      'a.js': "import './b.js';",
      'b.js': "import './c.js';",
      'c.js': "import { a } from './a.js';",
    };
    expect(lint(files, 'a.js')).toEqual(['This import closes a cycle: a.js → b.js → c.js → a.js']);
  });

  it('lets imports point one way', () => {
    const files = { 'a.js': "import './b.js'; import './c.js';", 'b.js': "import './c.js';", 'c.js': '' };
    expect(lint(files, 'a.js')).toEqual([]);
  });
});

describe('the configuration', () => {
  const untyped = workspaceConfig('/workspace').filter(
    ({ languageOptions }) => languageOptions?.parserOptions === undefined,
  );
  /** @param {string} code @param {string} place */
  const rules = (code, place) =>
    new Linter({ cwd: '/workspace' }).verify(code, untyped, at(place)).map(({ ruleId }) => ruleId);

  it('refuses export * and a default export', () => {
    expect(rules("export * from './region.js';", 'tools/x/index.js')).toEqual(['no-restricted-syntax']);
    expect(rules('export default 1;', 'tools/x/index.js')).toEqual(['no-restricted-syntax']);
  });

  it('allows the default export that a configuration file must have', () => {
    expect(rules('export default 1;', 'packages/x/tsup.config.js')).toEqual([]);
  });
});
