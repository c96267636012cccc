import { InvalidRangeError } from '../errors.ts';
import { parseAddress, type Address } from './address.ts';

/** The addresses that share their first bits. */
export interface Network {
  readonly bits: 32 | 128;
  readonly base: bigint;
  /** The bits that must be equal. */
  readonly mask: bigint;
}

const maskOf = (length: number, bits: 32 | 128): bigint => {
  const all = (1n << BigInt(bits)) - 1n;
  return all ^ (all >> BigInt(length));
};

/** How many bits a mask such as 255.255.255.0, or its complement 0.0.0.255, keeps; undefined when it is neither. */
const lengthOfMask = (mask: bigint): number | undefined => {
  for (let length = 0; length <= 32; length += 1) if (maskOf(length, 32) === mask) return length;
  const complement = mask ^ 0xffff_ffffn;
  for (let length = 0; length <= 32; length += 1) if (maskOf(length, 32) === complement) return length;
  return undefined;
};

const prefixLength = (text: string, bits: 32 | 128): number | undefined => {
  if (/^[0-9]+$/.test(text)) {
    const length = Number(text);
    return length <= bits ? length : undefined;
  }
  const mask = bits === 32 ? parseAddress(text) : undefined;
  return mask?.bits === 32 ? lengthOfMask(mask.value) : undefined;
};

/**
 * Reads a range of addresses: `192.168.0.0/24`, `10.0.0.0/255.0.0.0`, `::1`, `2001:db8::/32`.
 * @throws InvalidRangeError (ERR_HEALTHCHECK_RANGE) for anything else, also for bits set beyond the prefix: they are a
 *   mistake more often than not
 * @parity CPython 3.11 ipaddress.ip_network, strict — same
 */
export const parseNetwork = (text: string): Network => {
  const [written = '', prefix, ...rest] = text.split('/');
  const address = rest.length === 0 ? parseAddress(written) : undefined;
  const length =
    address === undefined
      ? undefined
      : prefix === undefined
        ? address.bits
        : prefixLength(prefix, address.bits);
  if (address === undefined || length === undefined) {
    throw new InvalidRangeError(text, `'${text}' does not appear to be an IPv4 or IPv6 network`);
  }
  const mask = maskOf(length, address.bits);
  if ((address.value & mask) !== address.value)
    throw new InvalidRangeError(text, `${text} has host bits set`);
  return { bits: address.bits, base: address.value, mask };
};

/** Whether an address is one of a range's. */
export const contains = ({ bits, base, mask }: Network, address: Address): boolean =>
  address.bits === bits && (address.value & mask) === base;
