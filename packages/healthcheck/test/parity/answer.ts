import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import {
  Healthcheck,
  type HealthcheckBackend,
  type HealthcheckOptions,
  type HealthcheckResult,
} from '../../src/index.ts';

type Json = Readonly<Record<string, unknown>>;

/** The directory that requests call `$D`. */
const directory = mkdtempSync(join(tmpdir(), 'healthcheck-parity-'));
for (const name of ['f', 'g', 'has space']) writeFileSync(join(directory, name), '');
mkdirSync(join(directory, 'd'));
symlinkSync(join(directory, 'nowhere'), join(directory, 'dang'));
symlinkSync(join(directory, 'f'), join(directory, 'link'));
spawnSync('mkfifo', [join(directory, 'fifo')]);

const saying = (result: () => HealthcheckResult): (() => HealthcheckBackend) => {
  return () => ({ check: result });
};

/** The plugins that the recorded cases use. */
const plugins: Readonly<Record<string, () => HealthcheckBackend>> = {
  x_raise: saying(() => {
    throw Object.assign(new Error('db password=hunter2'), { name: 'RuntimeError' });
  }),
  x_empty: saying(() => ({ available: true, reason: '' })),
  x_none: saying(() => ({ available: true, reason: null })),
  x_retnone: saying(() => {
    throw Object.assign(new Error("'NoneType' object has no attribute 'available'"), {
      name: 'AttributeError',
    });
  }),
  x_html: saying(() => ({ available: false, reason: `<b>"x"'&</b>`, details: '<script>1</script>' })),
  x_nl: saying(() => ({ available: false, reason: '  a\nb\r\nc  ' })),
  x_uni: saying(() => ({ available: true, reason: 'caf\u00e9 \u{1f600}' })),
  x_jinja: saying(() => ({ available: true, reason: '{{7*7}}' })),
  x_noload: () => {
    throw new Error('boom');
  },
  x_sub: saying(() => ({ available: true, reason: 'OK', details: null, kind: 'SubRes' })),
  x_truthy: saying(() => ({ available: 1, reason: 'one' })),
  x_falsy: saying(() => ({ available: '', reason: 'falsy' })),
};

const listOf = (value: unknown): string[] | undefined => {
  if (value === undefined) return undefined;
  const items = typeof value === 'string' ? value.split(',') : (value as string[]);
  return items.map((item) => item.trim());
};

const booleanOf = (value: unknown): boolean | undefined => {
  if (typeof value !== 'string') return value as boolean | undefined;
  const text = value.toLowerCase();
  if (['true', '1', 'on', 'yes'].includes(text)) return true;
  if (['false', '0', 'off', 'no'].includes(text)) return false;
  throw Object.assign(new Error(`Unexpected boolean value '${value}'`), { name: 'ValueError' });
};

const optionsOf = (conf: Json): HealthcheckOptions =>
  Object.fromEntries(
    Object.entries({
      compat: 'oslo',
      plugins,
      detailed: booleanOf(conf.detailed),
      backends: listOf(conf.backends),
      allowedSourceRanges: listOf(conf.allowed_source_ranges),
      ignoreProxiedRequests: booleanOf(conf.ignore_proxied_requests),
      disableByFilePath: conf.disable_by_file_path,
      disableByFilePaths: listOf(conf.disable_by_file_paths),
      enableByFilePaths: listOf(conf.enable_by_file_paths),
    }).filter(([, value]) => value !== undefined),
  );

const PHRASES: Readonly<Record<number, string>> = {
  200: 'OK',
  204: 'No Content',
  503: 'Service Unavailable',
};
/** What stands behind the health check in the recorded cases. */
const INNER = {
  status: '200 OK',
  headers: { 'Content-Type': 'text/html; charset=UTF-8', 'Content-Length': '5' },
  body: 'INNER',
};

/** The class that Python raises where we throw. */
const PYTHON_CLASSES: Readonly<Record<string, string>> = {
  ERR_HEALTHCHECK_RANGE: 'ValueError',
  ERR_HEALTHCHECK_ADDRESS: 'ValueError',
  ERR_HEALTHCHECK_OPTIONS: 'ConfigInvalid',
};

/** Answers `{conf, request}` as oslo.middleware 8.1.0 does: `{status, headers, body}` or `{error}`. */
export const answer = (given: unknown, compat: 'oslo' | 'strict' = 'oslo'): unknown => {
  const text = JSON.stringify(given).replaceAll('$D', directory);
  const { conf = {}, request = {} } = JSON.parse(text) as { conf?: Json; request?: Json };
  try {
    const health = new Healthcheck({ ...optionsOf(conf), compat });
    const headers = Object.fromEntries(
      // A gateway of Python makes both of X-A and X_A one variable.
      Object.entries((request.headers ?? {}) as Record<string, string>).map(([name, value]) => [
        name.toLowerCase().replaceAll('_', '-'),
        value,
      ]),
    );
    const accept = request.accept === undefined ? 'text/plain' : (request.accept as string | null);
    const remote = request.remote === undefined ? '127.0.0.1' : (request.remote as string | null);
    const response = health.respond({
      method: (request.method as string | undefined) ?? 'GET',
      accept: accept ?? undefined,
      port: (request.port as number | undefined) ?? 80,
      remoteAddress: remote ?? '',
      headers,
    });
    if (response === undefined) return INNER;
    const { status, headers: sent, body } = response;
    return {
      status: `${status} ${PHRASES[status] ?? ''}`,
      headers: sent,
      body: body.replaceAll(directory, '$D'),
    };
  } catch (error) {
    const { name, code = '', message } = error as Error & { code?: string };
    const type = PYTHON_CLASSES[code] ?? name;
    const isOsloWord = type === 'ConfigInvalid' && compat === 'oslo';
    const said = isOsloWord ? 'Invalid configuration file. %(error_msg)s' : message;
    return { error: `${type}: ${said}` };
  }
};
