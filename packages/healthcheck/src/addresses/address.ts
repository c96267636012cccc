/** An IP address as a number, with how many bits it has. */
export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** The part of an IPv6 address in which an IPv4 address is wrapped. */
const MAPPED_PREFIX = 0xffffn;

const parseIpv4 = (text: string): bigint | undefined => {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
};

/** The groups of a part of an IPv6 address, of which the last may be an IPv4 address. */
const parseGroups = (text: string): bigint[] | undefined => {
  if (text === '') return [];
  const groups: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const embedded = index === parts.length - 1 ? parseIpv4(part) : undefined;
      if (embedded === undefined) return undefined;
      groups.push(embedded >> 16n, embedded & 0xffffn);
    } else {
      if (!/^[0-9A-Fa-f]{1,4}$/.test(part)) return undefined;
      groups.push(BigInt(`0x${part}`));
    }
  }
  return groups;
};

const parseIpv6 = (text: string): bigint | undefined => {
  const [address = '', zone, ...rest] = text.split('%');
  if (zone === '' || rest.length > 0) return undefined;
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map(parseGroups);
  const [head, tail] = groups;
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => 0n), ...(tail ?? [])];
  return all.reduce((value, group) => (value << 16n) | group, 0n);
};

/**
 * Reads an IP address; undefined for anything else, such as numbers with leading zeros.
 * @parity CPython 3.11 ipaddress.ip_address — same
 */
export const parseAddress = (text: string): Address | undefined => {
  const ipv4 = parseIpv4(text);
  if (ipv4 !== undefined) return { bits: 32, value: ipv4 };
  const ipv6 = parseIpv6(text);
  return ipv6 === undefined ? undefined : { bits: 128, value: ipv6 };
};

/** An IPv4 address that is written as `::ffff:a.b.c.d`, as itself: Node shows IPv4 clients of a dual-stack server so. */
export const unwrap = (address: Address): Address =>
  address.bits === 128 && address.value >> 32n === MAPPED_PREFIX
    ? { bits: 32, value: address.value & 0xffff_ffffn }
    : address;
