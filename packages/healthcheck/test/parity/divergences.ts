/** A request on which the default mode deliberately answers otherwise than oslo.middleware. */
export interface Divergence {
  readonly key: string;
  readonly reason: string;
  /** Where oslo.middleware does it: file and function of 8.1.0. */
  readonly evidence: string;
  readonly request: unknown;
  readonly oslo: unknown;
  readonly ours: unknown;
}

const ok = (body: string): object => ({ status: '200 OK', body });
const INNER = ok('INNER');

/** Everything the default mode does otherwise, on purpose. */
export const divergences: readonly Divergence[] = [
  {
    key: 'unknown-backend',
    reason:
      'A misspelt backend would make the service healthy for ever; it is refused when the service starts.',
    evidence:
      'healthcheck/__init__.py Healthcheck.__init__: NamedExtensionManager leaves out what it cannot load',
    request: { conf: { backends: 'disable_by_fiel' } },
    oslo: ok(''),
    ours: {
      error: 'ConfigInvalid: there is no backend "disable_by_fiel"',
    },
  },
  {
    key: 'unset-path',
    reason:
      'A backend without its file can never make the service unavailable; Oslo warns on every request instead.',
    evidence: 'healthcheck/disable_by_file.py DisableByFileHealthcheck.healthcheck',
    request: { conf: { backends: 'disable_by_file' } },
    oslo: ok('OK'),
    ours: { error: 'ConfigInvalid: disable_by_file needs disableByFilePath' },
  },
  {
    key: 'unreadable-port',
    reason: 'A pair that cannot be read takes the whole backend away in Oslo, and the service stays healthy.',
    evidence: 'healthcheck/disable_by_file.py DisableByFilesPortsHealthcheck.__init__',
    request: { conf: { backends: 'disable_by_files_ports', disable_by_file_paths: 'abc:$D/f' } },
    oslo: ok(''),
    ours: {
      error: "ConfigInvalid: disable_by_files_ports needs disableByFilePaths, as in '8080:/run/disabled'",
    },
  },
  {
    key: 'mapped-address',
    reason:
      'A server that listens on both protocols, as Node does by default, sees IPv4 clients as ::ffff:a.b.c.d; read literally no IPv4 range would ever match.',
    evidence: 'healthcheck/__init__.py Healthcheck.process_request: ip_address(remote) in range',
    request: { conf: { allowed_source_ranges: '192.168.0.0/24' }, request: { remote: '::ffff:192.168.0.1' } },
    oslo: INNER,
    ours: ok(''),
  },
  {
    key: 'unreadable-address',
    reason: 'An address that cannot be read is outside every range; it is no reason to fail.',
    evidence: 'healthcheck/__init__.py Healthcheck.process_request: ValueError of ipaddress',
    request: { conf: { allowed_source_ranges: '0.0.0.0/0' }, request: { remote: 'garbage' } },
    oslo: { error: "ValueError: 'garbage' does not appear to be an IPv4 or IPv6 address" },
    ours: INNER,
  },
  {
    key: 'forwarded',
    reason: 'Proxies that follow RFC 7239 say so in Forwarded.',
    evidence: 'healthcheck/__init__.py Healthcheck.process_request: the X-Forwarded headers only',
    request: { conf: { ignore_proxied_requests: true }, request: { headers: { Forwarded: 'for=1.2.3.4' } } },
    oslo: ok(''),
    ours: INNER,
  },
  {
    key: 'failing-backend',
    reason:
      'A backend that fails makes the service unavailable; what it failed with may hold secrets and is not shown to whoever asks.',
    evidence: 'healthcheck/__init__.py Healthcheck.process_request: exceptions leave the application',
    request: { conf: { backends: 'x_raise' } },
    oslo: { error: 'RuntimeError: db password=hunter2' },
    ours: { status: '503 Service Unavailable', body: 'CHECK FAILED' },
  },
];
