import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entriesOf } from '../tsup.js';

test('every entry of exports and bin that is built has one source file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'oslofjord-build-'));
  const manifest = {
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './drivers/redis': { types: './dist/drivers/redis.d.ts', default: './dist/drivers/redis.js' },
      './package.json': './package.json',
    },
    bin: { 'oslofjord-cache': './dist/bin/oslofjord-cache.js' },
  };
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
  expect(entriesOf(directory)).toEqual({
    index: 'src/index.ts',
    'drivers/redis': 'src/drivers/redis.ts',
    'bin/oslofjord-cache': 'src/bin/oslofjord-cache.ts',
  });
});
