import { isDeepStrictEqual } from 'node:util';
import { declaredOptions, entriesOf, isGroup, type DeclaredOption, type Groups } from './declared.ts';
import { ConfigurationError, type Issue } from './errors.ts';
import { gatherEvidence } from './evidence.ts';
import type { ResolvedOptions, WrittenOptions } from './options.ts';
import type { OptionGroup } from './option-group.ts';
import { readAsOslo } from './oslo/read.ts';
import type { Change, Reload, Warning } from './reports.ts';
import { Resolution, type GivenValues, type Outcome } from './resolution.ts';
import type { Sources } from './sources/sources.ts';

/** The values of one group, or of several by the callers' names for them. */
export type ResolvedGroups<G extends Groups> =
  G extends OptionGroup<infer T>
    ? ResolvedOptions<T>
    : { readonly [K in keyof G]: G[K] extends OptionGroup<infer T> ? ResolvedOptions<T> : never };

/** Values a program gives to one group, or to several by its names for them. */
export type WrittenGroups<G extends Groups> =
  G extends OptionGroup<infer T>
    ? WrittenOptions<T>
    : { readonly [K in keyof G]?: G[K] extends OptionGroup<infer T> ? WrittenOptions<T> : never };

type Outcomes = ReadonlyMap<DeclaredOption, Outcome>;

interface Resolved {
  readonly outcomes: Outcomes;
  readonly warnings: readonly Warning[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sorts values a program gives by option: a name may be that of the property or that in files. */
const givenValues = (
  groups: Groups,
  options: readonly DeclaredOption[],
  given: unknown,
  source: string,
  issues: Issue[],
): GivenValues => {
  const values = new Map<DeclaredOption, unknown>();
  const take = (group: OptionGroup | undefined, written: unknown, path: string): void => {
    if (group === undefined || !isRecord(written)) {
      issues.push({
        path,
        message: group === undefined ? `is no group, but ${source} has it` : `is no object in ${source}`,
      });
      return;
    }
    const own = options.filter((declared) => declared.group === group.name);
    for (const [key, value] of Object.entries(written)) {
      if (value === undefined) continue;
      const declared = own.find((option) => option.key === key) ?? own.find((option) => option.name === key);
      if (declared === undefined)
        issues.push({ path: `${group.name}.${key}`, message: `is no option, but ${source} has it` });
      else values.set(declared, value);
    }
  };
  if (given === undefined) return values;
  if (isGroup(groups)) {
    take(groups, given, groups.name);
  } else if (isRecord(given)) {
    for (const [name, written] of Object.entries(given)) {
      if (written !== undefined) take(Object.hasOwn(groups, name) ? groups[name] : undefined, written, name);
    }
  } else {
    issues.push({ path: source, message: 'is no object' });
  }
  return values;
};

const resolveAll = (groups: Groups, options: readonly DeclaredOption[], sources: Sources): Resolved => {
  const issues: Issue[] = [];
  const values = givenValues(groups, options, sources.values, 'values', issues);
  const defaults = givenValues(groups, options, sources.defaults, 'defaults', issues);
  if (sources.compat === 'oslo') {
    if (issues.length > 0) throw new ConfigurationError(issues);
    return { outcomes: readAsOslo(options, sources, values, defaults), warnings: [] };
  }
  const evidence = gatherEvidence(options, sources);
  const resolution = new Resolution(options, evidence, values, defaults);
  const outcomes = new Map<DeclaredOption, Outcome>();
  for (const declared of options) {
    const outcome = resolution.resolve(declared);
    if (outcome !== undefined) outcomes.set(declared, outcome);
  }
  const all = [...evidence.issues, ...issues, ...resolution.issues];
  if (all.length > 0) throw new ConfigurationError(all);
  return { outcomes, warnings: evidence.warnings };
};

/** The frozen object of values that callers see. */
const arrange = (groups: Groups, options: readonly DeclaredOption[], outcomes: Outcomes): unknown => {
  const valuesOf = (group: OptionGroup): unknown => {
    const own = options.filter(
      (declared) => declared.group === group.name && Object.hasOwn(group.options, declared.key),
    );
    return Object.freeze(
      Object.fromEntries(own.map((declared) => [declared.key, outcomes.get(declared)?.value])),
    );
  };
  if (isGroup(groups)) return valuesOf(groups);
  return Object.freeze(
    Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, valuesOf(group)])),
  );
};

const changeOf = (
  declared: DeclaredOption,
  previous: Outcome | undefined,
  current: Outcome | undefined,
): Change => {
  const hide = (outcome: Outcome | undefined): unknown =>
    outcome?.isSecret === true && outcome.value !== undefined ? '****' : outcome?.value;
  return { path: declared.path, previous: hide(previous), current: hide(current) };
};

/** A configuration that can be read again while the program runs. */
export class Configuration<G extends Groups = Groups> {
  readonly #groups: G;
  readonly #sources: Sources<WrittenGroups<G>>;
  readonly #options: readonly DeclaredOption[];
  #outcomes: Outcomes;
  #values: ResolvedGroups<G>;
  #warnings: readonly Warning[];

  /** @throws ConfigurationError naming every problem, OptionDeclarationError */
  constructor(groups: G, sources: Sources<WrittenGroups<G>>) {
    this.#groups = groups;
    this.#sources = sources;
    this.#options = declaredOptions(entriesOf(groups).map(([, group]) => group));
    const { outcomes, warnings } = resolveAll(groups, this.#options, sources);
    this.#outcomes = outcomes;
    this.#warnings = warnings;
    this.#values = arrange(groups, this.#options, outcomes) as ResolvedGroups<G>;
  }

  /** The present values. A reload replaces the object and never changes one that was handed out. */
  get values(): ResolvedGroups<G> {
    return this.#values;
  }

  /** What the last reading found worth a word. */
  get warnings(): readonly Warning[] {
    return this.#warnings;
  }

  /**
   * Reads all sources again and applies what changed in mutable options.
   * @throws ConfigurationError when anything is wrong; the configuration is then left as it was
   * @parity oslo.config 9.0.0 cfg.py ConfigOpts.mutate_config_files — same
   */
  reload(): Reload {
    const { outcomes, warnings } = resolveAll(this.#groups, this.#options, this.#sources);
    const applied: Change[] = [];
    const ignored: Change[] = [];
    const next = new Map(this.#outcomes);
    for (const declared of this.#options) {
      const [previous, current] = [this.#outcomes.get(declared), outcomes.get(declared)];
      if (isDeepStrictEqual(previous?.value, current?.value)) continue;
      const isMutable = declared.option.mutable === true;
      (isMutable ? applied : ignored).push(changeOf(declared, previous, current));
      if (isMutable && current !== undefined) next.set(declared, current);
    }
    this.#warnings = warnings;
    if (applied.length > 0) {
      this.#outcomes = next;
      this.#values = arrange(this.#groups, this.#options, next) as ResolvedGroups<G>;
    }
    return { applied, ignored, warnings };
  }
}

/**
 * Reads a configuration that stays: `values` now, `reload()` later.
 * @throws ConfigurationError (`ERR_CONFIG_INVALID`) naming every problem with file and line
 */
export const loadConfiguration = <const G extends Groups>(
  groups: G,
  sources: Sources<WrittenGroups<G>> = {},
): Configuration<G> => new Configuration(groups, sources);

/**
 * The values of one group, or of several under the names they are given here.
 * @throws ConfigurationError (`ERR_CONFIG_INVALID`) naming every problem with file and line
 * @example
 * const { bindPort } = resolve(api, { files: ['/etc/api.conf'], environment: process.env });
 */
export const resolve = <const G extends Groups>(
  groups: G,
  sources: Sources<WrittenGroups<G>> = {},
): ResolvedGroups<G> => new Configuration(groups, sources).values;
