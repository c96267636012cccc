// Random histories: notes that are added, edited, renamed and deleted on a main branch, on series and on features,
// with releases and pre-releases in between.

/** @import { Operation } from './replay.js' */

/** A generator of numbers from 0 to 1 (mulberry32). @param {number} seed */
export const randomOf = (seed) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const SECTIONS = [
  'features',
  'issues',
  'upgrade',
  'deprecations',
  'critical',
  'security',
  'fixes',
  'other',
  'nonsense',
];
const TEXTS = [
  '- one\n',
  '- one\n  - two\n',
  '- |\n    first\n\n    second\n  - two\n',
  '- "quoted: colon"\n',
  '- ünïcode\n',
];

/**
 * @param {() => number} random
 * @param {number} length how many steps at least
 * @returns {Operation[]}
 */
export const makeHistory = (random, length) => {
  /** @template T @param {readonly T[]} all @returns {T} */
  const pick = (all) => /** @type {T} */ (all[Math.floor(random() * all.length)]);
  /** @type {Operation[]} */
  const operations = [
    ['write', 'code', 'x'],
    ['commit', 'first'],
  ];
  /** @type {Map<string, Set<string>>} notes by branch */
  const notes = new Map([['master', new Set()]]);
  const merged = new Set();
  let branch = 'master';
  let [major, minor, patch, count, releases] = [1, 0, 0, 0, 0];
  const here = () => notes.get(branch) ?? new Set();
  const text = () => {
    const prelude = random() < 0.3 ? 'prelude: >\n  Hello\n  world\n' : '';
    const wanted = SECTIONS.filter(() => random() < 0.2);
    const body = wanted.map((name) => `${name}:\n  ${pick(TEXTS)}`).join('');
    return prelude + body === '' ? 'fixes: single text\n' : prelude + body;
  };
  /** @param {number} [series] */
  const release = (series) => {
    releases += 1;
    if (series !== undefined) patch += 1;
    else if (random() < 0.4) [major, minor, patch] = [major + 1, 0, 0];
    else [minor, patch] = [minor + 1, 0];
    const version = `${String(major)}.${String(minor)}.${String(patch)}`;
    if (random() < 0.25) operations.push(['tag', `${version}.0rc1`]);
    else operations.push([random() < 0.8 ? 'tag' : 'lwtag', version]);
  };
  for (let step = 0; step < length; step += 1) {
    const roll = random();
    if (roll < 0.4) {
      count += 1;
      const uid = count.toString(16).padStart(16, '0');
      const path = `releasenotes/notes/${pick(['note', 'some-slug', 'änderung'])}-${uid}.yaml`;
      here().add(path);
      operations.push(['write', path, text()], ['commit', `add ${String(step)}`]);
    } else if (roll < 0.52 && here().size > 0) {
      operations.push(['write', pick([...here()]), text()], ['commit', `edit ${String(step)}`]);
    } else if (roll < 0.6 && here().size > 0) {
      const path = pick([...here()]);
      here().delete(path);
      operations.push(['rm', path], ['commit', `delete ${String(step)}`]);
    } else if (roll < 0.66 && here().size > 0) {
      const path = pick([...here()]);
      const renamed = path.replace(/[^/]*-/u, `renamed${String(step)}-`);
      here().delete(path);
      here().add(renamed);
      operations.push(['mv', path, renamed], ['commit', `rename ${String(step)}`]);
    } else if (roll < 0.8) {
      operations.push(['write', `code${String(step)}`, 'x'], ['commit', `release ${String(step)}`]);
      release(branch.startsWith('stable/') ? 1 : undefined);
    } else if (roll < 0.86 && branch === 'master' && releases > 0) {
      const isSeries = random() < 0.5;
      if (isSeries) {
        // Older versions of reno know the beginning of a series only where it is a release.
        operations.push(['write', `code${String(step)}`, 'x'], ['commit', `release ${String(step)}`]);
        release();
      }
      branch = isSeries ? `stable/${String.fromCharCode(97 + notes.size)}` : `feature${String(step)}`;
      notes.set(branch, new Set(notes.get('master')));
      operations.push(['branch', branch]);
    } else if (branch !== 'master') {
      const from = branch;
      branch = 'master';
      operations.push(['checkout', 'master']);
      if (!from.startsWith('stable/') && !merged.has(from)) {
        merged.add(from);
        operations.push(['write', `main${String(step)}`, 'x'], ['commit', `main ${String(step)}`]);
        operations.push(['merge', from]);
        for (const path of notes.get(from) ?? []) here().add(path);
        // What only the main branch deleted or renamed meanwhile stays so.
        notes.set('master', new Set([...here()].filter((path) => path !== '')));
      }
    }
  }
  if (branch !== 'master') operations.push(['checkout', 'master']);
  if (random() < 0.3) {
    operations.push(['write', `releasenotes/notes/late-${'e'.repeat(16)}.yaml`, 'fixes:\n  - late\n']);
    if (random() < 0.7) operations.push(['stage']);
  }
  return operations;
};
