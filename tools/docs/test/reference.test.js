import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { errorsOf } from '../src/reference/errors.js';
import { DECLARATIONS } from '../src/reference/options.js';
import { changedPages, generatedPages } from '../src/reference/pages.js';
import { REMEDIES } from '../src/reference/remedies.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test('the generated pages are what the sources say', async () => {
  expect([...(await changedPages(root)).keys()]).toEqual([]);
}, 60_000);

test('every error has its row, and says what to do; nothing is said of an error that is gone', () => {
  const codes = errorsOf(root).flatMap(({ rows }) => rows.map(([code]) => String(code)));
  expect(codes.length).toBeGreaterThan(60);
  expect(Object.keys(REMEDIES).sort()).toEqual([...codes].sort());
});

test('every group of options is in the reference', () => {
  const declared = readdirSync(join(root, 'packages'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /^\w+\/src\/.*\.ts$/u.test(path) && !/\.test\.ts$|^config\//u.test(path))
    .filter((path) =>
      /^export const \w+: OptionGroup</mu.test(readFileSync(join(root, 'packages', path), 'utf8')),
    )
    .map((path) => `packages/${path}`);
  const listed = DECLARATIONS.map(([, path]) => path);
  expect(declared.filter((path) => !listed.includes(path))).toEqual([]);
});

test('a channel, an option, a metric, a policy and a difference are where a reader looks for them', async () => {
  const pages = await generatedPages(root);
  expect(pages.get('docs/reference/channels.md')).toMatch(
    /`oslofjord:cache:miss` +\| A read found nothing usable\. +\| `region`, `reason`/u,
  );
  expect(pages.get('docs/reference/options.md')).toMatch(/`expiration_time` +\| integer/u);
  expect(pages.get('docs/reference/metrics.md')).toMatch(
    /`oslo_policy_denied_total` +\| counter +\| `rule`, `reason`/u,
  );
  expect(pages.get('docs/reference/policies.md')).toContain('`GET /v1/projects`');
  expect(pages.get('docs/parity.md')).toMatch(/`null-value-allows` +\| A rule whose value was forgotten/u);
}, 60_000);
