// A series from its first note to a patch on its stable branch, against a registry on this machine, with what goes wrong
// on the way. The steps follow each other: each stands on what the one before left.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeScratch } from '../../workspace/src/scratch.js';
import { startRegistry } from '../src/local-registry.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/u, '');
const TOKEN = 'let-me-in';
const MINUTES = 60_000;
const PACKAGES = ['cache', 'config', 'constraints', 'healthcheck', 'limit', 'metrics', 'policy'];

/** @type {ReturnType<typeof makeScratch>} */
let scratch;
/** @type {Awaited<ReturnType<typeof startRegistry>>} */
let registry;
/** @type {string} */
let home;
/** @type {NodeJS.ProcessEnv} */
let env;
/** @type {import('../src/local-registry.js').Conduct[]} what the registry does to the next publications */
const conducts = [];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'oslofjord-end-to-end-'));
  registry = await startRegistry({
    directory: join(home, 'registry'),
    token: TOKEN,
    conduct: () => conducts.shift() ?? 'accept',
  });
  // What npm is set to on this machine stays; the registry's token is added.
  const stands = execFileSync('npm', ['config', 'get', 'userconfig'], { cwd: home, encoding: 'utf8' }).trim();
  const settings = existsSync(stands) ? readFileSync(stands, 'utf8') : '';
  const npmrc = join(home, 'npmrc');
  writeFileSync(
    npmrc,
    `${settings}\n//${new URL(registry.url).host}/:_authToken=${TOKEN}\nfetch-retries=0\n`,
  );
  const author = { NAME: 'Maintainer', EMAIL: 'maintainer@localhost' };
  const inherited = Object.entries(process.env).filter(
    ([name]) => name.toLowerCase() !== 'npm_config_userconfig',
  );
  env = {
    ...Object.fromEntries(inherited),
    npm_config_userconfig: npmrc,
    VITEST: undefined,
    NODE_OPTIONS: undefined,
  };
  for (const [what, value] of Object.entries(author))
    Object.assign(env, { [`GIT_AUTHOR_${what}`]: value, [`GIT_COMMITTER_${what}`]: value });
  Object.assign(env, { 'npm_config_@oslofjord:registry': registry.url });
  scratch = makeScratch(ROOT);
  // As in a clone of a branch that stands where it stood.
  scratch.git('update-ref', 'refs/remotes/origin/HEAD', 'HEAD');
  mkdirSync(join(scratch.directory, '.cache'), { recursive: true });
  // The Nodes that were fetched already are lent to the scratch clone.
  if (existsSync(join(ROOT, '.cache/node')))
    execFileSync('cp', ['-al', join(ROOT, '.cache/node'), join(scratch.directory, '.cache/node')]);
}, 2 * MINUTES);

afterAll(async () => {
  await registry.close();
  scratch.remove();
  rmSync(home, { recursive: true, force: true });
});

const git = (/** @type {string[]} */ ...words) =>
  execFileSync('git', words, { cwd: scratch.directory, encoding: 'utf8', env }).trim();
const notes = (/** @type {string[]} */ ...words) =>
  execFileSync(process.execPath, ['tools/release-notes/src/cli.js', ...words], {
    cwd: scratch.directory,
    encoding: 'utf8',
    env,
  });
const commitAll = (/** @type {string} */ message) => {
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
};

/** Writes a changeset. @param {string} slug @param {string} name @param {string} bump @param {string} summary @param {string} item */
const note = (slug, name, bump, summary, item) =>
  notes('new', slug, '--package', name, '--bump', bump, '--summary', summary, '--note', item);

/**
 * Runs a command beside this process, in which the registry answers.
 * @param {string} cwd
 * @param {string} command
 * @param {string[]} words
 * @param {RegExp} [killAt] what it says when it is killed
 * @returns {Promise<{ status: number | null, said: string }>}
 */
const said = (cwd, command, words, killAt) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    /** @param {unknown} part */
    const hear = (part) => {
      text += String(part);
      if (killAt?.test(text)) child.kill('SIGKILL');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status, said: text });
    });
  });

/** @param {string} cwd @param {string} command @param {string[]} words */
const inFolder = (cwd, command, ...words) => said(cwd, command, words);

const RELEASE = 'tools/release/src/main.js';
/** @param {string[]} words */
const release = (...words) =>
  said(scratch.directory, process.execPath, [RELEASE, '--registry', registry.url, ...words]);
/** @param {RegExp} killAt @param {string[]} words */
const killedRelease = (killAt, ...words) =>
  said(scratch.directory, process.execPath, [RELEASE, '--registry', registry.url, ...words], killAt);

const versionOf = (/** @type {string} */ name) =>
  JSON.parse(readFileSync(join(scratch.directory, 'packages', name, 'package.json'), 'utf8')).version;
const latestOf = (/** @type {string} */ name) =>
  registry.packument(`@oslofjord/${name}`)?.['dist-tags']['latest'];
/** The versions of the first release. @type {Record<string, string>} */
const first = {};

test(
  'what is pending becomes two commits, or none',
  async () => {
    const before = git('rev-parse', 'HEAD');
    writeFileSync(join(scratch.directory, 'README.md'), 'changed');
    const refused = await release('prepare');
    expect(refused).toMatchObject({ status: 1, said: expect.stringContaining('not committed') });
    git('checkout', '--', 'README.md');

    const killed = await killedRelease(/versions, notes and pages/u, 'prepare');
    expect(killed.status).toBeNull();
    expect(git('rev-parse', 'HEAD')).toBe(before);
    expect(git('status', '--porcelain')).toBe('');

    const prepared = await release('prepare');
    expect(prepared.said).toContain('Two commits made');
    expect(git('rev-list', '--count', `${before}..HEAD`)).toBe('2');
    for (const name of PACKAGES) first[name] = versionOf(name);
    expect(
      JSON.parse(readFileSync(join(scratch.directory, 'constraints/sets.json'), 'utf8'))[0].versions,
    ).toMatchObject({ '@oslofjord/cache': first['cache'] });
    expect(notes('train', 'validate')).toContain('no problem');
  },
  5 * MINUTES,
);

test(
  'a release that is killed, cut off and refused goes on, and publishes every version once',
  async () => {
    // The registry is away for the first, takes the second and hangs up, and is busy for the third.
    conducts.push('hang up');
    const cut = await release('--node', '20');
    expect(cut.status).toBe(1);
    expect(cut.said).toContain('@oslofjord/config');
    expect(cut.said).toContain('what is out stays out');
    expect(registry.names()).toEqual([]);

    conducts.push('accept, then hang up', 'refuse');
    const refused = await release('--node', '20');
    expect(refused.status).toBe(1);
    expect(refused.said).toContain('built and checked already');
    expect(registry.names()).toEqual(['@oslofjord/config']);

    for (const line of [
      /publish @oslofjord\/constraints/u,
      /publish @oslofjord\/metrics/u,
      /consumers of \d+ packages/u,
    ]) {
      expect((await killedRelease(line, '--node', '20')).status).toBeNull();
    }
    expect(git('tag')).toBe('');
    expect((await killedRelease(/tag @oslofjord\/cache@/u, '--node', '20,22,24,26')).status).toBeNull();
    const whole = await release();
    expect(whole.said).not.toContain('release:');
    expect(whole.status).toBe(0);

    const taken = registry.publications.filter(({ status }) => status === 201).map(({ name }) => name);
    expect([...taken].sort()).toEqual(PACKAGES.map((name) => `@oslofjord/${name}`));
    for (const name of PACKAGES) {
      expect(git('tag', '--list', `@oslofjord/${name}@${first[name] ?? ''}`)).not.toBe('');
      expect(registry.packument(`@oslofjord/${name}`)?.['dist-tags']).toEqual({ latest: first[name] });
    }
    const [run] = JSON.parse(readFileSync(join(scratch.directory, 'releases/consumers.json'), 'utf8'));
    expect(Object.keys(run.node)).toEqual(['20', '22', '24', '26']);
    expect(Object.values(run.node).every(({ esm, cjs, readme }) => esm && cjs && readme)).toBe(true);
    commitAll('On what the release was tried');
  },
  15 * MINUTES,
);

test(
  'nothing is released twice, and two releases do not run at once',
  async () => {
    const sent = registry.publications.length;
    expect(await release()).toMatchObject({ status: 0, said: expect.stringContaining('Nothing is due') });
    expect(registry.publications.length).toBe(sent);

    const held = join(scratch.directory, '.release/lock');
    writeFileSync(held, String(process.pid));
    expect(await release()).toMatchObject({
      status: 1,
      said: expect.stringContaining('is releasing already'),
    });
    writeFileSync(held, '999999999');
    expect(await release()).toMatchObject({ status: 0 });
  },
  2 * MINUTES,
);

test(
  'a consumer is told whether its set was tested together',
  async () => {
    const consumer = join(home, 'consumer');
    mkdirSync(consumer);
    writeFileSync(join(consumer, 'package.json'), '{"private":true}');
    const words = ['install', '--no-audit', '--no-fund', '@oslofjord/cache', '@oslofjord/policy'];
    expect(await inFolder(consumer, 'npm', ...words)).toMatchObject({ status: 0 });
    const check = () => inFolder(consumer, 'npx', '--yes', '@oslofjord/constraints', 'check');
    const tested = 'tested together: series 2026.2, set 1';
    expect(await check()).toMatchObject({ status: 0, said: expect.stringContaining(tested) });
    const manifest = join(consumer, 'node_modules/@oslofjord/cache/package.json');
    const version = first['cache'] ?? '';
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, text.replace(`"version": "${version}"`, '"version": "0.1.7"'));
    const advice = `npm install @oslofjord/cache@${version}`;
    expect(await check()).toMatchObject({ status: 1, said: expect.stringContaining(advice) });
  },
  2 * MINUTES,
);

test(
  'a patch goes to the stable branch while the next series goes on',
  async () => {
    notes('train', 'stable', '--series', '2026.2');
    git('branch', 'stable/2026.2', 'HEAD');
    notes('train', 'init', '2027.1');
    notes('train', 'render');
    note(
      'more-to-come',
      'policy',
      'minor',
      'A feature of the next series.',
      'features: Something new for operators to use.',
    );
    commitAll('Series 2027.1 begins');
    expect((await release('prepare')).said).toContain('series 2027.1');
    const next = versionOf('policy');
    expect((await release('--node', '20')).said).not.toContain('release:');
    expect(latestOf('policy')).toBe(next);
    commitAll('On what the release was tried');

    git('checkout', '--quiet', 'stable/2026.2');
    note('a-fix', 'policy', 'patch', 'A fix.', 'fixes: A rule that was read wrongly is read rightly.');
    commitAll('Fix a rule');
    const onStable = await release('prepare');
    expect(onStable.said).toContain('Two commits made');
    const patched = versionOf('policy');
    expect(await release()).toMatchObject({
      status: 1,
      said: expect.stringContaining('stable/2026.2 is checked out'),
    });
    git('checkout', '--quiet', 'main');
    expect(notes('train', 'validate')).toContain('no problem');
    expect(readFileSync(join(scratch.directory, 'docs/release-notes/policy.md'), 'utf8')).toContain(patched);
    const out = await release('--node', '20');
    expect(out.said).not.toContain('release:');
    expect(registry.packument('@oslofjord/policy')?.['dist-tags']).toEqual({
      latest: next,
      'stable-2026.2': patched,
    });
    expect(registry.packument('@oslofjord/cache')?.['dist-tags']).toEqual({
      latest: first['cache'],
      'stable-2026.2': first['cache'],
    });
    commitAll('On what the patch was tried');
  },
  8 * MINUTES,
);

test(
  'a release that breaks users is stopped before anything is published',
  async () => {
    const sent = registry.publications.length;
    const source = join(scratch.directory, 'packages/config/src/index.ts');
    const stands = readFileSync(source, 'utf8');
    writeFileSync(
      source,
      stands.replace(/^export \{[^}]*\bparseSize\b[^}]*\}[^;]*;$/mu, (line) =>
        line.replace(/parseSize,?/u, ''),
      ),
    );
    expect(readFileSync(source, 'utf8')).not.toBe(stands);
    note('tidy', 'config', 'patch', 'Tidy.', 'fixes: Tidied up what nobody needs.');
    commitAll('Take an export away and call it a patch');
    const lied = await release('prepare');
    expect(lied.status).toBe(1);
    expect(lied.said).toContain('parseSize');
    git('revert', '--no-edit', 'HEAD');

    const manifest = join(scratch.directory, 'packages/policy/package.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"dist",', '"nowhere",'));
    note('slim', 'policy', 'patch', 'Slimmer.', 'fixes: The package is smaller.');
    commitAll('Leave the build out of the tarball');
    const latest = latestOf('policy');
    expect((await release('prepare')).said).toContain('Two commits made');
    const hollow = await release('--node', '20');
    expect(hollow.status).toBe(1);
    expect(hollow.said).toContain('is named in package.json but is not in the tarball');
    expect(registry.publications.length).toBe(sent);
    expect(latestOf('policy')).toBe(latest);
    // What was listed and is not out can be taken back, with what made it.
    git('revert', '--no-edit', 'HEAD', 'HEAD~1', 'HEAD~2');
    expect(await release('--node', '20')).toMatchObject({
      status: 0,
      said: expect.stringContaining('Nothing is due'),
    });
  },
  8 * MINUTES,
);

test(
  'a version that somebody else published under our name is not taken for ours',
  async () => {
    note('one-more', 'policy', 'patch', 'A fix.', 'fixes: Something small works again.');
    commitAll('A fix');
    expect((await release('prepare')).said).toContain('Two commits made');
    const latest = latestOf('policy');
    const version = versionOf('policy');
    const foreign = join(home, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'package.json'), JSON.stringify({ name: '@oslofjord/policy', version }));
    const words = ['publish', '--tag', 'candidate', '--access', 'public', '--registry', registry.url];
    expect(await inFolder(foreign, 'npm', ...words)).toMatchObject({ status: 0 });
    const stopped = await release('--node', '20');
    expect(stopped.status).toBe(1);
    expect(stopped.said).toContain('is out with other bytes');
    expect(git('tag', '--list', `@oslofjord/policy@${version}`)).toBe('');
    expect(latestOf('policy')).toBe(latest);
  },
  5 * MINUTES,
);
