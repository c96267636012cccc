// The console in Chromium: every page in both colour schemes and on a telephone, with and without a script.
// KEEP_SCREENSHOTS=FOLDER keeps a picture of each; those of docs/pictures are made with it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { programMissing } from '@oslofjord/services';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAGES } from '../../src/console/layout.ts';
import { playTour } from '../../src/tour.ts';
import { serve, TREE, type Served } from './served.ts';

const missing = await programMissing('chromium');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = process.env.KEEP_SCREENSHOTS;

/** Pictures show the top of a page. */
const TALLEST = 1050;
const heightOf = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollHeight');

interface View {
  readonly name: string;
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
}
const VIEWS: readonly View[] = [
  { name: '', colorScheme: 'light', width: 1180 },
  { name: '-dark', colorScheme: 'dark', width: 1180 },
  { name: '-narrow', colorScheme: 'light', width: 390 },
  { name: '-narrow-dark', colorScheme: 'dark', width: 390 },
];

describe.skipIf(missing !== undefined)(
  `the console${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let browser: Browser;
    let served: Served;
    const complaints: string[] = [];

    /** A browser window of an operator who has entered. */
    const enter = async (
      { colorScheme, width }: Omit<View, 'name'> = { colorScheme: 'light', width: 1180 },
      javaScriptEnabled = true,
    ): Promise<{ page: Page; context: BrowserContext }> => {
      const context = await browser.newContext({
        colorScheme,
        javaScriptEnabled,
        viewport: { width, height: 850 },
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      page.on('console', (message) => complaints.push(`${page.url()}: ${message.text()}`));
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
      page.on('request', (request) => {
        if (!request.url().startsWith(`${served.address}/`)) complaints.push(`asked for ${request.url()}`);
      });
      await page.goto(served.entrance);
      expect(page.url()).toBe(`${served.address}/console/`);
      return { page, context };
    };
    const open = async (page: Page, path: string): Promise<void> => {
      await page.goto(`${served.address}${path}`);
    };
    /** A button in the content. */
    const press = (page: Page, name: string): Promise<void> =>
      page.getByRole('button', { name, exact: true }).click();

    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-dev-shm-usage'],
      });
      served = await serve();
      const { address, policyFile, disableFile } = served;
      for await (const step of playTour({ address, policyFile, disableFile })) {
        expect(step.happened.startsWith(step.expected), step.does).toBe(true);
      }
      if (pictures !== undefined) {
        const { page, context } = await enter();
        await press(page, 'One minute of requests');
        await new Promise((resolve) => setTimeout(resolve, 20_000));
        await open(page, '/console/health');
        await press(page, 'Break the database for 10 s');
        await new Promise((resolve) => setTimeout(resolve, 22_000));
        await context.close();
      }
    });
    afterAll(async () => {
      await browser.close();
      await served[Symbol.asyncDispose]();
    });

    describe.each(VIEWS)('in a window of $width in $colorScheme colours', (view) => {
      test('every page is accessible, fits, and is what its title says', { timeout: 120_000 }, async () => {
        const { page, context } = await enter(view);
        for (const [path, title] of PAGES) {
          await open(page, path);
          expect(await page.locator('h1').innerText()).toBe(title);
          expect(await page.locator('nav a[aria-current]').innerText()).toBe(title);
          if (path === '/console/what-if') {
            const text = page.locator('textarea');
            await text.fill(
              `${await text.inputValue()}"volume:create": "rule:project_reader"\n"volume:list": "rule:admin"\n`,
            );
            await press(page, 'Who gains, who loses?');
          }
          expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(
            view.width,
          );
          await page.evaluate(axe);
          const found = await page.evaluate<{
            violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
            passes: unknown[];
          }>('axe.run()');
          expect(found.passes.length).toBeGreaterThan(10);
          const told = found.violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html, failureSummary }) => `${path} ${id}: ${html} ${failureSummary}`),
          );
          expect(told).toEqual([]);
          if (pictures !== undefined) {
            mkdirSync(pictures, { recursive: true });
            const height = Math.min(await heightOf(page), TALLEST);
            await page.setViewportSize({ width: view.width, height });
            const name = title.toLowerCase().replace(' ', '-');
            writeFileSync(`${pictures}/console-${name}${view.name}.png`, await page.screenshot());
            await page.setViewportSize({ width: view.width, height: 850 });
          }
        }
        await context.close();
      });
    });

    test('without a script every page says the same, and forms work', async () => {
      const { page, context } = await enter({ colorScheme: 'light', width: 1180 }, false);
      for (const [path, title] of PAGES) {
        await open(page, path);
        expect(await page.locator('h1').innerText()).toBe(title);
        expect(await page.locator('main .card').count()).toBeGreaterThan(0);
        // What only a script could do is not shown.
        expect(await page.getByRole('button', { name: /colours|updat/u }).count()).toBe(0);
      }
      await open(page, '/console/what-if');
      await page.locator('textarea').fill('"volume:create": "rule:project_reader"\n');
      await press(page, 'Who gains, who loses?');
      expect(await page.locator('#result').innerText()).toContain('gains');
      await context.close();
    });

    test('drain makes the service unready, and can be taken back', async () => {
      const { page, context } = await enter();
      await open(page, '/console/health');
      await press(page, 'Drain');
      expect(await page.locator('#standing').innerText()).toContain('not ready');
      expect((await fetch(`${served.address}/readyz`)).status).toBe(503);
      const { status } = await served.call('reader-of-alpha', 'GET', '/v1/projects/alpha/volumes');
      expect(status).toBe(200);
      await press(page, 'Serve again');
      expect((await fetch(`${served.address}/readyz`)).status).toBe(200);
      const changes = await page.locator('#changes').innerText();
      expect(changes).toContain('drained');
      expect(changes).toContain('serving');
      await context.close();
    });

    test('what if: who gains, who loses, what is wrong on which line; the policy in force stays', async () => {
      const { page, context } = await enter();
      const before = served.service.enforcer.rules;
      const asked = async (text: string): Promise<string> => {
        await open(page, '/console/what-if');
        await page.locator('textarea').fill(text);
        await press(page, 'Who gains, who loses?');
        return page.locator('#result').innerText();
      };
      const current = '"volume:list_all": "rule:admin or role:auditor"\n';
      expect(await asked(current)).toContain('Nobody gains, nobody loses');
      const wider = await asked(`${current}"volume:delete": "role:reader"\n`);
      expect(wider).toMatch(/volume:delete\s+gains project token: .*reader/u);
      const narrower = await asked('# nothing\n');
      expect(narrower).toMatch(/volume:list_all\s+nobody\s+loses .* token: .*auditor/u);
      const broken = await asked(`${current}\n"volume:delete": "role:reader or ("\n`);
      expect(broken).toContain('It would be refused');
      expect(broken).toContain('policy.yaml, line 3');
      expect(broken).toContain('volume:delete');
      expect(served.service.enforcer.rules).toBe(before);
      await context.close();
    });

    test('a decision is told with its reason as it is made, while the page is open', async () => {
      const { page, context } = await enter();
      await open(page, '/console/policy');
      await served.call('reader-of-beta', 'POST', '/v1/projects/beta/volumes', { name: 'x', size: 1 });
      const row = page.locator('#decisions tbody tr').first();
      await expect
        .poll(() => row.innerText(), { timeout: 10_000 })
        .toMatch(/denied\s+volume:create\s+user_id rob/u);
      expect(await row.innerText()).toContain('lacks: role');
      await row.getByText('step by step').click();
      expect(await row.innerText()).toContain('role:member');
      await context.close();
    });

    test('a service that is gone is said to be, and what is shown is not taken for what is', async () => {
      const { page, context } = await enter();
      await open(page, '/console/');
      await page.route('**/console/', (route) => route.abort());
      complaints.length = 0;
      await expect
        .poll(() => page.locator('#status').innerText(), { timeout: 10_000 })
        .toBe('The service does not answer: what is shown is old.');
      const opacity = (): Promise<string> =>
        page.evaluate('getComputedStyle(document.querySelector("main")).opacity');
      expect(await opacity()).toBe('0.45');
      await page.unroute('**/console/');
      await expect.poll(() => page.locator('#status').innerText(), { timeout: 10_000 }).toBe('');
      expect(await opacity()).toBe('1');
      await context.close();
      complaints.length = 0; // the browser's own, of the requests that were cut off
    });

    test('updates stop while they are paused', async () => {
      const { page, context } = await enter();
      await open(page, '/console/');
      const seen = (): Promise<number> => page.evaluate('Number(document.documentElement.dataset.seen ?? 0)');
      await expect.poll(seen, { timeout: 10_000 }).toBeGreaterThan(0);
      await press(page, 'Pause updates');
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.waitForTimeout(4500);
      expect(asked).toEqual([]);
      await press(page, 'Go on updating');
      await expect.poll(() => asked.length, { timeout: 5000 }).toBeGreaterThan(0);
      await context.close();
    });

    test('the cache forgets when it is told to', async () => {
      const { page, context } = await enter();
      const misses = async (): Promise<number> => {
        await served.call('reader-of-alpha', 'GET', '/v1/projects/alpha/volumes');
        await open(page, '/console/cache');
        const text = await page.locator('#region-tokens').innerText();
        return Number(/Misses\s+(\d+)/u.exec(text)?.[1]);
      };
      const before = await misses();
      expect(await misses()).toBe(before);
      await press(page, 'Forget all entries');
      expect(await misses()).toBe(before + 1);
      await context.close();
    });

    test('the plots draw what happens, and their tables say it in numbers', async () => {
      const { page, context } = await enter();
      const end = performance.now() + 4000;
      while (performance.now() < end) {
        await served.call('reader-of-alpha', 'GET', '/v1/projects/alpha/volumes');
        await served.call('nobody', 'GET', '/v1/volumes');
      }
      await open(page, '/console/metrics');
      for (const id of ['requests', 'latency', 'cache', 'memory', 'loop']) {
        const path = await page.locator(`#plot-${id} path.line-0`).getAttribute('d');
        expect(path?.split(/[ML]/u).length, id).toBeGreaterThan(3);
      }
      /** The largest of each column over the last seconds: on a slow machine the very last may have seen no request. */
      const numbers = async (id: string): Promise<number[]> => {
        const table = page.locator(`#plot-${id}`);
        await table.getByText('As a table').click();
        const rows = (await table.locator('tbody tr').all()).slice(0, 4);
        const cells = await Promise.all(rows.map((row) => row.locator('.number').allInnerTexts()));
        return (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => Number(row[column]))));
      };
      const [succeeded = 0, refused = 0, failed] = await numbers('requests');
      expect(succeeded).toBeGreaterThan(1);
      expect(refused).toBeGreaterThan(1);
      expect(failed).toBe(0);
      const [hits = 0] = await numbers('cache');
      expect(hits).toBeGreaterThan(1);
      await context.close();
    });

    test('the choice of colours is kept', async () => {
      const { page, context } = await enter();
      const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
      const light = await ground();
      await press(page, 'Dark colours');
      const dark = await ground();
      expect(dark).not.toBe(light);
      await open(page, '/console/policy');
      expect(await ground()).toBe(dark);
      await context.close();
    });

    test('the keyboard reaches the content first, and every button', async () => {
      const { page, context } = await enter();
      await open(page, '/console/health');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('To the content');
      const reached = new Set<string>();
      for (let index = 0; index < 25; index += 1) {
        await page.keyboard.press('Tab');
        reached.add(await page.evaluate('document.activeElement.textContent.trim()'));
      }
      expect([...reached]).toEqual(
        expect.arrayContaining(['Policy', 'Drain', 'Break the database for 10 s']),
      );
      await context.close();
    });

    test('a broken database is seen by health, and seen to come back', { timeout: 60_000 }, async () => {
      const { page, context } = await enter();
      await open(page, '/console/health');
      await press(page, 'Break the database for 10 s');
      const components = page.locator('#components');
      await expect.poll(() => components.innerText(), { timeout: 10_000 }).toMatch(/database\s+fail/u);
      const told = await served.call('reader-of-alpha', 'GET', '/v1/projects/alpha/volumes');
      expect(told.status).toBeGreaterThanOrEqual(500);
      const body = { name: 'x', size: 1 };
      await served.call('member-of-alpha', 'POST', '/v1/projects/alpha/volumes', body);
      await open(page, '/console/quotas');
      expect(await page.locator('h1').innerText()).toBe('Quotas');
      await open(page, '/console/health');
      await expect.poll(() => components.innerText(), { timeout: 25_000 }).toMatch(/database\s+pass/u);
      expect(await page.locator('#changes').innerText()).toContain('ECONNREFUSED');
      // A claim that was given back, because usage could not be counted, is not shown as held.
      await open(page, '/console/quotas');
      expect(await page.locator('#live-claims').innerText()).toContain('None.');
      await context.close();
    });

    test('a cache that is killed is seen as a dead server, requests are answered, and it comes back', async () => {
      const { page, context } = await enter();
      await open(page, '/console/cache');
      await press(page, 'Kill the cache for 10 s');
      const servers = page.locator('#hosts');
      await expect.poll(() => servers.innerText(), { timeout: 5000 }).toMatch(/memory\s+in quarantine/u);
      for (let count = 0; count < 3; count += 1) {
        const told = await served.call('reader-of-alpha', 'GET', '/v1/projects/alpha/volumes');
        expect(told.status).toBe(200);
      }
      await open(page, '/console/cache');
      expect(await page.locator('#cache-errors').innerText()).toMatch(/memory\s+read\s+ERR_CACHE_BACKEND/u);
      await expect.poll(() => servers.innerText(), { timeout: 20_000 }).toMatch(/memory\s+alive/u);
      await context.close();
    });

    test('projects stand as a tree with what is used and claimed', async () => {
      await using other = await serve(TREE);
      const context = await browser.newContext({ javaScriptEnabled: false });
      const page = await context.newPage();
      await page.goto(other.entrance);
      await other.service.store.create('lab', 'data', 40);
      await other.service.store.create('alpha', 'data', 60);
      const claim = await other.service.quotas.hold('alpha', { volumes: 2, gigabytes: 100 });
      await page.goto(`${other.address}/console/quotas`);
      expect(await page.locator('#projects tbody th').allInnerTexts()).toEqual([
        expect.stringMatching(/^cloud/u),
        expect.stringMatching(/^└ alpha/u),
        expect.stringMatching(/^└ beta/u),
        expect.stringMatching(/^└ lab/u),
      ]);
      const bars = await page
        .locator('#projects svg')
        .evaluateAll((all) =>
          (all as unknown as { getAttribute(name: string): string }[]).map((one) =>
            one.getAttribute('aria-label'),
          ),
        );
      expect(bars).toContain('alpha: 60 of 500 gigabytes, and 100 claimed');
      expect(bars).toContain('lab: 1 of 3 volumes');
      // Of what is above others all of them are counted.
      expect(bars).toContain('cloud: 100 of 900 gigabytes, and 100 claimed');
      expect(bars).toContain('beta: 1 of 3 volumes');
      expect(await page.locator('#live-claims').innerText()).toContain('alpha');
      await claim.release();
      await page.reload();
      expect(await page.locator('#live-claims').innerText()).toContain('None.');
      await context.close();
    });

    test('nothing was loaded from elsewhere, and the browser complained of nothing', () => {
      expect(complaints.filter((one) => !one.includes('favicon'))).toEqual([]);
    });
  },
);
