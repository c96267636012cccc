import { describe, expect, test } from 'vitest';
import { loadConfiguration, resolve } from './configuration.ts';
import { ConfigurationError, OptionDeclarationError } from './errors.ts';
import { optionGroup } from './option-group.ts';
import type { Options } from './options.ts';

const api = optionGroup({
  name: 'api',
  options: {
    bindHost: { type: 'host', default: '::' },
    bindPort: { type: 'port', default: 8080, deprecatedNames: [{ name: 'port', group: 'DEFAULT' }] },
    workers: { type: 'integer', min: 1 },
    level: { type: 'string', choices: ['low', 'high'], default: 'low' },
    debug: { type: 'boolean', default: false },
    numbers: { type: 'list', itemType: 'integer', default: [1] },
    labels: { type: 'dict', default: {} },
    hooks: { type: 'multiString', default: [] },
    timeout: { type: 'duration', default: '30s', max: '1h' },
    buffer: { type: 'size', default: '10MB' },
    oldMode: { type: 'string', deprecatedForRemoval: { since: '2.0', reason: 'nobody used it' } },
  },
});

const file = (text: string, path = '/etc/api.conf'): { path: string; text: string } => ({ path, text });

const issuesOf = (run: () => unknown): readonly string[] => {
  try {
    run();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.issues.map(
      ({ path, message, line }) => `${path}${line === undefined ? '' : `:${String(line)}`} ${message}`,
    );
  }
};

const issuesIn = (options: Options, text: string): readonly string[] =>
  issuesOf(() => resolve(optionGroup({ name: 'g', options }), { files: [file(text)] }));

describe('values', () => {
  test('are the defaults where nobody says otherwise', () => {
    expect(resolve(api)).toEqual({
      bindHost: '::',
      bindPort: 8080,
      workers: undefined,
      level: 'low',
      debug: false,
      numbers: [1],
      labels: {},
      hooks: [],
      timeout: 30_000,
      buffer: 10_000_000,
      oldMode: undefined,
    });
  });

  test('are read from a file as their types', () => {
    const text =
      '[api]\nbind_host = h\nbind_port = 1\nworkers = 1_0\ndebug = Yes\nnumbers = 1, 2\nlabels = a:b,c:d:e\n' +
      'hooks = x\nhooks = y,z\ntimeout = 250ms\nbuffer = 1KiB\n';
    expect(resolve(api, { files: [file(text)] })).toMatchObject({
      bindHost: 'h',
      bindPort: 1,
      workers: 10,
      debug: true,
      numbers: [1, 2],
      labels: { a: 'b', c: 'd:e' },
      hooks: ['x', 'y,z'],
      timeout: 250,
      buffer: 1024,
    });
  });

  test('are frozen, lists and dicts included', () => {
    const values = resolve(api, { files: [file('[api]\nlabels = a:b\nhooks = x\n')] });
    expect(
      [values, values.numbers, values.labels, values.hooks].every((value) => Object.isFrozen(value)),
    ).toBe(true);
  });

  test('of several groups come under the names the caller gives', () => {
    const main = optionGroup({
      name: 'DEFAULT',
      options: { statePath: { type: 'string', default: '/var' } },
    });
    const values = resolve(
      { api, main },
      { files: [file('[DEFAULT]\nstate_path = /srv\n[api]\nworkers = 2\n')] },
    );
    expect([values.main.statePath, values.api.workers]).toEqual(['/srv', 2]);
  });

  test('of one section may come from two groups', () => {
    const more = optionGroup({ name: 'api', options: { extra: { type: 'string', default: 'e' } } });
    expect(resolve({ api, more }).more).toEqual({ extra: 'e' });
    expect(() =>
      resolve({ api, again: optionGroup({ name: 'api', options: { debug: { type: 'boolean' } } }) }),
    ).toThrow(OptionDeclarationError);
  });
});

describe('precedence', () => {
  const text = '[api]\nworkers = 3\n';
  const environment = { OS_API__WORKERS: '4' };

  test('is program, command line, environment, files, program defaults, declared default', () => {
    const all = {
      files: [file(text)],
      environment,
      arguments: ['--api-workers=5'],
      values: { workers: 6 },
      defaults: { workers: 2 },
    };
    const { values: _values, ...withoutValues } = all;
    const { arguments: _arguments, ...withoutArguments } = withoutValues;
    const { environment: _environment, ...withoutEnvironment } = withoutArguments;
    const { files: _files, ...defaults } = withoutEnvironment;
    const found = [all, withoutValues, withoutArguments, withoutEnvironment, defaults, {}].map(
      (sources) => resolve(api, sources).workers,
    );
    expect(found).toEqual([6, 5, 4, 3, 2, undefined]);
  });

  test('among files is that of the last one', () => {
    expect(resolve(api, { files: [file(text), file('[api]\nworkers = 9\n', '/etc/b.conf')] }).workers).toBe(
      9,
    );
  });

  test('within a file is that of the last line and of the present name', () => {
    expect(
      resolve(api, { files: [file('[api]\nbind_port = 1\nbind_port = 2\n[DEFAULT]\nport = 3\n')] }).bindPort,
    ).toBe(2);
  });

  test('gives a multi-string of all files, and of one command line', () => {
    const files = [file('[api]\nhooks = a\n'), file('[api]\nhooks = b\nhooks = c\n')];
    expect(resolve(api, { files }).hooks).toEqual(['a', 'b', 'c']);
    expect(resolve(api, { files, arguments: ['--api-hooks', 'x', '--api-hooks=y'] }).hooks).toEqual([
      'x',
      'y',
    ]);
    expect(resolve(api, { files, environment: { OS_API__HOOKS: 'on' } }).hooks).toEqual(['on']);
  });
});

describe('the command line', () => {
  const given = (...words: string[]): { debug: boolean; bindHost: string } =>
    resolve(api, { arguments: words });

  test('takes hyphens for underscores', () => {
    expect(given('--api-bind-host', 'a').bindHost).toBe('a');
    expect(given('--api-bind_host=b').bindHost).toBe('b');
  });

  test('has flags with an inverse', () => {
    expect(given('--api-debug').debug).toBe(true);
    expect(given('--api-debug', '--api-nodebug').debug).toBe(false);
    expect(given('--api-debug', '--api-no-debug').debug).toBe(false);
    expect(given('--api-debug=off').debug).toBe(false);
  });

  test.each([
    [['--api-bind-port=many'], '--api-bind-port'],
    [['--api-bind_port', 'many'], '--api-bind_port'],
    [['--api-bind-port=1', '--API-Bind-Port', 'many'], '--API-Bind-Port'],
    [['--port=many'], '--port'],
  ])('is named as it was written where its value is wrong: %j', (words, flag) => {
    expect(issuesOf(() => given(...words))).toEqual([`api.bind_port 'many' from ${flag} is not an integer`]);
  });

  test('reports what it does not know without printing values', () => {
    expect(
      issuesOf(() => given('--password=hunter2', 'hunter2', '--api-bind-host', '--api-nodebug=1')),
    ).toEqual([
      '--password is no option',
      'argument 2 belongs to no option',
      '--api-bind-host needs a value; write --api-bind-host=VALUE',
      '--api-nodebug takes no value',
    ]);
  });
});

describe('values the program gives', () => {
  test('may be texts, and may use the names of files', () => {
    const values = { numbers: '3,4', timeout: 2, bind_port: 1 } as { numbers: string; timeout: number };
    expect(resolve(api, { values })).toMatchObject({ numbers: [3, 4], timeout: 2000, bindPort: 1 });
  });

  test('are checked like others', () => {
    const values = { workers: 0, level: 'medium', nothing: 1, labels: { a: 1 } } as object;
    expect(issuesOf(() => resolve(api, { values }))).toEqual([
      'api.nothing is no option, but values has it',
      "api.workers '0' from values is less than the minimum, 1",
      "api.level 'medium' from values is not one of low, high",
      'api.labels the value from values has a value that is not a text',
    ]);
  });

  test('may not name groups that are none', () => {
    const values = { other: {}, api: 3 } as object;
    expect(issuesOf(() => resolve({ api }, { values }))).toEqual([
      'other is no group, but values has it',
      'api is no object in values',
    ]);
  });
});

describe('references', () => {
  const options = {
    host: { type: 'string', default: 'h' },
    port: { type: 'port', default: 80 },
    url: { type: 'uri', default: 'http://$host:${g.port}/$$x' },
    names: { type: 'list', default: ['$host', 'b'] },
  } as const;
  const group = optionGroup({ name: 'g', options });

  test('are followed in defaults and files, in the own group before DEFAULT', () => {
    expect(resolve(group)).toMatchObject({ url: 'http://h:80/$x', names: ['h', 'b'] });
    const main = optionGroup({
      name: 'DEFAULT',
      options: { zone: { type: 'string', default: 'z' }, host: { type: 'string' } },
    });
    const text = '[g]\nhost = ${zone}.example\n[DEFAULT]\nhost = other\n';
    expect(resolve({ group, main }, { files: [file(text)] }).group.url).toBe('http://z.example:80/$x');
  });

  test('to nothing, to broken values and in circles are reported', () => {
    const text = '[g]\nhost = $names\nnames = $missing\nport = nine\nurl = http://h:$port\n';
    expect(issuesIn(options, text)).toEqual([
      'g.names:3 refers to $missing, which is no option; write $$ for a dollar sign',
      'g.host:2 refers to $names, which has no valid value',
      "g.port:4 'nine' is not an integer",
      'g.url:5 refers to $port, which has no valid value',
    ]);
    expect(issuesIn({ a: { type: 'string' }, b: { type: 'string' } }, '[g]\na = $b\nb = $a\n')).toContain(
      'g.b:3 refers to itself: g.a → g.b → g.a',
    );
  });

  test('cannot make a value grow without end', () => {
    const names = Array.from({ length: 40 }, (_, index) => `o${String(index)}`);
    const grown = Object.fromEntries(
      names.map((name, index) => [
        name,
        { type: 'string' as const, default: `$o${String(index + 1)}`.repeat(4) },
      ]),
    );
    const issues = issuesIn({ ...grown, o40: { type: 'string', default: 'xxxxxxxxxx' } }, '');
    expect(issues.some((issue) => issue.includes('grows beyond 1048576 characters'))).toBe(true);
  });
});

describe('issues', () => {
  test('name every problem with its place', () => {
    const text =
      '[api]\nworkers = none\nlevel = medium\ntimeout = 2h\nlabels = a\nnumbers = 1,x\nbuffer = big\nbind_host = a b\n';
    expect(issuesOf(() => resolve(api, { files: [file(text)] }))).toEqual([
      "api.bind_host:8 'a b' is neither an IP address nor a host name",
      "api.workers:2 'none' is not an integer",
      "api.level:3 'medium' is not one of low, high",
      "api.numbers:6 '1,x' has an item that is not an integer",
      "api.labels:5 'a' has a part without a colon; write key:value,key:value",
      "api.timeout:4 '2h' is more than the maximum, 1h",
      "api.buffer:7 'big' is not a size; write bytes, or a number with kB, MB, GB, TB, KiB, MiB, GiB or TiB",
    ]);
  });

  test('say where a required option can be set', () => {
    expect(issuesIn({ endpoint: { type: 'uri', required: true } }, '')).toEqual([
      'g.endpoint is required; set it in [g] of a file or as OS_G__ENDPOINT',
    ]);
  });

  test('show no secret, also not one that another option refers to', () => {
    const options = {
      pin: { type: 'integer', secret: true },
      key: { type: 'string', secret: true },
      url: { type: 'uri' },
    } as const;
    const issues = issuesIn(options, '[g]\npin = hunter2\nkey = swordfish\nurl = $key\nswordfish\n');
    expect(issues).toHaveLength(3);
    expect(issues.join('\n')).not.toMatch(/hunter2|swordfish/u);
  });
});

describe('warnings', () => {
  test('tell of deprecated names, of options going away and of unknown ones', () => {
    const text = '[DEFAULT]\nport = 1\n[api]\nbind-host = h\nold_mode = x\ntypo = y\n[other]\nz = 1\n';
    const { warnings, values } = loadConfiguration(api, { files: [file(text)] });
    expect(values.bindPort).toBe(1);
    expect(warnings.map(({ kind, path, line, message }) => [kind, path, line, message])).toEqual([
      ['unknownOption', 'api.bind-host', 4, 'is no option; write bind_host'],
      ['unknownOption', 'api.typo', 6, 'is no option'],
      [
        'deprecatedName',
        'api.bind_port',
        2,
        'is set by its deprecated name [DEFAULT] port; write [api] bind_port',
      ],
      [
        'deprecatedForRemoval',
        'api.old_mode',
        5,
        'is deprecated since 2.0 and will be removed: nobody used it',
      ],
    ]);
  });
});

describe("compat: 'oslo'", () => {
  test('gives the same values where both agree', () => {
    const text =
      '[api]\nworkers = 3\nhooks = a\nlabels = a:b\ntimeout = 5s\nnumbers = 1,2\n[DEFAULT]\nport = 7\n';
    const sources = {
      files: [file(text)],
      environment: { OS_API__DEBUG: 'on' },
      values: { level: 'high' },
    } as const;
    expect(resolve(api, { ...sources, compat: 'oslo' })).toEqual(resolve(api, sources));
  });

  test('ends at the first problem, in its words', () => {
    const issues = issuesOf(() =>
      resolve(api, { compat: 'oslo', files: [file('[api]\nworkers = x\ndebug = y\n')] }),
    );
    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain('ConfigFileValueError: Value for option workers from LocationInfo(');
  });

  test('shows no secret either', () => {
    const group = optionGroup({
      name: 'g',
      options: {
        pin: { type: 'integer', secret: true },
        key: { type: 'string', secret: true },
        count: { type: 'integer' },
      },
    });
    const issuesWith = (text: string): string =>
      issuesOf(() => resolve(group, { compat: 'oslo', files: [file(text)] })).join();
    for (const text of ['[g]\npin = hunter2\n', '[g]\nkey = hunter2\ncount = $key\n', '[g]\nhunter2\n']) {
      expect(issuesWith(text)).toMatch(/Error/u);
      expect(issuesWith(text)).not.toContain('hunter2');
    }
  });
});
