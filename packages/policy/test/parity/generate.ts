/** A source of choices that a seed determines. */
export interface Random {
  /** A whole number below a limit. */
  below(limit: number): number;
  /** One of several values. */
  pick<T>(values: readonly T[]): T;
}

/** @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md mulberry32 */
export const randomOf = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return { below, pick: (values) => values[below(values.length)] as (typeof values)[number] };
};

const CHECKS = [
  ...[
    '@',
    '!',
    'role:admin',
    'role:%(r)s',
    'rule:x',
    'rule:nope',
    'user_id:%(user_id)s',
    'typo',
    'a:b:c',
    ':',
    'k:',
  ],
  ...[
    "'m':%(v)s",
    'True:%(v)s',
    'None:%(v)s',
    'user.id:%(user_id)s',
    'groups:g1',
    '"q"',
    "'q",
    'level:%(v)05d',
  ],
];
const WORDS = ['and', 'or', 'not', 'AND', 'Not', '(', ')', '((', '))', 'not(', ')and'];
const SPACES = [' ', ' ', ' ', '  ', '\n', '\t', '\u00a0', '\u0085', '\u001c', '\ufeff', ''];

const manyOf = (random: Random, most: number, part: () => string): string => {
  let text = '';
  for (let count = 1 + random.below(most); count > 0; count--) text += part();
  return text;
};

const ruleText = (random: Random): string => {
  const grow = (depth: number): string => {
    const kind = random.below(depth > 3 ? 1 : 5);
    if (kind === 1) return `${grow(depth + 1)} and ${grow(depth + 1)}`;
    if (kind === 2) return `${grow(depth + 1)} or ${grow(depth + 1)}`;
    if (kind === 3) return `not ${grow(depth + 1)}`;
    return kind === 4 ? `(${grow(depth + 1)})` : random.pick(CHECKS);
  };
  return random.below(2) === 0
    ? grow(0)
    : manyOf(random, 8, () => random.pick(random.below(2) === 0 ? CHECKS : WORDS) + random.pick(SPACES));
};

const KINDS = [
  ...[
    'a',
    'user',
    'id',
    '.',
    '..',
    '1',
    '0',
    '007',
    '1_0',
    '0x1f',
    '0b1',
    '1e5',
    '.5',
    '1j',
    '+',
    '-',
    '*',
    '**',
  ],
  ...[
    '//',
    '@',
    '|',
    '~',
    '<<',
    '==',
    '!=',
    '<>',
    '=',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    '...',
    ' ',
    'not ',
    ' and ',
  ],
  ...[
    ' in ',
    ' is ',
    ' if ',
    ' else ',
    'await ',
    'None',
    'True',
    'class',
    '"a"',
    "'b'",
    'b"x"',
    "f'{a}'",
    "f'{'",
    '#c',
  ],
  ...[
    '\\',
    '$',
    '?',
    '\u00e9',
    '\u00aa',
    '\u{1f600}',
    'set()',
    '(1,)',
    '[1,2]',
    '{1,2}',
    '-1',
    '1+1j',
    '1if',
    'x for x in y',
  ],
];

const FLAGS = ['', '-', '+', ' ', '#', '0', '-0', '+#', '# 0'];
const SIZES = ['', '', '5', '12', '.', '.0', '.3', '8.2', '*', '.*'];
const TYPES = Array.from('diouxXeEfFgGcrsa%bzlhq');
const VALUES: readonly unknown[] = [
  ...[
    0,
    1,
    -7,
    255,
    true,
    false,
    null,
    'a',
    "it's",
    'new\nline',
    '\u00e9\u{1f600}',
    [],
    ['a', 1, null],
    { k: 'v' },
  ],
  ...[
    { $float: '1.0' },
    { $float: '-0.5' },
    { $float: '1e16' },
    { $float: 'inf' },
    { $float: 'nan' },
    { $float: '2.5' },
  ],
  ...[{ $int: '123456789012345678901234567890' }, { $tuple: [1, 'x'] }, { $tuple: [] }, 'g1', 'admin'],
];

const formatText = (random: Random): string =>
  manyOf(random, 3, () => {
    if (random.below(6) === 0) return random.pick(['%%', 'x', '%', '%(', '%(v']);
    const key = random.pick(['(v)', '(v)', '(user_id)', '(miss)', '()', '((v))', '']);
    return `%${key}${random.pick(FLAGS)}${random.pick(SIZES)}${random.pick(['', '', 'l', 'h'])}${random.pick(TYPES)}`;
  });

const YAML = [
  ...[
    'a',
    'b',
    ': ',
    ':',
    '- ',
    '? ',
    '\n',
    '\n',
    '\n  ',
    '\n ',
    '  ',
    ' ',
    '\t',
    '"x"',
    "'y'",
    '"a\\n',
    '[',
    ']',
    '{',
    '}',
  ],
  ...[
    ', ',
    '&a ',
    '*a',
    '! ',
    '!!str ',
    '!!int ',
    '!!map ',
    '!!null ',
    '!foo ',
    '%YAML 1.1\n',
    '---\n',
    '...\n',
    '|',
    '>-',
  ],
  ...[
    '\n   text\n  more',
    '# c',
    '<<: ',
    '= ',
    'yes',
    'no',
    '~',
    '0',
    '1.5',
    '0x1F',
    '1:30',
    '2020-01-01',
    '"\\x41"',
    '"\\q"',
  ],
  ...[
    '\u00e9',
    '\ufeff',
    '\u0085',
    '\r\n',
    '@',
    '`',
    'role:admin',
    'a: "@"\n',
    'b: rule:a or role:b\n',
    '<<: {a: role:x}\n',
  ],
];

const target = (random: Random): unknown => ({
  v: random.pick(VALUES),
  ...(random.below(3) > 0 ? { user_id: random.pick(['u', 'v', null]) } : {}),
  r: random.pick(['admin', 'Member']),
});

const credentials = (random: Random): unknown => ({
  ...(random.below(5) > 0
    ? {
        roles: random.pick<unknown>([
          ['Admin'],
          ['member', 'ADMIN'],
          [],
          'admin',
          null,
          [1],
          [null],
          ['admin', {}],
        ]),
      }
    : {}),
  user_id: random.pick<unknown>(['u', null, 5]),
  user: random.pick<unknown>([{ id: 'u' }, [{ id: 'v' }, { id: 'u' }], null, 'u', {}]),
  groups: random.pick<unknown>([['g1', 'g2'], 'g1', { g1: 1 }, []]),
  level: random.pick(VALUES),
});

const MAKERS: readonly ((random: Random) => Record<string, unknown>)[] = [
  (random) => ({ op: 'parse', rule: ruleText(random) }),
  (random) => ({ op: 'literal', kind: manyOf(random, 6, () => random.pick(KINDS)) }),
  (random) => ({ op: 'format', fmt: formatText(random), target: target(random) }),
  (random) => ({ op: 'load_text', text: manyOf(random, 12, () => random.pick(YAML)) }),
  (random) => ({
    op: 'enforce',
    rules: { a: ruleText(random), x: ruleText(random) },
    rule: 'a',
    target: target(random),
    creds: credentials(random),
  }),
];

/** A request of any kind that the live original can answer. */
export const makeRequest = (random: Random): Record<string, unknown> => random.pick(MAKERS)(random);
