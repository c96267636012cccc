// What a package is compared with: a folder or tarball that is named, what the registry has, or what was recorded at the
// last release.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { surfaceOf } from './surface.js';

/** @import { Surface } from './surface.js' */
/** @import { WorkspacePackage } from '../workspace.js' */

/** @param {WorkspacePackage} workspacePackage */
const recordedFile = ({ folder }) => `${folder}/api/published.json.gz`;

/** Keeps the surface of what is being released. @param {string} root @param {WorkspacePackage} workspacePackage @param {Surface} surface @returns {string} the file */
export const recordSurface = (root, workspacePackage, surface) => {
  const file = recordedFile(workspacePackage);
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), gzipSync(JSON.stringify(surface), { level: 9 }));
  return file;
};

/** Unpacks a tarball within the workspace, so that what it imports is found. @template T @param {string} root @param {string} tarball @param {(folder: string) => T} use @returns {T} */
const unpacked = (root, tarball, use) => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'published-'));
  try {
    const { status, stderr } = spawnSync('tar', ['-xzf', tarball, '-C', folder], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${tarball} cannot be unpacked: ${stderr.trim()}`);
    return use(join(folder, 'package'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** @param {string} path a folder or tarball of one package, or a folder of tarballs @param {WorkspacePackage} workspacePackage */
const within = (path, { name, version }) => {
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  if (!statSync(path).isDirectory() || existsSync(join(path, 'package.json'))) return path;
  const prefix = `${name.replace(/^@/u, '').replace('/', '-')}-`;
  const tarballs = readdirSync(path).filter((file) => file.startsWith(prefix) && file.endsWith('.tgz'));
  const found = tarballs.find((file) => file === `${prefix}${version}.tgz`) ?? tarballs.sort().at(-1);
  return found === undefined ? undefined : join(path, found);
};

/**
 * @param {string} root
 * @param {WorkspacePackage} workspacePackage
 * @param {{ against: string | undefined, asksRegistry: boolean }} options
 * @returns {{ surface: Surface, from: string } | undefined} undefined when nothing was published yet
 */
export const publishedSurface = (root, workspacePackage, { against, asksRegistry }) => {
  const script = join(root, workspacePackage.folder, 'api', 'behaviours.js');
  if (against !== undefined) {
    const path = within(against, workspacePackage);
    if (path === undefined) return undefined;
    const surface = statSync(path).isDirectory()
      ? surfaceOf(path, script)
      : unpacked(root, path, (folder) => surfaceOf(folder, script));
    return { surface, from: path };
  }
  if (asksRegistry) {
    mkdirSync(join(root, '.cache'), { recursive: true });
    const folder = mkdtempSync(join(root, '.cache', 'packed-'));
    try {
      const { name, version } = workspacePackage;
      /** @param {string} wanted */
      const pack = (wanted) =>
        spawnSync(
          'npm',
          // The workspace takes nothing from addresses; this tarball is looked at and not installed.
          ['pack', wanted, '--pack-destination', folder, '--allow-remote=all', '--loglevel=error'],
          { cwd: folder, encoding: 'utf8' },
        );
      // On a stable branch what came before is the version that stands here, not the latest.
      const own = pack(`${name}@${version}`);
      const packed = own.status === 0 ? own : pack(name);
      const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
      if (packed.status === 0 && tarball !== undefined) {
        const surface = unpacked(root, join(folder, tarball), (each) => surfaceOf(each, script));
        return { surface, from: `${workspacePackage.name} ${surface.version} of the registry` };
      }
      if (!/E404|404 Not Found/u.test(`${packed.stdout}${packed.stderr}`)) {
        throw new Error(
          `the registry does not say what ${workspacePackage.name} it has: ${packed.stderr.trim().split('\n').slice(0, 3).join(' ')}; give --against or --offline`,
        );
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const recorded = join(root, recordedFile(workspacePackage));
  if (!existsSync(recorded)) return undefined;
  return {
    surface: JSON.parse(gunzipSync(readFileSync(recorded)).toString()),
    from: recordedFile(workspacePackage),
  };
};
