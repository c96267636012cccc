import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const packages = readdirSync(join(root, 'packages'));
const readme = (/** @type {string} */ name) =>
  readFileSync(join(root, 'packages', name, 'README.md'), 'utf8');

test.each(packages)(
  'the README of %s tells in the order of all: what, how to install, an example, entries, guides, errors, breaking, license',
  (name) => {
    const text = readme(name);
    const headings = Array.from(text.matchAll(/^## (.*)$/gmu), ([, title]) => title);
    const common = ['Entries', 'Guides', 'Errors', 'What breaking means', 'License'];
    const wanted = !existsSync(join(root, 'packages', name, 'src/errors.ts'))
      ? common.filter((title) => title !== 'Errors')
      : common;
    expect(headings.filter((title) => common.includes(String(title)))).toEqual(wanted);
    expect(headings.slice(-2)).toEqual(['What breaking means', 'License']);
    const [head = ''] = text.split(/^## /mu);
    expect(head).toMatch(new RegExp(`^# @oslofjord/${name}\n\n[A-Z].*\\.\n`, 'u'));
    const fences = Array.from(head.matchAll(/^```(\w+)$/gmu), ([, language]) => language);
    expect(fences[0]).toBe('sh');
    if (name !== 'constraints') expect(fences).toEqual(['sh', 'ts']);
  },
);

test.each(packages)('the README of %s is short: what is longer stands in a guide', (name) => {
  expect(readme(name).split('\n').length).toBeLessThanOrEqual(230);
});

test('a guide of docs/ for users is linked from the README of a package, or is for all', () => {
  const linked = packages.map(readme).join('\n');
  const guides = readdirSync(join(root, 'docs')).filter((name) =>
    /^(?:policy|cache|limit|metrics|healthcheck)-/u.test(name),
  );
  expect(guides.filter((name) => !linked.includes(`docs/${name}`))).toEqual([]);
});
