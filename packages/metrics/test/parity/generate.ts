import { OSLO_METRICS } from '../../src/wire/definitions.ts';

/** Random numbers from a seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  one<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  isLucky(chance: number): boolean {
    return this.next() < chance;
  }
}

const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => String(random.below(10))).join('');

const NUMBERS = [
  '0',
  '-0',
  '-0.0',
  '1',
  '-1',
  '2.5',
  '0.01',
  '0.010000000000000002',
  '100',
  '100.00000000000001',
  '1e5',
  '1E+5',
  '1e-5',
  '1e16',
  '123456789012345678',
  '1e22',
  '1e-7',
  '0.0001',
  '0.00001',
  '1e400',
  '-1e400',
  '5e-324',
  '1.7976931348623157e308',
  '9007199254740993',
  '1000000',
  '1234567.5',
  'NaN',
  'Infinity',
  '-Infinity',
  '01',
  '+1',
  '.5',
  '1.',
  '1e',
  '-',
  'nan',
  '0x10',
  '1_0',
  '00',
  '-01',
  '1e+',
  '--1',
  '１',
];

const number = (random: Random): string => {
  if (random.isLucky(0.4)) return random.one(NUMBERS);
  if (random.isLucky(0.5)) return String(random.next() * 10 ** random.below(5));
  const whole = random.isLucky(0.05)
    ? digits(random, 300 + random.below(30))
    : digits(random, 1 + random.below(25));
  const fraction = random.isLucky(0.5) ? `.${digits(random, 1 + random.below(20))}` : '';
  const exponent = random.isLucky(0.2)
    ? `e${random.one(['', '+', '-'])}${digits(random, 1 + random.below(3))}`
    : '';
  return `${random.isLucky(0.2) ? '-' : ''}${whole.replace(/^0+(?=\d)/u, '')}${fraction}${exponent}`;
};

const PIECES = [
  'a',
  'compute',
  ' ',
  "'",
  '\\"',
  '\\\\',
  '\\n',
  '\\t',
  '\\r',
  '\\/',
  '\\b',
  '\\f',
  '\\u0041',
  '\\u00e9',
  '\\u0000',
  '\\u001f',
  '\\u007f',
  '\\u0085',
  '\\u00ad',
  '\\u200b',
  '\\u2028',
  '\\ud83d\\ude00',
  '\\ud800',
  '\\udc00',
  '\\uD83D',
  '\\ufeff',
  '\\uffff',
  '\\u0378',
  '\\u3000',
  '\\u31e4',
  'é',
  '漢',
  '😀',
  '\u{1f6dc}',
  '\u{323b0}',
  '\u{e0001}',
  '\u2028',
  '\u0085',
  '\u00a0',
  '\u007f',
  '=',
  ',',
  '{',
  '}',
  '"value": 7,',
  'None',
  '__overflow__',
  '\\u12',
  '\\x',
  '\\',
  '\n',
  '\u0001',
  '\\u００４１',
];

const text = (random: Random): string => {
  const count = random.isLucky(0.02) ? 200 : random.below(5);
  return `"${Array.from({ length: count }, () => (random.isLucky(0.5) ? random.one(['a', 'b', 'x1', 'nova']) : random.one(PIECES))).join('')}"`;
};

const space = (random: Random): string =>
  random.isLucky(0.9) ? ' ' : random.one(['', '  ', '\n', '\t', '\r\n', '\u00a0', '\v']);

const value = (random: Random, depth = 0): string => {
  const kind = random.below(depth > 3 ? 6 : 9);
  if (kind === 0) return random.one(['null', 'true', 'false', 'None', 'True', 'nul', 'NULL']);
  if (kind === 1) return 'null';
  if (kind <= 3) return number(random);
  if (kind <= 5) return text(random);
  if (kind === 6) return random.isLucky(0.02) ? `${'['.repeat(300)}${']'.repeat(300)}` : '[]';
  const count = random.below(4);
  const comma = `,${space(random)}`;
  if (kind === 7) return `[${Array.from({ length: count }, () => value(random, depth + 1)).join(comma)}]`;
  return `{${Array.from({ length: count }, () => `${text(random)}:${space(random)}${value(random, depth + 1)}`).join(comma)}}`;
};

const LABELS = [
  'self',
  'module',
  'name',
  'action',
  'labelvalues',
  'exception',
  'le',
  'quantile',
  'value',
  '',
  '__proto__',
  'constructor',
  'extra',
];
const NAMES = [
  'rpc_server_common_labels',
  'prometheus_client',
  '__doc__',
  '__dict__',
  '__proto__',
  'constructor',
  'labels',
  '',
  'rpc_server_exception',
  'RPC_SERVER_EXCEPTION_TOTAL',
];

interface Shape {
  readonly name: string;
  readonly action: string;
  readonly value: string;
  readonly labels: readonly (readonly [string, string])[];
}

const canonical = ({ name, action, value: amount, labels }: Shape): string =>
  `{"module": "oslo_messaging", "name": ${name}, "action": {"value": ${amount}, "action": ${action}}, "labels": {${labels
    .map(([label, one]) => `"${label}": ${one}`)
    .join(', ')}}}`;

/** Members that may be missing, doubled, of another order or kind. */
const disturbed = (random: Random, shape: Shape): string => {
  const { name, action, value: amount } = shape;
  const labels = [...shape.labels];
  while (random.isLucky(0.3)) {
    const change = random.below(4);
    const at = random.below(labels.length || 1);
    if (change === 0) labels.splice(at, 1);
    else if (change === 1) labels.splice(at, 0, [random.one(LABELS), value(random)]);
    else if (change === 2 && labels[at] !== undefined) labels.push([labels[at][0], value(random)]);
    else if (labels[at] !== undefined)
      labels.splice(at, 1, [labels[at][0].replace('e', '\\u0065'), value(random)]);
  }
  const object = (members: (readonly [string, string])[]): string => {
    if (random.isLucky(0.1)) members.splice(random.below(members.length), 1);
    if (random.isLucky(0.1))
      members.push([random.one(members.length > 0 ? members.map(([key]) => key) : ['x']), value(random)]);
    if (random.isLucky(0.2)) members.reverse();
    return `{${members.map(([key, one]) => `"${key}":${space(random)}${one}`).join(`,${space(random)}`)}}`;
  };
  const maybe = (one: string): string => (random.isLucky(0.07) ? value(random) : one);
  return object([
    ['module', maybe(random.isLucky(0.05) ? '"oslo_db"' : '"oslo_messaging"')],
    ['name', maybe(random.isLucky(0.1) ? `"${random.one(NAMES)}"` : name)],
    [
      'action',
      maybe(
        object([
          ['value', amount],
          ['action', maybe(random.isLucky(0.1) ? '"set"' : action)],
        ]),
      ),
    ],
    ['labels', maybe(object(labels))],
  ]);
};

/** Bytes changed, lost, added: what a broken sender would send. */
const damaged = (random: Random, bytes: Buffer): Buffer => {
  const at = random.below(bytes.length || 1);
  switch (random.below(6)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes, Buffer.from(random.one([' ', '\n', '}', 'x', ' {}', '\0']))]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), Buffer.of(random.below(256)), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    case 4:
      return Buffer.concat([Buffer.from(random.one(['\ufeff', ' ', '\n', '\0'])), bytes]);
    default: {
      const copy = Buffer.from(bytes);
      copy[at] = random.below(256);
      return copy;
    }
  }
};

/** A stream of datagrams: most write few series again and again, as services do; the rest are hostile. */
export const makeStream = (random: Random, length: number): Buffer[] => {
  const shapes = Array.from({ length: 4 }, () => {
    const metric = random.one(OSLO_METRICS);
    const isPlain = random.isLucky(0.5);
    return {
      name: `"${metric.name}"`,
      action: metric.kind === 'counter' ? '"inc"' : '"observe"',
      labels: metric.labels.map((label) => [label, isPlain ? '"a"' : value(random)] as const),
    };
  });
  return Array.from({ length }, () => {
    const base = random.one(shapes);
    const isCounter = base.action === '"inc"';
    const amount = random.isLucky(0.5)
      ? isCounter
        ? 'null'
        : number(random)
      : random.isLucky(0.7)
        ? number(random)
        : value(random);
    const action = random.isLucky(0.05) ? random.one(['"inc"', '"observe"']) : base.action;
    const shape = { ...base, action, value: amount };
    const bytes = Buffer.from(random.isLucky(0.6) ? canonical(shape) : disturbed(random, shape));
    return random.isLucky(0.15) ? damaged(random, bytes) : bytes;
  });
};
