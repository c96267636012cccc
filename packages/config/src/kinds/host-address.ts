import { isIPv4, isIPv6 } from 'node:net';

// Python's `[A-Z]` without regard to case also matches these four.
const LABEL = /^(?!-)[A-Za-z\u0130\u0131\u017f\u212a0-9-]{1,63}(?<!-)\n?$/u;

const isAddress = (text: string): boolean => isIPv4(text) || (isIPv6(text) && !text.includes('%'));

/**
 * The IP address or host name that `text` is, or `undefined`. A name is at most 253 characters in labels of at
 * most 63, and its last label holds a letter or hyphen; its final dot is dropped.
 * @parity oslo.config 9.0.0 types.py HostAddress — same
 */
export const readHost = (text: string): string | undefined => {
  if (isAddress(text)) return text;
  if (text === '' || (text.length > 253 && Array.from(text).length > 253)) return undefined;
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const labels = name.split('.');
  if (!/[a-zA-Z-]/u.test(labels.at(-1) ?? '')) return undefined;
  return labels.every((label) => LABEL.test(label)) ? name : undefined;
};
