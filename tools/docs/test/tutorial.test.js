// docs/tutorial.md as a reader follows it: its files are written in an empty folder, its commands typed, its outputs compared.
import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build, installed, root } from './installed.js';
import { freePort, startService } from './service.js';

const tutorial = readFileSync(join(root, 'docs/tutorial.md'), 'utf8');
const steps = tutorial
  .split(/^## /mu)
  .slice(1)
  .map((text) => ({
    title: String(text.split('\n')[0]),
    blocks: Array.from(
      text.matchAll(/^```(\w+)(?: (\S+))?(?: (add))?\n([\s\S]*?)^```$/gmu),
      ([, language, file, add, body]) => ({
        language: String(language),
        file,
        isAdded: add === 'add',
        body: String(body),
      }),
    ),
  }));

let folder = '';
let port = 0;
/** @type {{ stop: () => Promise<void> } | undefined} */
let service;

beforeAll(async () => {
  build();
  folder = installed(['policy', 'cache', 'limit', 'metrics', 'healthcheck', 'config']);
  port = await freePort(); // the page says 8080, which may be somebody's
}, 180_000);
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the page has six steps, and each is tried', () => {
  const numbered = steps.filter(({ title }) => /^Step \d/u.test(title));
  expect(numbered.map(({ title }) => title.slice(0, 6))).toEqual(
    [1, 2, 3, 4, 5, 6].map((n) => `Step ${String(n)}`),
  );
  expect(numbered.every(({ blocks }) => blocks.some(({ language }) => language === 'console'))).toBe(true);
});

test.each(steps.map(({ title, blocks }) => [title, blocks]))(
  '%s',
  async (_, all) => {
    const blocks = /** @type {(typeof steps)[0]['blocks']} */ (all);
    for (const { file, isAdded, body } of blocks) {
      if (file === undefined) continue;
      const text = body.replaceAll('8080', String(port));
      (isAdded ? appendFileSync : writeFileSync)(join(folder, file), isAdded ? `\n${text}` : text);
    }
    const session = blocks
      .filter(({ language }) => language === 'console')
      .map(({ body }) => body)
      .join('');
    if (session === '') return;
    await service?.stop();
    service = await startService(folder, 'main.js', port);
    for (const part of session.split(/^\$ /mu).slice(1)) {
      const [command = '', ...printed] = part.trimEnd().split('\n');
      const { stdout } = spawnSync('sh', ['-c', command.replaceAll('8080', String(port))], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(`$ ${command}\n${stdout.trimEnd()}`).toBe(`$ ${command}\n${printed.join('\n')}`);
    }
  },
  60_000,
);
