import { OptionDeclarationError, type Issue } from './errors.ts';
import { KINDS } from './kinds/kinds.ts';
import type { Option, Options, OptionType } from './options.ts';
import { hasReference } from './template.ts';

/** A section of a configuration: its name and its options, frozen. */
export interface OptionGroup<T extends Options = Options> {
  /** Name of the section; `DEFAULT` for the options without one. */
  readonly name: string;
  /** What the group is for; goes to the sample file and the reference. */
  readonly help?: string;
  readonly options: T;
}

/** Refuses attributes that an option's type does not have. */
type KnownAttributes<T extends Options> = {
  readonly [K in keyof T]: Readonly<
    Record<Exclude<keyof T[K], keyof Extract<Option, { readonly type: T[K]['type'] }>>, never>
  >;
};

/** The oslo name of a property: `enforceScope` is `enforce_scope`. */
export const snakeCase = (key: string): string =>
  key.replace(
    /[A-Z]+(?![a-z])|[A-Z]/gu,
    (capitals, at: number) => `${at > 0 ? '_' : ''}${capitals.toLowerCase()}`,
  );

/** The name of an option in files and references. */
export const nameOf = (key: string, option: Option): string =>
  (option.name ?? snakeCase(key)).replaceAll('-', '_');

type Rule = (option: Option, names: { readonly key: string; readonly group: string }) => string | undefined;

const hasKnownType: Rule = ({ type }) =>
  Object.hasOwn(KINDS, type) ? undefined : `there is no type ${type as string}`;

const COMMON_ATTRIBUTES = [
  ...['type', 'default', 'help', 'name', 'required', 'secret', 'mutable'],
  ...['deprecatedNames', 'deprecatedForRemoval'],
];

const ATTRIBUTES: Readonly<Record<OptionType, readonly string[]>> = {
  string: ['choices'],
  integer: ['min', 'max', 'choices'],
  float: ['min', 'max'],
  boolean: [],
  port: ['min', 'max', 'choices'],
  list: ['itemType', 'quotes'],
  dict: [],
  multiString: [],
  uri: [],
  host: [],
  duration: ['min', 'max'],
  size: ['min', 'max'],
};

const hasKnownAttributes: Rule = (option) => {
  if (!Object.hasOwn(KINDS, option.type)) return undefined;
  const known = new Set([...COMMON_ATTRIBUTES, ...ATTRIBUTES[option.type]]);
  const unknown = Object.keys(option).filter((attribute) => !known.has(attribute));
  return unknown.length > 0 ? `an option of type ${option.type} has no ${unknown.join(', ')}` : undefined;
};

const hasUsableName: Rule = (option, { key }) => {
  const name = nameOf(key, option);
  return /^[A-Za-z0-9][A-Za-z0-9_.]*$/u.test(name)
    ? undefined
    : `a file cannot hold the name ${JSON.stringify(name)}`;
};

const hasOrderedBounds: Rule = (option) => {
  if (!Object.hasOwn(ATTRIBUTES, option.type) || !ATTRIBUTES[option.type].includes('min')) return undefined;
  const read = (bound: unknown): number | undefined => {
    const reading = KINDS[option.type].accept(bound, { type: option.type });
    return 'value' in reading ? (reading.value as number) : undefined;
  };
  const { min, max } = option as { min?: unknown; max?: unknown };
  if (min !== undefined && read(min) === undefined) return 'its minimum is no value of its type';
  if (max !== undefined && read(max) === undefined) return 'its maximum is no value of its type';
  return (read(min) ?? Number.NEGATIVE_INFINITY) > (read(max) ?? Number.POSITIVE_INFINITY)
    ? 'its minimum is above its maximum'
    : undefined;
};

const hasReadableDefault: Rule = (option) => {
  if (!Object.hasOwn(KINDS, option.type) || option.default === undefined) return undefined;
  if (hasReference(JSON.stringify(option.default))) return undefined;
  const reading = KINDS[option.type].accept(option.default, option);
  return 'problem' in reading ? `its default ${reading.problem}` : undefined;
};

const hasUsableChoices: Rule = (option) => {
  const { choices } = option as { choices?: readonly unknown[] };
  if (!Object.hasOwn(ATTRIBUTES, option.type) || choices === undefined) return undefined;
  const bad = choices.find((choice) => 'problem' in KINDS[option.type].accept(choice, option));
  return bad === undefined
    ? undefined
    : `its choice ${JSON.stringify(bad)} is out of its bounds or no value of its type`;
};

const RULES: readonly Rule[] = [
  hasKnownType,
  hasKnownAttributes,
  hasUsableName,
  hasOrderedBounds,
  hasUsableChoices,
  hasReadableDefault,
];

const issuesOf = (group: OptionGroup): readonly Issue[] => {
  const issues: Issue[] = [];
  if (group.name === '' || /[\][\r\n]|^\s|\s$/u.test(group.name)) {
    issues.push({
      path: group.name,
      message: `a file cannot hold the section ${JSON.stringify(group.name)}`,
    });
  }
  const seen = new Map<string, string>();
  for (const [key, option] of Object.entries(group.options)) {
    const path = `${group.name}.${key}`;
    const problems = RULES.map((rule) => rule(option, { key, group: group.name }));
    const name = nameOf(key, option);
    const other = seen.get(name);
    if (other !== undefined) problems.push(`it has the name of ${other} in files`);
    seen.set(name, key);
    for (const message of problems) if (message !== undefined) issues.push({ path, message });
  }
  return issues;
};

/**
 * Declares a group of options once, as data. The names of the properties are those of the resolved values; files,
 * variables and arguments use them in snake_case (`enforceScope` ↔ `enforce_scope`), or `name` where that differs.
 * @throws OptionDeclarationError (`ERR_CONFIG_DECLARATION`) naming every option that contradicts itself
 * @example
 * const api = optionGroup({
 *   name: 'api',
 *   options: {
 *     bindPort: { type: 'port', default: 8080, help: 'Where to listen.' },
 *     requestTimeout: { type: 'duration', default: '30s', mutable: true },
 *   },
 * });
 */
// @__NO_SIDE_EFFECTS__
export function optionGroup<const T extends Options>(
  group: OptionGroup<T> & { readonly options: KnownAttributes<T> },
): OptionGroup<T> {
  const issues = issuesOf(group);
  if (issues.length > 0) throw new OptionDeclarationError(issues);
  return Object.freeze({ ...group, options: Object.freeze({ ...group.options }) });
}
