/* global document, getComputedStyle */
// The site in Chromium: what a reader finds, with nothing but what the site itself has.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programMissing } from '@oslofjord/services';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSite } from '../src/site.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const missing = await programMissing('chromium');
const TYPES = new Map([
  ['.html', 'text/html'],
  ['.css', 'text/css'],
  ['.js', 'text/javascript'],
]);

/** The API of the smallest package; that of the others takes a minute and is the job `docs`. */
const site = () => {
  const { status, stderr } = spawnSync(process.execPath, [`${root}/tools/build/reference.js`], {
    cwd: `${root}/packages/constraints`,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return buildSite(root, ['constraints']);
};

test('every link of the documents holds, and every document is in the contents', () => {
  const { problems, pages } = site();
  expect(problems).toEqual([]);
  expect(pages).toBeGreaterThan(40);
}, 60_000);

describe.skipIf(missing !== undefined)(
  `in a browser${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    /** @type {import('playwright-core').Browser} */
    let browser;
    /** @type {import('node:http').Server} */
    let server;
    let base = '';
    /** @type {string[]} */
    const asked = [];
    beforeAll(async () => {
      const { files } = site();
      server = createServer((request, response) => {
        const path = String(request.url).slice(1).split('?')[0] ?? '';
        const content = files.get(path);
        response.writeHead(content === undefined ? 404 : 200, {
          'content-type': TYPES.get(extname(path)) ?? 'application/octet-stream',
        });
        response.end(content ?? '');
      });
      await new Promise((resolve) =>
        server.listen(0, '127.0.0.1', () => {
          resolve(undefined);
        }),
      );
      base = `http://127.0.0.1:${String(/** @type {import('node:net').AddressInfo} */ (server.address()).port)}`;
      browser = await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-dev-shm-usage'],
      });
    }, 60_000);
    afterAll(async () => {
      await browser.close();
      server.closeAllConnections();
      server.close();
    });

    /** @param {string} path @param {Parameters<import('playwright-core').Browser['newPage']>[0]} [options] */
    const open = async (path, options) => {
      const page = await browser.newPage(options);
      page.on('request', (request) => asked.push(request.url()));
      page.on('pageerror', (error) => {
        throw error;
      });
      const answer = await page.goto(`${base}/${path}`);
      expect(answer?.status()).toBe(200);
      return page;
    };

    test.each([
      ['index.html', 'light', 1300],
      ['index.html', 'dark', 400],
      ['packages/policy/README.html', 'dark', 1300],
      ['packages/limit/README.html', 'light', 400],
      ['docs/metrics-operator.html', 'light', 1000],
      ['bench/RESULTS.html', 'dark', 1300],
      ['api/constraints.html', 'light', 1300],
    ])(
      '%s, %s and %d wide, has nothing in the way of anybody',
      async (path, colorScheme, width) => {
        const page = await open(path, {
          colorScheme: /** @type {'light'} */ (colorScheme),
          viewport: { width, height: 900 },
        });
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run());
        expect(
          violations.map((/** @type {any} */ one) => [
            one.id,
            one.nodes.map((/** @type {any} */ node) => node.html),
          ]),
        ).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
        await page.close();
      },
      60_000,
    );

    test('the search finds a section by its words and leads there', async () => {
      const page = await open('docs/cache-redis.html');
      await page.keyboard.press('/');
      await page.keyboard.type('checkInstalled');
      await page.locator('#results a').first().waitFor();
      expect(await page.locator('#results a').first().textContent()).toContain('checkInstalled');
      await page.keyboard.press('Enter');
      await page.waitForURL(/api\/constraints\.html#index\.checkInstalled$/u);
      await page.fill('#search', 'no page says xyzzy');
      await page.getByText('Nothing has all of these words.').waitFor();
      await page.close();
    }, 30_000);

    test('the button changes the colours, and the next page keeps them', async () => {
      const page = await open('index.html', { colorScheme: 'light' });
      const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await paper();
      await page.click('#theme');
      const dark = await paper();
      expect(dark).not.toBe(light);
      await page.goto(`${base}/docs/architecture.html`);
      expect(await paper()).toBe(dark);
      expect(await page.locator('#theme').textContent()).toBe('Light');
      await page.close();
    }, 30_000);

    test('every page can be read, and reached, without a script', async () => {
      const page = await open('index.html', { javaScriptEnabled: false });
      await page.locator('#contents').getByRole('link', { name: 'policy', exact: true }).click();
      expect(await page.locator('h1').textContent()).toBe('@oslofjord/policy');
      await page.close();
    }, 30_000);

    test('nothing is asked of another server', () => {
      expect(asked.length).toBeGreaterThan(10);
      expect(asked.filter((url) => !url.startsWith(base) && !url.startsWith('data:'))).toEqual([]);
    });
  },
);
