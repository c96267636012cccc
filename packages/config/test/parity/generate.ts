import type { ConfigRequest, OptionRequest } from './request.ts';

/** A source of numbers in [0, 1) that always gives the same ones for a seed (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const TYPES = [
  'string',
  'integer',
  'float',
  'boolean',
  'port',
  'list',
  'dict',
  'multistring',
  'uri',
  'host',
] as const;
const NAMES = ['alpha', 'beta', 'delta-y', 'gamma_x', 'eps', 'name'];
const GROUPS = [null, null, 'g', 'h', 'Mixed'];
const OLD_NAMES = ['old', 'alpha_old', 'old-er', 'name'];

const COMMON_VALUES = [
  ...[
    '',
    ' ',
    'a',
    'x',
    'b c',
    '  x ',
    'a,b',
    'a, b ,c',
    'a,,b,',
    ',',
    'k:v',
    'k:v,x:y',
    'k:v,w,x:y,',
    'k : v , x:"y,z"',
  ],
  ...[
    'true',
    'YES',
    'off',
    'No',
    '0',
    '1',
    '7',
    '10',
    '11',
    '-3',
    '+4',
    ' 5 ',
    '1_000',
    '1__0',
    '_1',
    '0x1f',
    '007',
    '１２',
    '٣',
    '𝟗',
  ],
  ...[
    '80',
    '65535',
    '65536',
    '9007199254740993',
    '123456789012345678901234567890',
    '1.5',
    '.5',
    '5.',
    '1e3',
    '-1E-7',
    '1_0.5',
    '1e400',
  ],
  ...[
    'inf',
    '-Infinity',
    'nan',
    '+nan',
    '1e',
    'é',
    '日本',
    '\u00a0x',
    'x\u2028y',
    '\u00e9\u0301',
    '🐟',
    'a\u0000b',
    "it's",
    '"it\'s"',
    'a\\b',
    '\u200b',
  ],
  ...[
    '"q"',
    "'s'",
    '"',
    "'",
    '"a,b",c',
    "'a','b'",
    '"a',
    '#no',
    'a#b',
    'a ; b',
    'a=b',
    'a:b',
    '[x]',
    '-bad-',
    '-',
    '9'.repeat(4300),
    `-${'9'.repeat(4301)}`,
    `${'🐟'.repeat(150)}x`,
  ],
];
const ADDRESS_VALUES = [
  ...[
    '127.0.0.1',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3',
    '::1',
    '[::1]',
    '::ffff:1.2.3.4',
    '::ffff:1.2.3.400',
    'fe80::1%eth0',
    '1::2::3',
  ],
  ...[
    'host.example.com',
    'host.',
    'a..b',
    'h_x',
    'host.1',
    '1.host',
    `${'a'.repeat(64)}.x`,
    `${'ab.'.repeat(90)}x`,
    'ſt',
    'İx',
  ],
  ...[
    'http://h:80/p',
    'http://u:p@h/',
    'ftp://x',
    'http://',
    'http:///p',
    'http://:80',
    'mailto:a',
    'http://[::1]:8/',
    'http://[::1',
    '//h/p',
  ],
  ...[
    'http://[fe80::1%25eth0]/',
    'http://[fe80::1%eth0]/',
    'http://[v1.x]/',
    'http://300.1.1.1/',
    'http://h:999999/',
    'http://h/a b%zz',
    'http://h/%41',
  ],
  ...[
    'http://h/[x]',
    'http://h\\x/',
    'http://é/',
    'HTTP://H?q=1#f',
    '1http://h',
    'http://h/a%2',
    'http://a@b@c/',
    'http://h/?é#日',
    'http://h]/',
  ],
];
const REFERENCES = [
  ...[
    '$name',
    '${name}',
    '$g.name',
    '${g.name}',
    '${g.alpha}',
    '$missing',
    '$$x',
    '\\$x',
    '$',
    '${',
    '${}',
    '$1',
    '$h',
    '${h}',
    '$g.',
    '$.x',
  ],
  ...[
    '$alpha',
    '$beta-x',
    '${delta_y}',
    '${delta-y}',
    '$g.delta_y',
    '$old',
    '$g.old',
    '$eps,$eps',
    '$gamma_x:$eps',
    '$ſ',
    '$Mixed.eps',
    '$config_source',
  ],
];
const TEXTS = [...COMMON_VALUES, ...ADDRESS_VALUES, ...REFERENCES];

const INTEGER_BOUNDS = [
  { min: 0, max: 10 },
  { min: 2 },
  { max: 1_234_567 },
  { min: -0.5, max: 99.5 },
  { max: 1e5 },
  { max: 1_000_005 },
  { min: 1_000_015 },
  { max: 0.000_012_5 },
];
const FLOAT_BOUNDS = [...INTEGER_BOUNDS, { min: 1e-7 }, { max: 2.500001 }, { min: 5, max: 3 }];
const PORT_BOUNDS = [{ min: 1 }, { min: 10, max: 1024 }, { max: 65_536 }, { min: -1 }];

const DEFAULTS: Readonly<Record<(typeof TYPES)[number], readonly unknown[]>> = {
  string: ['dflt', '', '$name', 5, true, ['a'], 'a\\$b', '$g.name'],
  integer: [7, 0, '12', '', 2.5, true, 'x', '$eps', [1]],
  float: [2.5, 10, 'inf', 'nan', 1e-7, 1e16, true],
  boolean: [true, false, 'on', 'maybe', 1],
  port: [80, 0, 65_535, 70_000, '$beta'],
  list: [['x', 'y'], [], '$name,b', ['$name'], [1, 2], 'a,b', 3],
  dict: [{ a: 'b' }, {}, { $name: '$eps' }, 'a:b', { n: 1, l: [1] }, ['a']],
  multistring: [['m'], [], 'ab', ['$name', 'x'], 3, { a: 'b' }],
  uri: ['http://d', 'nonsense', '$name', 5],
  host: ['localhost', '::1', 'a_b', '$name', 5],
};

/** Makes requests that touch every rule, most of them valid enough to get to the values. */
export const makeRequest = (random: () => number): ConfigRequest => {
  const chance = (probability: number): boolean => random() < probability;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const count = (most: number): number => Math.floor(random() * (most + 1));
  const many = <T>(most: number, make: () => T): T[] => Array.from({ length: count(most) }, make);

  const option = (): OptionRequest => {
    const type = pick(TYPES);
    const bounds = { integer: INTEGER_BOUNDS, float: FLOAT_BOUNDS, port: PORT_BOUNDS }[type as 'port'];
    const limits = (bounds as readonly object[] | undefined) !== undefined && chance(0.3) ? pick(bounds) : {};
    const choices =
      type === 'port'
        ? pick([
            [80, 443],
            [80, 10, 7],
          ])
        : pick([['a', 'true', 'x'], ['', 'a', 'dflt'], ["it's"]]);
    const hasChoices = (type === 'string' && chance(0.25)) || (type === 'port' && chance(0.1));
    return {
      group: pick(GROUPS),
      name: pick(NAMES),
      type,
      ...(chance(0.45) ? { default: chance(0.9) ? DEFAULTS[type][0] : pick(DEFAULTS[type]) } : {}),
      ...limits,
      ...(hasChoices ? { choices } : {}),
      ...(type === 'list' && chance(0.3) ? { item_type: 'integer' } : {}),
      ...(chance(0.08) ? { required: true } : {}),
      ...(chance(0.05) ? { mutable: true } : {}),
      ...(chance(0.3)
        ? {
            deprecated: many(2, () => ({
              ...(chance(0.85) ? { name: pick(OLD_NAMES) } : {}),
              ...(chance(0.7) ? { group: pick([null, 'g', 'oldg', 'DEFAULT']) } : {}),
            })),
          }
        : {}),
    };
  };

  const line = (): string => {
    const key = pick([...NAMES, 'delta_y', 'old', 'alpha_old', 'old_er', 'unknown']);
    const assignment = `${key}${pick([' = ', '=', ': ', ' =', ':'])}${pick(TEXTS).replaceAll('\n', ' ')}`;
    const odd = pick(['  continued', '\tmore, x', '# c', '; c', '', '   ', '[g]', '[G]', '[mixed]']);
    const bad = pick([' early', 'garbage', '= v', '[]', '[open', '[x] # c', ': ']);
    if (chance(0.004)) return bad;
    return chance(0.12) ? odd : assignment;
  };
  const section = (): string[] => [
    `[${pick(['DEFAULT', 'DEFAULT', 'g', 'h', 'oldg', 'Mixed', 'MIXED', 'default'])}]`,
    ...many(5, line),
  ];
  const text = (): string =>
    (chance(0.01) ? `${line()}\n` : '') +
    many(4, section)
      .flat()
      .join(pick(['\n', '\n', '\n', '\r\n', '\r'])) +
    pick(['', '\n', '\n\n']);

  const options: OptionRequest[] = [];
  for (const made of Array.from({ length: 1 + count(4) }, option)) {
    const isTaken = options.some(({ name, group }) => name === made.name && group === made.group);
    if (!isTaken || chance(0.1)) options.push(made);
  }
  const flag = (): string[] => {
    const { group, name, type } = pick(options);
    const prefix = group === null || group === undefined ? '' : `${group}-`;
    const shown = pick([name, name, name, name, 'old', 'g-old', name.slice(0, 3)]);
    const value = pick(TEXTS);
    if (type === 'boolean')
      return pick([[`--${prefix}${shown}`], [`--${prefix}no${shown}`], [`--${prefix}${shown}=1`]]);
    return pick([
      [`--${prefix}${shown}`, value],
      [`--${prefix}${shown}=${value}`],
      [`--${prefix}${shown}=${value}`],
    ]);
  };
  const stray = (): string[] => [
    pick(['--help', '-h', '-hh', '-x', 'word', '--', '--unknown', '--unknown=1', '-5', '--al', '-', '']),
  ];
  const variable = (): [string, string] => {
    const { group, name } = pick(options);
    return [
      `OS_${(group ?? 'DEFAULT').toUpperCase()}__${name.replaceAll('-', '_').toUpperCase()}`,
      pick(TEXTS).replaceAll('\u0000', ''),
    ];
  };
  return {
    options,
    files: Array.from({ length: 1 + count(1) }, (_, index): [string, string] => [
      `${String(index)}.conf`,
      text(),
    ]),
    ...(chance(0.2)
      ? {
          dir: [
            ...new Set(
              many(3, () => pick(['a.conf', 'b.conf', 'B.conf', 'c.txt', '.hidden.conf', 'é.conf'])),
            ),
          ].map((name): [string, string] => [name, text()]),
        }
      : {}),
    ...(chance(0.35)
      ? { args: [...many(4, flag), ...(chance(0.1) ? [stray()] : []), ...many(1, flag)].flat() }
      : {}),
    ...(chance(0.25) ? { env: Object.fromEntries(many(2, variable)) } : {}),
  };
};
