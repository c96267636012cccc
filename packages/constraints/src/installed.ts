// Which packages are installed below a folder, in whatever layout a package manager leaves them.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { dirname, join } from 'node:path';

/** A package as it is installed. */
export interface InstalledPackage {
  /** With its scope. */
  readonly name: string;
  readonly version: string;
  /** The folder, with links resolved. */
  readonly directory: string;
}

/** The nearest `node_modules` folders, from `directory` upwards, as Node.js looks for packages. */
const modulesAbove = (directory: string): string[] => {
  const found: string[] = [];
  for (let at = directory; ; at = dirname(at)) {
    const modules = join(at, 'node_modules');
    if (existsSync(modules)) found.push(modules);
    if (dirname(at) === at) return found;
  }
};

/** What a folder holds; nothing when it is a file, or a link that leads nowhere. */
const entriesOf = (directory: string): Dirent[] => {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return [];
    throw error;
  }
};

/** The folders of packages in a `node_modules`, and in those of a store that links lead to. */
const packagesIn = (modules: string): string[] =>
  entriesOf(modules).flatMap((entry) => {
    const path = join(modules, entry.name);
    if (entry.name.startsWith('@')) return entriesOf(path).map(({ name }) => join(path, name));
    if (entry.name === '.pnpm') {
      return entriesOf(path)
        .map(({ name }) => join(path, name, 'node_modules'))
        .filter((inner) => existsSync(inner))
        .flatMap(packagesIn);
    }
    return entry.name.startsWith('.') || entry.isFile() ? [] : [path];
  });

const readManifest = (directory: string): { name?: unknown; version?: unknown } | undefined => {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? manifest : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Everything that is installed for a folder: what it and the folders above it have in `node_modules`, and what these
 * packages have in theirs. A package that is there twice, in two folders, is told twice.
 *
 * @param directory - of a project
 * @returns by name and version
 */
export const installedPackages = (directory: string): readonly InstalledPackage[] => {
  const seen = new Map<string, InstalledPackage>();
  const visited = new Set<string>();
  const visit = (modules: string): void => {
    const real = realpathSync(modules);
    if (visited.has(real)) return;
    visited.add(real);
    for (const path of packagesIn(real)) {
      const manifest = readManifest(path);
      if (manifest === undefined) continue;
      const target = realpathSync(path);
      if (typeof manifest.name === 'string' && typeof manifest.version === 'string') {
        seen.set(target, { name: manifest.name, version: manifest.version, directory: target });
      }
      const nested = join(path, 'node_modules');
      if (existsSync(nested)) visit(nested);
    }
  };
  for (const modules of modulesAbove(realpathSync(directory))) visit(modules);
  return [...seen.values()].sort(
    (a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version, 'en', { numeric: true }),
  );
};
