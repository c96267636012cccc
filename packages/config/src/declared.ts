import { normalizeSection } from './ini/parse.ts';
import type { Option, Options } from './options.ts';
import { nameOf, type OptionGroup } from './option-group.ts';
import { OptionDeclarationError, type Issue } from './errors.ts';

/** Groups as callers give them: one, or several under names of their own. */
export type Groups = OptionGroup | Readonly<Record<string, OptionGroup>>;

/** An option with all its names. */
export interface DeclaredOption {
  /** Name of its group, as declared. */
  readonly group: string;
  /** Name of its property. */
  readonly key: string;
  /** Name in files. */
  readonly name: string;
  /** `group.name`, as issues and reports call it. */
  readonly path: string;
  readonly option: Option;
  /** Section and name, the present ones first and then the deprecated ones in their order. */
  readonly written: readonly WrittenName[];
}

/** A place in a file where an option may stand. */
export interface WrittenName {
  readonly section: string;
  readonly name: string;
}

/** Whether `groups` is one group. */
export const isGroup = (groups: Groups): groups is OptionGroup =>
  typeof groups.name === 'string' && typeof groups.options === 'object';

/** The groups with the name each has for the caller; a single one has none. */
export const entriesOf = (groups: Groups): readonly (readonly [string | undefined, OptionGroup])[] =>
  isGroup(groups) ? [[undefined, groups]] : Object.entries(groups);

const declare = (group: string, key: string, option: Option): DeclaredOption => {
  const name = nameOf(key, option);
  const older = (option.deprecatedNames ?? []).map((deprecated): WrittenName => ({
    section: normalizeSection(deprecated.group ?? group),
    name: deprecated.name ?? name,
  }));
  // A deprecated name with hyphens is also known with underscores, after all others.
  const underscored = older
    .filter((deprecated) => deprecated.name.includes('-'))
    .map((deprecated) => ({ ...deprecated, name: deprecated.name.replaceAll('-', '_') }));
  return {
    group,
    key,
    name,
    path: `${group}.${name}`,
    option,
    written: [{ section: normalizeSection(group), name }, ...older, ...underscored],
  };
};

/**
 * Every option of some groups, in their order. Two groups may share a section, not an option.
 * @throws OptionDeclarationError
 */
export const declaredOptions = (groups: readonly OptionGroup[]): readonly DeclaredOption[] => {
  const issues: Issue[] = [];
  const byPath = new Map<string, DeclaredOption>();
  const all: DeclaredOption[] = [];
  for (const group of new Set(groups)) {
    for (const [key, option] of Object.entries<Option>(group.options satisfies Options)) {
      const declared = declare(group.name, key, option);
      if (byPath.has(declared.path))
        issues.push({ path: declared.path, message: 'is declared by two groups' });
      byPath.set(declared.path, declared);
      all.push(declared);
    }
  }
  if (issues.length > 0) throw new OptionDeclarationError(issues);
  return all;
};
