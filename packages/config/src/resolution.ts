import type { DeclaredOption } from './declared.ts';
import type { Issue } from './errors.ts';
import type { Evidence, Origin, Written } from './evidence.ts';
import { normalizeSection } from './ini/parse.ts';
import type { Reading } from './kinds/kind.ts';
import { KINDS } from './kinds/kinds.ts';
import { substitute } from './template.ts';
import { variableOf } from './sources/environment.ts';

/** Characters to which references may make a value grow. */
const MAXIMUM_LENGTH = 1_048_576;

/** Values a program gives, by option. */
export type GivenValues = ReadonlyMap<DeclaredOption, unknown>;

/** The value of one option. */
export interface Outcome {
  /** `undefined` for an option that nothing sets. */
  readonly value: unknown;
  /** Whether the value is, or holds, that of a secret option. */
  readonly isSecret: boolean;
}

/** Thrown inside while a text is being substituted; becomes an issue. */
class ReferenceProblem extends Error {
  override readonly name: string = 'ReferenceProblem';
}

const placeOf = (origin: Origin | undefined): { file: string; line: number } | undefined =>
  origin !== undefined && 'file' in origin ? origin : undefined;

/** A value as an issue may show it: short, on one line, and not at all when it is secret. */
const shown = (text: string, isSecret: boolean): string => {
  if (isSecret) return 'the value (hidden, it is secret)';
  const line = JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
  return `'${line.slice(1, -1).replaceAll('\\"', '"')}'`;
};

/** `value` with its texts, also those in lists and dicts, replaced. */
const mapTexts = (value: unknown, replace: (text: string) => string): unknown => {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [replace(key), mapTexts(item, replace)]),
  );
};

/** Reads the values of a set of options, references between them included, and collects what is wrong. */
export class Resolution {
  readonly issues: Issue[] = [];
  readonly #evidence: Evidence;
  readonly #values: GivenValues;
  readonly #defaults: GivenValues;
  readonly #byName = new Map<string, DeclaredOption>();
  readonly #outcomes = new Map<DeclaredOption, Outcome | undefined>();
  readonly #pending: DeclaredOption[] = [];

  constructor(
    options: readonly DeclaredOption[],
    evidence: Evidence,
    values: GivenValues,
    defaults: GivenValues,
  ) {
    this.#evidence = evidence;
    this.#values = values;
    this.#defaults = defaults;
    for (const declared of options) {
      for (const { section, name } of declared.written.toReversed()) {
        const key = JSON.stringify([section, name]);
        const isPresentName = name === declared.name && section === normalizeSection(declared.group);
        if (isPresentName || !this.#byName.has(key)) this.#byName.set(key, declared);
      }
    }
  }

  /** The value of an option; `undefined` when it has a problem, which is then among the issues. */
  resolve(declared: DeclaredOption): Outcome | undefined {
    if (this.#outcomes.has(declared)) return this.#outcomes.get(declared);
    this.#pending.push(declared);
    const outcome = this.#read(declared);
    this.#pending.pop();
    this.#outcomes.set(declared, outcome);
    return outcome;
  }

  #read(declared: DeclaredOption): Outcome | undefined {
    const { option } = declared;
    const given = this.#values.get(declared);
    if (given !== undefined) return this.#accept(declared, given, 'values');
    const written = this.#evidence.find(declared);
    if (written !== undefined) return this.#readWritten(declared, written);
    const initial = this.#defaults.get(declared);
    const source = initial === undefined ? 'its default' : 'defaults';
    const value = initial ?? option.default;
    if (typeof value === 'string')
      return this.#readWritten(declared, [{ text: value, origin: { name: source } }]);
    if (value !== undefined) return this.#readDefault(declared, value, source);
    if (option.required !== true) return { value: undefined, isSecret: false };
    const message = `is required; set it in [${declared.group}] of a file or as ${variableOf(declared)}`;
    this.issues.push({ path: declared.path, message });
    return undefined;
  }

  /** A default that is no text: the texts in it may still refer to options. */
  #readDefault(declared: DeclaredOption, value: unknown, source: string): Outcome | undefined {
    let isSecret = false;
    let problem: ReferenceProblem | undefined;
    const full = mapTexts(value, (text) => {
      const substituted = this.#substitute(declared, text);
      if (substituted instanceof ReferenceProblem) {
        problem ??= substituted;
        return text;
      }
      isSecret ||= substituted.isSecret;
      return substituted.text;
    });
    if (problem !== undefined) {
      this.issues.push({ path: declared.path, message: `${source} ${problem.message}` });
      return undefined;
    }
    const outcome = this.#accept(declared, full, source);
    return outcome === undefined ? undefined : { ...outcome, isSecret: outcome.isSecret || isSecret };
  }

  #accept(declared: DeclaredOption, given: unknown, source: string): Outcome | undefined {
    const reading = KINDS[declared.option.type].accept(given, declared.option);
    const isSecret = declared.option.secret === true;
    if ('value' in reading) return { value: reading.value, isSecret };
    const isPlain = typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean';
    const text = isPlain ? shown(String(given), isSecret) : 'the value';
    this.issues.push({ path: declared.path, message: `${text} from ${source} ${reading.problem}` });
    return undefined;
  }

  #readWritten(declared: DeclaredOption, written: readonly Written[]): Outcome | undefined {
    const values: unknown[] = [];
    let isSecret = declared.option.secret === true;
    for (const { text, origin } of written) {
      const report = (message: string): void => {
        this.issues.push({ path: declared.path, message, ...placeOf(origin) });
      };
      const full = this.#substitute(declared, text);
      if (full instanceof ReferenceProblem) {
        report(full.message);
        return undefined;
      }
      isSecret ||= full.isSecret;
      const reading: Reading = KINDS[declared.option.type].read(full.text, declared.option);
      if ('problem' in reading) {
        const from = 'name' in origin ? ` from ${origin.name}` : '';
        report(`${shown(full.text, isSecret)}${from} ${reading.problem}`);
        return undefined;
      }
      values.push(reading.value);
    }
    const isMultiple = declared.option.type === 'multiString';
    return { value: isMultiple ? Object.freeze(values.flat()) : values[0], isSecret };
  }

  #substitute(
    declared: DeclaredOption,
    text: string,
  ): { text: string; isSecret: boolean } | ReferenceProblem {
    let isSecret = false;
    let length = text.length;
    try {
      const full = substitute(text, (name) => {
        const [target, outcome] = this.#follow(declared, name);
        if (outcome.isSecret) isSecret = true;
        if (outcome.value === undefined) return '';
        const part = KINDS[target.option.type].write(outcome.value, target.option);
        length += part.length;
        if (length > MAXIMUM_LENGTH) {
          throw new ReferenceProblem(`grows beyond ${String(MAXIMUM_LENGTH)} characters by its references`);
        }
        return part;
      });
      return { text: full, isSecret };
    } catch (error) {
      if (error instanceof ReferenceProblem) return error;
      throw error;
    }
  }

  /** The option `$name` or `$group.name` means: one of the own group before one without a group. */
  #follow(declared: DeclaredOption, name: string): readonly [DeclaredOption, Outcome] {
    const dot = name.indexOf('.');
    const target =
      dot < 0
        ? (this.#named(declared.group, name) ?? this.#named('DEFAULT', name))
        : this.#named(name.slice(0, dot), name.slice(dot + 1));
    if (target === undefined) {
      throw new ReferenceProblem(`refers to $${name}, which is no option; write $$ for a dollar sign`);
    }
    const start = this.#pending.indexOf(target);
    if (start >= 0) {
      const circle = [...this.#pending.slice(start), target].map(({ path }) => path).join(' → ');
      throw new ReferenceProblem(`refers to itself: ${circle}`);
    }
    const outcome = this.resolve(target);
    if (outcome === undefined) throw new ReferenceProblem(`refers to $${name}, which has no valid value`);
    return [target, outcome];
  }

  #named(group: string, name: string): DeclaredOption | undefined {
    return this.#byName.get(JSON.stringify([normalizeSection(group), name]));
  }
}
