import { spawnSync } from 'node:child_process';
import { PYTHON, originalsMissing } from '@oslofjord/services';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress, unwrap } from './address.ts';
import { contains, parseNetwork } from './network.ts';

const inside = (range: string, address: string): boolean | undefined => {
  const parsed = parseAddress(address);
  return parsed && contains(parseNetwork(range), parsed);
};

test('an address is inside the ranges that share its first bits', () => {
  expect(inside('192.168.0.0/24', '192.168.0.255')).toBe(true);
  expect(inside('192.168.0.0/24', '192.168.1.0')).toBe(false);
  expect(inside('2001:db8::/32', '2001:DB8::5')).toBe(true);
  expect(inside('0.0.0.0/0', '::1')).toBe(false);
});

test('an IPv4 address wrapped in IPv6 is unwrapped', () => {
  expect(unwrap(parseAddress('::ffff:10.0.0.1')!)).toEqual(parseAddress('10.0.0.1'));
  expect(unwrap(parseAddress('::10.0.0.1')!).bits).toBe(128);
});

const missing = await originalsMissing({}, ['python3']);
const PROGRAM = `
import ipaddress, json, sys
def ask(kind, text):
    try:
        if kind == 'address':
            value = ipaddress.ip_address(text)
            return [value.version, str(int(value))]
        value = ipaddress.ip_network(text)
        return [value.version, str(int(value.network_address)), value.prefixlen]
    except ValueError:
        return None
print(json.dumps([ask(*pair) for pair in json.load(sys.stdin)]))`;

const digits = fc.stringMatching(/^[0-9]{1,4}$/);
const group = fc.stringMatching(/^[0-9a-fA-Fg]{0,5}$/);
const address = fc.oneof(
  fc.array(digits, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
  fc.ipV4(),
  fc.ipV6(),
  fc.array(group, { minLength: 1, maxLength: 9 }).map((parts) => parts.join(':')),
  fc.tuple(fc.ipV6(), fc.constantFrom('', '%', '%eth0', '%1%2', ' ')).map(([ip, tail]) => ip + tail),
  fc.tuple(fc.array(group, { maxLength: 7 }), fc.ipV4()).map(([parts, ip]) => [...parts, ip].join(':')),
);
const range = fc.oneof(
  address,
  fc
    .tuple(
      address,
      fc.oneof(
        digits,
        fc.ipV4(),
        fc.constantFrom('', '24', '32', '64', '255.0.0.0', '0.0.0.255', '-1', '+8'),
      ),
    )
    .map(([ip, prefix]) => `${ip}/${prefix}`),
  fc
    .tuple(fc.integer({ min: 0, max: 33 }), fc.constantFrom('0.0.0.0', '10.0.0.0', '128.0.0.0', '10.1.0.0'))
    .map(([length, ip]) => `${ip}/${length}`),
);

test.skipIf(missing !== undefined)(
  'addresses and ranges are read as Python reads them',
  { timeout: 120_000 },
  () => {
    const runs = 2000 * Number(process.env.PROPERTY_RUNS ?? 1);
    const seed = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
    const pairs = [
      ...fc.sample(address, { numRuns: runs, seed }).map((text) => ['address', text] as const),
      ...fc.sample(range, { numRuns: runs, seed }).map((text) => ['network', text] as const),
    ];
    const { stdout } = spawnSync(PYTHON, ['-c', PROGRAM], {
      input: JSON.stringify(pairs),
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const answers = JSON.parse(stdout) as (readonly unknown[] | null)[];
    const ours = (kind: string, text: string): readonly unknown[] | null => {
      if (kind === 'address') {
        const parsed = parseAddress(text);
        return parsed === undefined ? null : [parsed.bits === 32 ? 4 : 6, String(parsed.value)];
      }
      try {
        const { bits, base, mask } = parseNetwork(text);
        const length = mask.toString(2).replaceAll('0', '').length;
        return [bits === 32 ? 4 : 6, String(base), length];
      } catch {
        return null;
      }
    };
    for (const [index, [kind, text]] of pairs.entries()) {
      expect(ours(kind, text), `PROPERTY_SEED=${seed} ${kind} ${text}`).toEqual(answers[index]);
    }
  },
);
