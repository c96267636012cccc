import { parseDuration, type Duration, type Milliseconds } from '@oslofjord/config';
import { HealthcheckOptionsError } from './errors.ts';
import { parseNetwork, type Network } from './addresses/network.ts';
import type { HealthcheckBackend } from './backends/backend.ts';

/** The names of the backends that come with the package. */
export const FILE_BACKENDS = ['disable_by_file', 'disable_by_files_ports', 'enable_by_files'] as const;

/** The options of oslo.middleware's group `[healthcheck]`, under their own names in camel case. */
export interface OsloHealthcheckOptions {
  /** Whether reasons come with details. They may show paths: keep it for pages that nobody outside sees. @default false */
  readonly detailed?: boolean;
  /** The backends to ask, in order. @default none: always available */
  readonly backends?: readonly string[];
  /** The clients that are answered, as `192.168.0.0/24`; others are ignored. @default all */
  readonly allowedSourceRanges?: readonly string[];
  /** Whether requests that came through a proxy are ignored. @default false */
  readonly ignoreProxiedRequests?: boolean;
  /** For `disable_by_file`: the file that makes the service unavailable. */
  readonly disableByFilePath?: string | undefined;
  /** For `disable_by_files_ports`: `port:path`, a file for each port. @default none */
  readonly disableByFilePaths?: readonly string[];
  /** For `enable_by_files`: the files that must be there. @default none */
  readonly enableByFilePaths?: readonly string[];
}

/** What a health check is made of. */
export interface HealthcheckOptions extends OsloHealthcheckOptions {
  /**
   * `'oslo'` answers as oslo.middleware 8.1.0 does, also where it fails open: what cannot be loaded is left out, and files
   * are looked at on every request. @default strict
   */
  readonly compat?: 'oslo' | 'strict';
  /** Backends of the service's own, by the name that `backends` gives. */
  readonly plugins?: Readonly<Record<string, () => HealthcheckBackend>>;
  /** How often files are looked at. @default 1 second */
  readonly fileInterval?: Duration;
}

/** {@link HealthcheckOptions} with every default in place. */
export interface ResolvedHealthcheckOptions {
  readonly isOslo: boolean;
  readonly detailed: boolean;
  readonly backends: readonly string[];
  readonly allowedSourceRanges: readonly Network[];
  readonly ignoreProxiedRequests: boolean;
  readonly disableByFilePath: string | undefined;
  /** Undefined where a pair cannot be read. */
  readonly disableByFilePaths: ReadonlyMap<number, string> | undefined;
  readonly enableByFilePaths: readonly string[];
  readonly plugins: Readonly<Record<string, () => HealthcheckBackend>>;
  readonly fileInterval: Milliseconds;
}

/** Reads `port:path` pairs; the last one of a port counts. */
const readPortPaths = (pairs: readonly string[]): ReadonlyMap<number, string> | undefined => {
  const paths = new Map<number, string>();
  for (const pair of pairs.filter((text) => text !== '')) {
    const colon = pair.indexOf(':');
    const port = colon < 0 ? '' : pair.slice(0, colon);
    if (!/^\s*[+-]?\d+(?:_\d+)*\s*$/.test(port)) return undefined;
    paths.set(Number(port.replaceAll('_', '')), pair.slice(colon + 1));
  }
  return paths;
};

const rangeIssues = (ranges: readonly string[]): string[] =>
  ranges.flatMap((range) => {
    try {
      parseNetwork(range);
      return [];
    } catch (error) {
      return [`allowedSourceRanges: ${(error as Error).message}`];
    }
  });

const issuesOf = (
  options: HealthcheckOptions,
  resolved: Omit<ResolvedHealthcheckOptions, 'allowedSourceRanges'>,
): string[] => {
  const { backends, plugins, disableByFilePath, disableByFilePaths, enableByFilePaths } = resolved;
  const known = new Set<string>([...FILE_BACKENDS, ...Object.keys(plugins)]);
  const needs = (backend: string, option: string, isMissing: boolean): string[] =>
    backends.includes(backend) && isMissing ? [`${backend} needs ${option}`] : [];
  return [
    ...backends
      .filter((name) => !known.has(name))
      .map((name) => `there is no backend ${JSON.stringify(name)}; known are ${[...known].join(', ')}`),
    ...needs(
      'disable_by_file',
      'disableByFilePath',
      disableByFilePath === undefined || disableByFilePath === '',
    ),
    ...needs(
      'disable_by_files_ports',
      "disableByFilePaths, as in '8080:/run/disabled'",
      (disableByFilePaths?.size ?? 0) === 0,
    ),
    ...needs('enable_by_files', 'enableByFilePaths', enableByFilePaths.length === 0),
    ...rangeIssues(options.allowedSourceRanges ?? []),
  ];
};

/**
 * Completes options with their defaults.
 * @throws HealthcheckOptionsError (ERR_HEALTHCHECK_OPTIONS) listing everything that is wrong; with `compat: 'oslo'` only
 *   what Oslo refuses
 * @throws InvalidRangeError (ERR_HEALTHCHECK_RANGE) with `compat: 'oslo'`
 */
export const resolveHealthcheckOptions = (options: HealthcheckOptions): ResolvedHealthcheckOptions => {
  const isOslo = options.compat === 'oslo';
  const backends = (options.backends ?? []).filter((name) => name !== '');
  const resolved = {
    isOslo,
    detailed: options.detailed ?? false,
    backends,
    ignoreProxiedRequests: options.ignoreProxiedRequests ?? false,
    disableByFilePath: options.disableByFilePath,
    disableByFilePaths: readPortPaths(options.disableByFilePaths ?? []),
    enableByFilePaths: (options.enableByFilePaths ?? []).filter((path) => path !== ''),
    plugins: options.plugins ?? {},
    fileInterval: parseDuration(options.fileInterval ?? 1),
  };
  const contradiction = 'disable_by_file and enable_by_files contradict each other: use one of them';
  const contradicts = backends.includes('disable_by_file') && backends.includes('enable_by_files');
  if (contradicts && isOslo) throw new HealthcheckOptionsError([contradiction]);
  if (!isOslo) {
    const issues = [...issuesOf(options, resolved), ...(contradicts ? [contradiction] : [])];
    if (issues.length > 0) throw new HealthcheckOptionsError(issues);
  }
  const ranges = (options.allowedSourceRanges ?? []).filter((range) => range !== '').map(parseNetwork);
  return Object.freeze({ ...resolved, allowedSourceRanges: ranges });
};
