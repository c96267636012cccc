/** The prefix of the tags of YAML's own types. */
export const STANDARD_TAG = 'tag:yaml.org,2002:';

interface ImplicitTag {
  readonly name: string;
  /** The first characters a scalar of this type can have. */
  readonly starts: string;
  readonly pattern: RegExp;
}

// As in Python, a pattern's end also matches before a final line break.
const IMPLICIT_TAGS: readonly ImplicitTag[] = [
  {
    name: 'bool',
    starts: 'yYnNtTfFoO',
    pattern: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)\n?$/,
  },
  {
    name: 'float',
    starts: '-+0123456789.',
    pattern:
      /^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\n?$/,
  },
  {
    name: 'int',
    starts: '-+0123456789',
    pattern:
      /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)\n?$/,
  },
  { name: 'merge', starts: '<', pattern: /^<<\n?$/ },
  { name: 'null', starts: '~nN', pattern: /^(?:~|null|Null|NULL)\n?$/ },
  {
    name: 'timestamp',
    starts: '0123456789',
    pattern:
      /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:[Tt]|[ \t]+)[0-9][0-9]?:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9][0-9]?(?::[0-9]{2})?))?)\n?$/,
  },
  { name: 'value', starts: '=', pattern: /^=\n?$/ },
  { name: 'yaml', starts: '!&*', pattern: /^[!&*]\n?$/ },
];

/**
 * The full tag of a scalar: the one written, or by YAML 1.1's rules for plain scalars the one its text has.
 * The bare tag `!` makes a quoted scalar a plain one.
 * @parity PyYAML 6.0 resolver.py — same
 */
export const resolveScalarTag = (written: string | undefined, text: string, isPlain: boolean): string => {
  if (written !== undefined && written !== '!') return written;
  if (!isPlain && written === undefined) return `${STANDARD_TAG}str`;
  if (text === '') return `${STANDARD_TAG}null`;
  const start = text.charAt(0);
  for (const { name, starts, pattern } of IMPLICIT_TAGS) {
    if (starts.includes(start) && pattern.test(text)) return STANDARD_TAG + name;
  }
  return `${STANDARD_TAG}str`;
};
