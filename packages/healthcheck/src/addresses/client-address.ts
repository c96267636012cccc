import { parseAddress, unwrap } from './address.ts';
import { contains, type Network } from './network.ts';

const isInside = (ranges: readonly Network[], text: string): boolean => {
  const address = parseAddress(text);
  return (
    address !== undefined &&
    ranges.some((range) => contains(range, unwrap(address)) || contains(range, address))
  );
};

/**
 * Who sent a request: the other end of the connection, or, where that is a proxy that is trusted, the last address of
 * X-Forwarded-For that is not one. What anybody may write there is never believed.
 */
export const clientAddress = (
  remoteAddress: string | undefined,
  forwardedFor: string | readonly string[] | undefined,
  trusted: readonly Network[],
): string | undefined => {
  if (trusted.length === 0 || remoteAddress === undefined || !isInside(trusted, remoteAddress)) {
    return remoteAddress;
  }
  const hops = [forwardedFor ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '');
  return hops.findLast((hop) => !isInside(trusted, hop)) ?? remoteAddress;
};
