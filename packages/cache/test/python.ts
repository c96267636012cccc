import { spawnSync } from 'node:child_process';

const PYTHON = '/usr/bin/python3';

const versionsOf = (names: readonly string[]): Readonly<Record<string, string>> | undefined => {
  const program =
    'import json, sys; from importlib.metadata import version; print(json.dumps({n: version(n) for n in sys.argv[1:]}))';
  const { status, stdout } = spawnSync(PYTHON, ['-c', program, ...names], { encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as Record<string, string>) : undefined;
};

/** Installs Debian packages where that is allowed: as root, with apt, and not forbidden by OSLOFJORD_NO_INSTALL. */
const install = (packages: readonly string[]): void => {
  if (process.getuid?.() !== 0 || process.env.OSLOFJORD_NO_INSTALL === '1') return;
  process.stderr.write(`Installing ${packages.join(' ')} for the comparison with the Python original\n`);
  spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 300_000,
  });
};

/**
 * Why the Python originals of these versions (an empty one: any) cannot be used here; undefined when they can.
 * With CI=true that is an error.
 */
export const debianPackages = (
  wanted: Readonly<Record<string, string>>,
  packages: readonly string[],
): string | undefined => {
  const names = Object.keys(wanted);
  let found = versionsOf(names);
  if (found === undefined) {
    install(packages);
    found = versionsOf(names);
  }
  const others = names.filter((name) => wanted[name] !== '' && found?.[name] !== wanted[name]);
  if (found !== undefined && others.length === 0) return undefined;
  const reason =
    found === undefined
      ? `install ${packages.join(' ')}`
      : others.map((name) => `${name} is ${found[name] ?? ''}, not ${wanted[name] ?? ''}`).join(', ');
  if (process.env.CI === 'true') throw new Error(`Cannot compare with the Python original: ${reason}`);
  return reason;
};
