/** What a label may be set to. Numbers and booleans become text. */
export type LabelValue = string | number | boolean;

/**
 * The labels of a metric: names, or names with the values they may have (`String` for any).
 *
 * ```ts no-run
 * ['method', 'route']
 * { method: ['GET', 'POST'], route: String }
 * ```
 */
export type LabelDeclaration =
  readonly string[] | Readonly<Record<string, readonly string[] | StringConstructor>>;

/** The labels of one event, for a declaration. */
export type LabelsOf<Declaration> = Declaration extends readonly string[]
  ? Readonly<Record<Declaration[number], LabelValue>>
  : {
      readonly [Name in keyof Declaration]: Declaration[Name] extends readonly (infer Value)[]
        ? Value
        : LabelValue;
    };

/** All values of the series that takes what a limit turns away. */
export const OVERFLOW = '__overflow__';

/** The names of a declaration, and of each the values it is closed to. */
export interface ResolvedLabels {
  readonly names: readonly string[];
  readonly allowed: readonly (ReadonlySet<string> | undefined)[];
}

/** @returns names and allowed values of a declaration */
export const resolveLabels = (declaration: LabelDeclaration | undefined): ResolvedLabels => {
  if (declaration === undefined) return { names: [], allowed: [] };
  if (Array.isArray(declaration)) {
    const names = declaration as readonly string[];
    return { names: [...names], allowed: names.map(() => undefined) };
  }
  const entries = Object.entries(
    declaration as Readonly<Record<string, readonly string[] | StringConstructor>>,
  );
  return {
    names: entries.map(([name]) => name),
    allowed: entries.map(([, values]) => (typeof values === 'function' ? undefined : new Set(values))),
  };
};

const ESCAPE = /[\\"\n]/u;

/** @returns a label value as it stands between quotes in both text formats */
export const escapeLabelValue = (value: string): string =>
  ESCAPE.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"') : value;

/** The labels of a series as text, cut where `le` belongs in the order of names. */
export interface LabelText {
  /** `a="1",b="2"`: names before `le`. */
  readonly head: string;
  /** Names after `le`. */
  readonly tail: string;
}

/** One label of a family: how it begins in text, and where its value stands. */
interface Place {
  readonly start: string;
  readonly index: number;
}

const write = (places: readonly Place[], values: readonly string[]): string => {
  let text = '';
  for (const { start, index } of places) text += `${start}${escapeLabelValue(values[index] ?? '')}"`;
  return text;
};

/** @returns how to write the labels of each series of a family: names in order, cut where `le` belongs */
export const labelWriter = (names: readonly string[]): ((values: readonly string[]) => LabelText) => {
  const order = names.map((name, index) => ({ name, index })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const placesOf = (part: typeof order): Place[] =>
    part.map(({ name, index }, at) => ({ start: `${at === 0 ? '' : ','}${name}="`, index }));
  const before = placesOf(order.filter(({ name }) => name < 'le'));
  const after = placesOf(order.filter(({ name }) => name >= 'le'));
  return (values) => ({ head: write(before, values), tail: write(after, values) });
};
