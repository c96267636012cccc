import { hasReference } from '../template.ts';
import { caught, OsloError } from './errors.ts';
import { equals, str, type PythonValue } from './python.ts';
import {
  booleanType,
  dictType,
  floatType,
  hostType,
  integerType,
  listType,
  multiStringType,
  portType,
  stringType,
  uriType,
  type OsloType,
  type TypeLimits,
} from './types.ts';

/** An older name of an option; without a group it is looked for in the option's own. */
export interface DeprecatedName {
  readonly name: string;
  readonly group: string | null;
}

/** What an option is declared with, in oslo.config's terms. */
export interface OsloDeclaration extends TypeLimits {
  readonly name: string;
  readonly type: string;
  readonly default?: PythonValue | undefined;
  readonly itemType?: 'integer' | undefined;
  readonly quotes?: boolean | undefined;
  readonly required?: boolean | undefined;
  readonly secret?: boolean | undefined;
  readonly mutable?: boolean | undefined;
  readonly deprecatedForRemoval?: boolean | undefined;
  readonly deprecated?: readonly DeprecatedName[] | undefined;
}

/** A declared option, ready to be looked up. */
export interface OsloOption {
  /** As declared, maybe with hyphens. */
  readonly name: string;
  /** As files and references call it: underscores for hyphens. */
  readonly dest: string;
  readonly kind: string;
  readonly type: OsloType;
  readonly isMultiple: boolean;
  readonly default: PythonValue;
  readonly isRequired: boolean;
  readonly deprecated: readonly DeprecatedName[];
  readonly declaration: OsloDeclaration;
}

const typeOf = (declaration: OsloDeclaration): OsloType => {
  switch (declaration.type) {
    case 'string':
      return stringType(declaration);
    case 'integer':
      return integerType(declaration);
    case 'float':
      return floatType(declaration);
    case 'boolean':
      return booleanType();
    case 'port':
      return portType(declaration);
    case 'list':
      return listType(declaration.itemType ?? (declaration.quotes === true ? 'quoted' : 'string'));
    case 'dict':
      return dictType();
    case 'multistring':
      return multiStringType();
    case 'uri':
      return uriType();
    case 'host':
      return hostType();
    default:
      throw new OsloError('KeyError', `'${declaration.type}'`);
  }
};

/** A deprecated name with hyphens is also known with underscores, after all others. */
const withUnderscores = (names: readonly DeprecatedName[]): readonly DeprecatedName[] => [
  ...names,
  ...names
    .filter(({ name }) => name.includes('-'))
    .map(({ name, group }) => ({ name: name.replaceAll('-', '_'), group })),
];

/**
 * An option from its declaration.
 * @throws OsloError for a declaration oslo.config refuses: a default of the wrong type, contradicting bounds
 * @parity oslo.config 9.0.0 cfg.py Opt — same
 */
export const declareOption = (declaration: OsloDeclaration): OsloOption => {
  const type = typeOf(declaration);
  if (declaration.name.startsWith('_')) {
    throw new OsloError('ValueError', `illegal name ${declaration.name} with prefix _`);
  }
  const initial = declaration.default ?? null;
  const isReference = typeof initial === 'string' && hasReference(initial);
  if (initial !== null && !isReference && caught(() => type.convert(initial)) !== undefined) {
    const ofType = `for Opt type of ${type.repr}.`;
    const safe = declaration.secret === true ? '****' : str(initial);
    throw new OsloError(
      'DefaultValueError',
      `Error processing default value ${str(initial)} ${ofType}`,
      `Error processing default value ${safe} ${ofType}`,
    );
  }
  return {
    name: declaration.name,
    dest: declaration.name.replaceAll('-', '_'),
    kind: declaration.type,
    type,
    isMultiple: declaration.type === 'multistring',
    default: initial,
    isRequired: declaration.required ?? false,
    deprecated: withUnderscores(declaration.deprecated ?? []),
    declaration,
  };
};

const sameChoices = (left: TypeLimits, right: TypeLimits): boolean => {
  if (left.choices === undefined || right.choices === undefined) return left.choices === right.choices;
  const [ours, theirs] = [left.choices, right.choices];
  return (
    ours.every((choice) => theirs.some((other) => equals(choice, other))) &&
    theirs.every((choice) => ours.some((other) => equals(choice, other)))
  );
};

/** Whether two declarations of one name agree, so that the second changes nothing. */
export const isSameOption = (left: OsloOption, right: OsloOption): boolean => {
  const [ours, theirs] = [left.declaration, right.declaration];
  return (
    left.name === right.name &&
    left.kind === right.kind &&
    left.isRequired === right.isRequired &&
    equals(left.default, right.default) &&
    equals(ours.min ?? null, theirs.min ?? null) &&
    equals(ours.max ?? null, theirs.max ?? null) &&
    sameChoices(ours, theirs) &&
    ours.itemType === theirs.itemType &&
    (ours.secret ?? false) === (theirs.secret ?? false) &&
    (ours.mutable ?? false) === (theirs.mutable ?? false) &&
    (ours.deprecatedForRemoval ?? false) === (theirs.deprecatedForRemoval ?? false) &&
    left.deprecated.length === right.deprecated.length &&
    left.deprecated.every(({ name, group }, index) => {
      const other = right.deprecated[index];
      return other?.name === name && other.group === group;
    })
  );
};
