// The notes and pages of this repository itself.
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { lintWorkspace } from '../../src/lint-workspace.js';
import { stalePages } from '../../src/pages/pages.js';
import { Workspace } from '../../src/workspace.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

test('every note of this repository is in order', () => {
  expect(lintWorkspace(ROOT)).toEqual([]);
});

test('docs/release-notes and docs/deprecations.md say what the notes say; `npx release-notes pages` writes them', async () => {
  expect([...(await stalePages(new Workspace(ROOT))).keys()]).toEqual([]);
});
