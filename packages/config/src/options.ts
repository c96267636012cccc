import type { Bytes, Duration, Milliseconds, Size } from './units.ts';

/** An older name of an option, under which files may still set it. */
export interface DeprecatedName {
  /** The option's name as files write it. @default the option's present name */
  readonly name?: string;
  /** The section it stood in. @default the option's present group */
  readonly group?: string;
}

/** Why and since when an option is going away. */
export interface DeprecatedForRemoval {
  readonly reason?: string;
  /** The release that deprecated it. */
  readonly since?: string;
}

/** What every option can say about itself. */
export interface OptionAttributes {
  /** What the option is for, in sentences; goes to the sample file and the reference. */
  readonly help?: string;
  /** Its name in files. @default the property's name in snake_case */
  readonly name?: string;
  /** Whether a value must be given. @default false */
  readonly required?: boolean;
  /** Whether its value must never be printed. @default false */
  readonly secret?: boolean;
  /** Whether `reload()` applies a new value. @default false */
  readonly mutable?: boolean;
  /** Older names, in the order in which they are looked for. */
  readonly deprecatedNames?: readonly DeprecatedName[];
  /** Set when the option is going away without a successor. */
  readonly deprecatedForRemoval?: DeprecatedForRemoval;
}

/** Bounds of a number, both inclusive. */
interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A text, kept as it is. */
export interface StringOption extends OptionAttributes {
  readonly type: 'string';
  readonly default?: string;
  readonly choices?: readonly string[];
}

/** A whole number, at most 2^53 − 1. */
export interface IntegerOption extends OptionAttributes, Bounds {
  readonly type: 'integer';
  readonly default?: number;
  readonly choices?: readonly number[];
}

/** A number; `inf` and `nan` can be written. */
export interface FloatOption extends OptionAttributes, Bounds {
  readonly type: 'float';
  readonly default?: number;
}

/** A truth value: `true yes on 1`, `false no off 0`. */
export interface BooleanOption extends OptionAttributes {
  readonly type: 'boolean';
  readonly default?: boolean;
}

/** A port from 0 to 65535. */
export interface PortOption extends OptionAttributes, Bounds {
  readonly type: 'port';
  readonly default?: number;
  readonly choices?: readonly number[];
}

/** What the items of a list can be. */
export type ItemType = 'string' | 'integer' | 'float' | 'port' | 'uri' | 'host';

/** Items separated by commas. */
export interface ListOption extends OptionAttributes {
  readonly type: 'list';
  /** @default 'string' */
  readonly itemType?: ItemType;
  /** Whether string items may be quoted, so that they can hold commas. @default false */
  readonly quotes?: boolean;
  readonly default?: readonly (string | number)[];
}

/** `key:value` pairs separated by commas. */
export interface DictOption extends OptionAttributes {
  readonly type: 'dict';
  readonly default?: Readonly<Record<string, string>>;
}

/** A text that may be given several times. */
export interface MultiStringOption extends OptionAttributes {
  readonly type: 'multiString';
  readonly default?: readonly string[];
}

/** An absolute URI with a host (RFC 3986). */
export interface UriOption extends OptionAttributes {
  readonly type: 'uri';
  readonly default?: string;
}

/** An IP address or a host name. */
export interface HostOption extends OptionAttributes {
  readonly type: 'host';
  readonly default?: string;
}

/** A span of time; the value is in milliseconds. */
export interface DurationOption extends OptionAttributes {
  readonly type: 'duration';
  readonly default?: Duration;
  readonly min?: Duration;
  readonly max?: Duration;
}

/** An amount of memory or storage; the value is in bytes. */
export interface SizeOption extends OptionAttributes {
  readonly type: 'size';
  readonly default?: Size;
  readonly min?: Size;
  readonly max?: Size;
}

/** One option, declared as data. */
export type Option =
  | StringOption
  | IntegerOption
  | FloatOption
  | BooleanOption
  | PortOption
  | ListOption
  | DictOption
  | MultiStringOption
  | UriOption
  | HostOption
  | DurationOption
  | SizeOption;

/** The types of option there are. */
export type OptionType = Option['type'];

/** Options by the names their values get. */
export type Options = Readonly<Record<string, Option>>;

interface ItemValues {
  string: string;
  integer: number;
  float: number;
  port: number;
  uri: string;
  host: string;
}

type ListValue<O> = readonly ItemValues[O extends { readonly itemType: infer I extends ItemType }
  ? I
  : 'string'][];

/** The value of a declared option when it has one. */
export type ValueOf<O extends Option> = O extends { readonly choices: readonly (infer C)[] }
  ? C
  : O extends ListOption
    ? ListValue<O>
    : {
        string: string;
        integer: number;
        float: number;
        boolean: boolean;
        port: number;
        list: readonly string[];
        dict: Readonly<Record<string, string>>;
        multiString: readonly string[];
        uri: string;
        host: string;
        duration: Milliseconds;
        size: Bytes;
      }[O['type']];

/** The value that resolving gives: `undefined` only for an option with neither a default nor `required: true`. */
export type ResolvedValueOf<O extends Option> = O extends
  { readonly required: true } | { readonly default: unknown }
  ? ValueOf<O>
  : ValueOf<O> | undefined;

/** What a program may give for an option: its value, or the text a file would hold. */
export type WrittenValueOf<O extends Option> =
  | (O extends DurationOption ? Duration : O extends SizeOption ? Size : ValueOf<O>)
  | (O extends { readonly choices: readonly string[] } ? never : string);

/** The resolved values of a set of options, frozen. */
export type ResolvedOptions<T extends Options> = { readonly [K in keyof T]: ResolvedValueOf<T[K]> };

/** Values of some of a set of options, as a program gives them. */
export type WrittenOptions<T extends Options> = { readonly [K in keyof T]?: WrittenValueOf<T[K]> };
