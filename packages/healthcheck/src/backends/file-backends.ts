import type { HealthcheckBackend, HealthcheckResult, PathLooker } from './backend.ts';

const OK = 'OK';
const DISABLED = 'DISABLED BY FILE';
const MISSING = 'FILE PATH MISSING';

/**
 * Unavailable while a file is there: an operator drains a node by making it.
 * @parity oslo.middleware 8.1.0 healthcheck/disable_by_file.py DisableByFileHealthcheck — same
 */
export const disableByFile = (path: string | undefined, files: PathLooker): HealthcheckBackend => ({
  check: (): HealthcheckResult => {
    if (path === undefined || path === '') {
      return {
        available: true,
        reason: OK,
        details: "No 'disable_by_file_path' configuration value specified",
      };
    }
    return files.exists(path)
      ? { available: false, reason: DISABLED, details: `Path '${path}' was found` }
      : { available: true, reason: OK, details: `Path '${path}' was not found` };
  },
});

/**
 * Unavailable on a port while that port's file is there.
 * @parity oslo.middleware 8.1.0 healthcheck/disable_by_file.py DisableByFilesPortsHealthcheck — same
 */
export const disableByFilesPorts = (
  paths: ReadonlyMap<number, string>,
  files: PathLooker,
): HealthcheckBackend => ({
  check: (port): HealthcheckResult => {
    const path = port === undefined ? undefined : paths.get(port);
    return path !== undefined && path !== '' && files.exists(path)
      ? { available: false, reason: DISABLED, details: '' }
      : { available: true, reason: OK, details: '' };
  },
});

/**
 * Available once all files are there: whatever starts the service makes them when it is done. A file system that does not
 * answer has no files.
 * @parity oslo.middleware 8.1.0 healthcheck/enable_by_files.py EnableByFilesHealthcheck — same
 */
export const enableByFiles = (paths: readonly string[], files: PathLooker): HealthcheckBackend => ({
  check: (): HealthcheckResult => {
    const missing = paths.find((path) => !files.exists(path) || files.hangs(path));
    return missing === undefined
      ? { available: true, reason: OK, details: 'Specified file paths are available' }
      : { available: false, reason: MISSING, details: `File path ${missing} is missing` };
  },
});
