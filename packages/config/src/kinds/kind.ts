import type { Option } from '../options.ts';

/** A value that was read, or what is wrong with it: a phrase that follows the value and never repeats it. */
export type Reading = { readonly value: unknown } | { readonly problem: string };

/** What can be done with the values of one type of option. */
export interface Kind {
  /** As sample files name it, for example `integer value`. */
  readonly label: string;
  /** Reads what a file, variable or argument says. */
  readonly read: (text: string, option: Option) => Reading;
  /** Reads what a program gives. */
  readonly accept: (value: unknown, option: Option) => Reading;
  /** The text that reads as this value. */
  readonly write: (value: unknown, option: Option) => string;
}

/** The kind of a type whose values are texts. */
export const textKind = (label: string, read: Kind['read']): Kind => ({
  label,
  read,
  accept: (value, option) => (typeof value === 'string' ? read(value, option) : { problem: 'is not a text' }),
  write: (value) => String(value),
});
