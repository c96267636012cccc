// The page in Chromium: what a browser makes of it, in both colour schemes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { programMissing } from '@oslofjord/services';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Health, HealthEndpoint, healthListener } from '../../src/index.ts';
import { serving } from '../asking.ts';

const missing = await programMissing('chromium');

describe.skipIf(missing !== undefined)(
  `the page${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let browser: Browser;
    let health: Health;
    let server: Awaited<ReturnType<typeof serving>>;
    const opened: string[] = [];
    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-dev-shm-usage'],
      });
      health = new Health({ service: 'volumes', errors: 'message', tick: '20ms' });
      const [database, cache, queue] = [
        health.component('database', { kind: 'datastore', failAfter: 1, passAfter: 1 }),
        health.component('cache', { severity: 'degraded', failAfter: 1, passAfter: 1 }),
        health.component('notifications.queue', { severity: 'info' }),
      ];
      health.component('keystone', { severity: 'degraded' });
      await health.start();
      for (const [component, works] of [
        [database, true],
        [cache, true],
        [queue, true],
        [cache, false],
        [database, false],
        [cache, true],
        [database, true],
        [cache, false],
      ] as const) {
        await new Promise((resolve) => setTimeout(resolve, 60));
        await health.request({ method: 'GET', url: '/volumes/7' }, async () => {
          if (works) component.ok(component.begin());
          else {
            const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script> lost';
            component.fail(component.begin(), Object.assign(new Error(evil), { code: 'ECONNRESET' }));
          }
        });
      }
      const endpoint = new HealthEndpoint(health, {
        authorize: ({ url }) => (url.includes('as=operator') ? ['read', 'details'] : []),
      });
      server = await serving(healthListener(endpoint));
    }, 60_000);
    afterAll(async () => {
      await browser.close();
      await server[Symbol.asyncDispose]();
      health.close();
    });
    const open = async (
      query: string,
      colorScheme: 'light' | 'dark' = 'light',
      width = 1000,
    ): Promise<Page> => {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
      page.on('request', (request) => opened.push(request.url()));
      page.on('console', (message) => opened.push(`console: ${message.text()}`));
      await page.setExtraHTTPHeaders({ accept: 'text/html' });
      await page.goto(`http://127.0.0.1:${server.port}/healthcheck?${query}`);
      return page;
    };
    const keep = async (page: Page, name: string): Promise<void> => {
      if (process.env.KEEP_SCREENSHOTS === undefined) return;
      mkdirSync(process.env.KEEP_SCREENSHOTS, { recursive: true });
      writeFileSync(`${process.env.KEEP_SCREENSHOTS}/${name}.png`, await page.screenshot({ fullPage: true }));
    };

    test('shows components, what happened and when; what is in a message stays text', async () => {
      const page = await open('as=operator');
      expect(await page.title()).toBe('volumes: readiness');
      expect(await page.locator('img, script').count()).toBe(0);
      expect(await page.locator('h2').allTextContents()).toEqual([
        'Components',
        'Timeline',
        'Transitions',
        'Process',
      ]);
      const text = await page.locator('main').innerText();
      for (const word of [
        'database',
        'cache',
        'keystone',
        'ECONNRESET',
        'GET /volumes/:id',
        '<img src=x',
        'no evidence',
      ]) {
        expect(text).toContain(word);
      }
      const hidden = await page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth).length",
      );
      expect(hidden).toBe(0);
      expect(await page.locator('svg rect.fail').count()).toBeGreaterThanOrEqual(2);
      await keep(page, 'light');
      await page.close();
    });

    test('is readable in both colour schemes: its style is applied, and words stand out from what is behind them', async () => {
      for (const scheme of ['light', 'dark'] as const) {
        const page = await open('as=operator', scheme);
        // Run in the page: the contrast of WCAG between text and ground.
        const contrasts = await page.evaluate(`(() => {
        const luminance = (color) => {
          const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map((v) => v / 255)
            .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = (element) => {
          for (let at = element; at; at = at.parentElement) {
            const color = getComputedStyle(at).backgroundColor;
            if (color !== 'rgba(0, 0, 0, 0)') return color;
          }
          return 'rgb(255, 255, 255)';
        };
        return [...document.querySelectorAll('h1, h2, th, td, .state, .soft, dt, dd')].map((element) => {
          const [a, b] = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort((x, y) => y - x);
          return [element.className || element.tagName, (a + 0.05) / (b + 0.05)];
        });
      })()`);
        const low = (contrasts as [string, number][]).filter(([, contrast]) => contrast < 4.5);
        expect(low, scheme).toEqual([]);
        await keep(page, scheme);
        await page.close();
      }
    });

    test('fits a telephone: only tables scroll', async () => {
      const page = await open('as=operator', 'light', 380);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(380);
      await keep(page, 'narrow');
      await page.close();
    });

    test('tells strangers nothing but the state', async () => {
      const page = await open('');
      expect(await page.title()).toBe('Healthcheck Status');
      expect((await page.locator('main').innerText()).split(/\s+/)).toEqual([
        'Healthcheck',
        'Status',
        'pass',
      ]);
      await keep(page, 'stranger');
      await page.close();
    });

    test('loads nothing but itself, and breaks no rule of its policy', () => {
      expect(opened.filter((one) => !one.includes('/healthcheck?') && !one.endsWith('/favicon.ico'))).toEqual(
        [],
      );
    });
  },
);
