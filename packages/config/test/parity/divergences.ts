import type { ConfigRequest } from './request.ts';

/** A place where the default mode deliberately answers otherwise than oslo.config; `compat: 'oslo'` does not. */
export interface Divergence {
  readonly key: string;
  readonly reason: string;
  /** Where oslo.config does it: file and function of 9.0.0. */
  readonly evidence: string;
  readonly request: ConfigRequest;
  /** What oslo.config answers. */
  readonly oslo: unknown;
  /** What the default mode answers, in the form of strict.ts. */
  readonly ours: unknown;
}

const file = (text: string): readonly (readonly [name: string, text: string])[] => [['a.conf', text]];

const badValue = (option: string, detail: string, reason: string): unknown => ({
  error: {
    type: 'ConfigFileValueError',
    message: `Value for option ${option} from LocationInfo(location=<Locations.user: (4, True)>, detail='${detail}') is not valid: ${reason}`,
  },
});

/** Every difference between the default mode and oslo.config, each with a request that shows it. */
export const divergences: readonly Divergence[] = [
  {
    key: 'all-problems-at-once',
    reason:
      'An operator who is told one problem per restart restarts often; ours are all named, with file and line.',
    evidence: 'cfg.py ConfigOpts._do_get: a value is converted when it is first asked for',
    request: {
      options: [
        { group: 'api', name: 'workers', type: 'integer', required: true },
        { group: 'api', name: 'debug', type: 'boolean' },
      ],
      files: file('[api]\nworkers = many\ndebug = perhaps\n'),
    },
    oslo: badValue('workers', '$DIR/a.conf', "invalid literal for int() with base 10: 'many'"),
    ours: {
      issues: [
        { path: 'api.workers', message: "'many' is not an integer", file: '$DIR/a.conf', line: 2 },
        {
          path: 'api.debug',
          message: "'perhaps' is not a truth value; write true or false",
          file: '$DIR/a.conf',
          line: 3,
        },
      ],
    },
  },
  {
    key: 'secret-in-message',
    reason: 'Error messages end up in logs; the value of a secret option is never put into one.',
    evidence: 'cfg.py ConfigOpts._do_get and types.py: messages hold the value whatever `secret` says',
    request: {
      options: [{ group: 'db', name: 'pin', type: 'integer', secret: true, required: true }],
      files: file('[db]\npin = hunter2\n'),
    },
    oslo: badValue('pin', '$DIR/a.conf', "invalid literal for int() with base 10: 'hunter2'"),
    ours: {
      issues: [
        {
          path: 'db.pin',
          message: 'the value (hidden, it is secret) is not an integer',
          file: '$DIR/a.conf',
          line: 2,
        },
      ],
    },
  },
  {
    key: 'arguments-outrank',
    reason:
      'The command line is documented to come first, and does; in oslo.config a variable outranks it as soon as any file sets the option too.',
    evidence: 'cfg.py _Namespace._get_value: the location of the file replaces the one of the command line',
    request: {
      options: [{ group: 'api', name: 'workers', type: 'integer' }],
      files: file('[api]\nworkers = 1\n'),
      env: { OS_API__WORKERS: '2' },
      args: ['--api-workers', '3'],
    },
    oslo: { values: { api: { workers: 2 } } },
    ours: { values: { api: { workers: 3 } } },
  },
  {
    key: 'multi-string-variable',
    reason: 'A variable that sets a multi-string option gives it one text; oslo.config gives it the letters.',
    evidence: 'cfg.py ConfigOpts._convert_value: iterates over the text of the variable',
    request: {
      options: [{ group: 'api', name: 'hooks', type: 'multistring' }],
      env: { OS_API__HOOKS: 'on' },
    },
    oslo: { values: { api: { hooks: ['o', 'n'] } } },
    ours: { values: { api: { hooks: ['on'] } } },
  },
  {
    key: 'wrong-source-in-message',
    reason:
      'The message names who wrote the bad value; oslo.config names a file that also sets the option, even when the variable is what is bad.',
    evidence: 'cfg.py ConfigOpts._do_get: alt_loc is still the location of the file',
    request: {
      options: [{ group: 'api', name: 'workers', type: 'integer', required: true }],
      files: file('[api]\nworkers = 1\n'),
      env: { OS_API__WORKERS: 'many' },
    },
    oslo: badValue('workers', '$DIR/a.conf', "invalid literal for int() with base 10: 'many'"),
    ours: { issues: [{ path: 'api.workers', message: "'many' from OS_API__WORKERS is not an integer" }] },
  },
  {
    key: 'empty-number',
    reason: 'An empty number is a mistake; in oslo.config it silently replaces the default by nothing.',
    evidence: 'types.py Number.__call__: returns None for an empty text',
    request: {
      options: [{ group: 'api', name: 'workers', type: 'integer', default: 4 }],
      files: file('[api]\nworkers =\n'),
    },
    oslo: { values: { api: { workers: null } } },
    ours: {
      issues: [{ path: 'api.workers', message: "'' is not an integer", file: '$DIR/a.conf', line: 2 }],
    },
  },
  {
    key: 'nan-within-bounds',
    reason: 'Not a number is not between two numbers; oslo.config only refuses what is below or above.',
    evidence: 'types.py Number.__call__: compares with < and >',
    request: {
      options: [{ group: 'api', name: 'ratio', type: 'float', min: 0, max: 1 }],
      files: file('[api]\nratio = nan\n'),
    },
    oslo: { values: { api: { ratio: Number.NaN } } },
    ours: {
      issues: [
        { path: 'api.ratio', message: "'nan' is less than the minimum, 0", file: '$DIR/a.conf', line: 2 },
      ],
    },
  },
  {
    key: 'inexact-integer',
    reason:
      'A number here holds integers up to 2^53 − 1 exactly; what is beyond is refused rather than rounded.',
    evidence: 'Python integers have no limit',
    request: {
      options: [{ group: 'api', name: 'quota', type: 'integer' }],
      files: file('[api]\nquota = 9007199254740993\n'),
    },
    oslo: { values: { api: { quota: 9_007_199_254_740_993n } } },
    ours: {
      issues: [
        {
          path: 'api.quota',
          message: "'9007199254740993' is beyond 2^53 − 1, so it would not be exact",
          file: '$DIR/a.conf',
          line: 2,
        },
      ],
    },
  },
  {
    key: 'unknown-reference',
    reason:
      'A reference to nothing is reported as that; oslo.config claims that the option which holds it does not exist.',
    evidence: 'cfg.py ConfigOpts.__getattr__: turns every error into NoSuchOptError',
    request: {
      options: [{ group: null, name: 'log_dir', type: 'string' }],
      files: file('[DEFAULT]\nlog_dir = $state_path/log\n'),
    },
    oslo: {
      values: {
        DEFAULT: {
          log_dir: {
            error: { type: 'NoSuchOptError', message: 'no such option log_dir in group [DEFAULT]' },
          },
        },
      },
    },
    ours: {
      issues: [
        {
          path: 'DEFAULT.log_dir',
          message: 'refers to $state_path, which is no option; write $$ for a dollar sign',
          file: '$DIR/a.conf',
          line: 2,
        },
      ],
    },
  },
  {
    key: 'reference-cycle',
    reason:
      'Options that refer to each other in a circle are reported with the circle; Python overflows its stack.',
    evidence: 'cfg.py ConfigOpts._substitute: recursion without a guard',
    request: {
      options: [{ group: 'api', name: 'host', type: 'string' }],
      files: file('[api]\nhost = $api.host\n'),
    },
    oslo: { values: { api: { host: { error: { type: 'RecursionError' } } } } },
    ours: {
      issues: [
        { path: 'api.host', message: 'refers to itself: api.host → api.host', file: '$DIR/a.conf', line: 2 },
      ],
    },
  },
  {
    key: 'referenced-list',
    reason:
      'A reference to a list, dict or truth value gives the text a file would hold for it, not its form in Python.',
    evidence: 'string.py Template.safe_substitute: str() of the value',
    request: {
      options: [
        { group: 'api', name: 'hosts', type: 'list' },
        { group: 'api', name: 'all', type: 'list' },
      ],
      files: file('[api]\nhosts = a,b\nall = $hosts,c\n'),
    },
    oslo: { values: { api: { hosts: ['a', 'b'], all: ["['a'", "'b']", 'c'] } } },
    ours: { values: { api: { hosts: ['a', 'b'], all: ['a', 'b', 'c'] } } },
  },
  {
    key: 'byte-order-mark',
    reason:
      'Editors put a byte order mark at the start of a file; it is skipped instead of being read as a name.',
    evidence: 'cfg.py ConfigParser.parse: opens the file without utf-8-sig',
    request: {
      options: [{ group: 'api', name: 'workers', type: 'integer' }],
      files: file('\uFEFF[api]\nworkers = 1\n'),
    },
    oslo: {
      error: {
        type: 'ConfigFileParseError',
        message:
          "Failed to parse $DIR/a.conf: at $DIR/a.conf:1, No ':' or '=' found in assignment: '\\ufeff[api]'",
      },
    },
    ours: { values: { api: { workers: 1 } } },
  },
  {
    key: 'abbreviated-argument',
    reason: 'An abbreviation stops working, or changes its meaning, with the next option that is added.',
    evidence: 'argparse.py ArgumentParser: allow_abbrev',
    request: { options: [{ group: 'api', name: 'workers', type: 'integer' }], args: ['--api-work', '3'] },
    oslo: { values: { api: { workers: 3 } } },
    ours: {
      issues: [
        { path: '--api-work', message: 'is no option' },
        { path: 'argument 2', message: 'belongs to no option' },
      ],
    },
  },
];
