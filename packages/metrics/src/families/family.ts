import type { Arena, Slots } from '../arenas/arena.ts';
import type { Exemplars } from './exemplars.ts';
import { OVERFLOW, labelWriter, type LabelText, type LabelValue } from './labels.ts';
import type { Series, SeriesOwner } from './series.ts';

/** What kind a metric is. */
export type MetricKind = 'counter' | 'gauge' | 'histogram' | 'info' | 'stateset';

/**
 * How the gauges of several processes become one, in the words of Python's client: `all` keeps each with a label `pid`,
 * the others combine; `live…` leaves out processes that have ended.
 */
export type Aggregate =
  | 'all'
  | 'liveall'
  | 'min'
  | 'livemin'
  | 'max'
  | 'livemax'
  | 'sum'
  | 'livesum'
  | 'mostrecent'
  | 'livemostrecent';

/** A metric as its registry knows it: complete, checked. */
export interface FamilyDefinition {
  /** Without `_total` and `_info`. */
  readonly name: string;
  /** What its samples' name ends with: `_total`, `_info` or nothing. */
  readonly suffix: string;
  readonly kind: MetricKind;
  readonly help: string;
  readonly unit: string;
  readonly labelNames: readonly string[];
  readonly allowed: readonly (ReadonlySet<string> | undefined)[];
  readonly aggregate: Aggregate;
  /** How many series it may have. */
  readonly limit: number;
  /** How long a series lives without an event, in milliseconds; undefined for ever. */
  readonly ttl: number | undefined;
}

/** What a family needs from its registry. */
export interface FamilyHost {
  readonly arena: Arena;
  readonly isStrict: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Whether one series more is within the limit of all; counts it. */
  admit(family: Family): boolean;
  /** A series went. */
  dismiss(family: Family, series: Series): void;
  /** A series is new; false where there is no room to say so. */
  announce(family: Family, series: Series): boolean;
  /** An event had labels beyond a limit. */
  overflowed(family: Family, labelValues: readonly string[]): void;
  rejected(family: Family, reason: 'labels' | 'value', message: string): void;
}

type Node = Map<unknown, unknown>;

/** The labels of an event. */
export type EventLabels = Readonly<Record<string, LabelValue>>;

/** All series of one metric, and the way from labels to a series. */
export abstract class Family<S extends Series = Series> implements SeriesOwner {
  readonly definition: FamilyDefinition;
  readonly name: string;
  readonly labelNames: readonly string[];
  readonly isTimed: boolean;
  readonly exemplars: Exemplars | undefined;
  /** How many slots each takes. */
  abstract readonly slots: number;
  protected readonly host: FamilyHost;
  /** Values of the first label → … → series. */
  readonly #root: Node = new Map();
  readonly #writer: (values: readonly string[]) => LabelText;
  /** Handles that share the slots of a series because they outlived an earlier one with the same labels. */
  readonly #aliases = new Map<S, S[]>();
  #list: S[] = [];
  /** How many of the list were taken away since it was last tidied up. */
  #gone = 0;
  #overflow: S | undefined;
  #sink: S | undefined;

  constructor(definition: FamilyDefinition, host: FamilyHost, exemplars?: Exemplars) {
    this.exemplars = exemplars;
    this.definition = definition;
    this.name = definition.name;
    this.labelNames = definition.labelNames;
    this.isTimed = definition.kind === 'gauge' && definition.aggregate.endsWith('mostrecent');
    this.host = host;
    this.#writer = labelWriter(definition.labelNames);
  }

  /** In order of creation. */
  get series(): readonly S[] {
    this.#tidy();
    return this.#list;
  }

  get #count(): number {
    return this.#list.length - this.#gone;
  }

  #tidy(): void {
    if (this.#gone === 0) return;
    this.#list = this.#list.filter(({ slot }) => slot >= 0);
    this.#gone = 0;
  }

  /** Makes a series out of slots. */
  protected abstract make(labelValues: readonly string[], slots: Slots, created: number): S;

  write(values: readonly string[]): LabelText {
    return this.#writer(values);
  }

  reject(reason: 'labels' | 'value', message: string): void {
    this.host.rejected(this, reason, message);
  }

  /**
   * The series of an event's labels. Up to three labels are looked up one after the other without a loop, which is a
   * quarter faster; and what has as many fields as there are labels has no others.
   */
  lookup(labels: EventLabels): S {
    const { labelNames } = this;
    const { length } = labelNames;
    if (length === 0 || length > 3) return this.#walk(labels);
    let node = this.#root.get(labels[labelNames[0] ?? '']);
    if (length > 1) {
      if (node === undefined) return this.#find(labels);
      node = (node as Node).get(labels[labelNames[1] ?? '']);
      if (length > 2) {
        if (node === undefined) return this.#find(labels);
        node = (node as Node).get(labels[labelNames[2] ?? '']);
      }
    }
    if (node === undefined) return this.#find(labels);
    let fields = 0;
    for (const _name in labels) fields += 1;
    return fields === length ? (node as S) : this.#find(labels);
  }

  #walk(labels: EventLabels): S {
    const { labelNames } = this;
    if (labelNames.length === 0) return this.#find(labels);
    let node: unknown = this.#root;
    for (const name of labelNames) {
      // Keys are strings: what is none finds nothing.
      node = (node as Node).get(labels[name]);
      if (node === undefined) return this.#find(labels);
    }
    let fields = 0;
    for (const _name in labels) fields += 1;
    return fields === labelNames.length ? (node as S) : this.#find(labels);
  }

  /** The series of label values in the order of declaration. */
  withValues(values: readonly string[]): S {
    let node: unknown = this.#root;
    for (const value of values) {
      node = (node as Node).get(value);
      if (node === undefined) return this.#create(values);
    }
    return values.length > 0 ? (node as S) : this.#only();
  }

  /** Whether there is a series of these label values. */
  has(values: readonly string[]): boolean {
    let node: unknown = this.#root;
    for (const value of values) {
      node = (node as Node).get(value);
      if (node === undefined) return false;
    }
    return values.length > 0 || this.#count > 0;
  }

  /** Takes a series away; a handle to it begins a new one with its next event. */
  remove(labels: EventLabels): boolean {
    const values = this.labelNames.map((name) => String(labels[name]));
    if (!this.has(values)) return false;
    this.#drop(this.withValues(values));
    this.#gone += 1;
    return true;
  }

  /** Takes all series away. */
  clear(): void {
    const count = this.#count;
    this.prune(() => false);
    if (this.labelNames.length === 0 && count > 0) this.#only();
  }

  /** Takes series away that had no event for longer than the metric's time to live. */
  expire(now: number): void {
    const { ttl } = this.definition;
    if (ttl === undefined || this.labelNames.length === 0) return;
    this.prune((one) => {
      const aliases = this.#aliases.get(one);
      if (one.isTouched || aliases?.some(({ isTouched }) => isTouched)) {
        one.isTouched = false;
        for (const alias of aliases ?? []) alias.isTouched = false;
        one.lastSeen = now;
        return true;
      }
      return now - one.lastSeen < ttl;
    });
  }

  /** Takes all series away but those to keep. */
  prune(isKept: (series: S) => boolean): void {
    const gone: S[] = [];
    const kept = this.series.filter((one) => {
      if (isKept(one)) return true;
      gone.push(one);
      return false;
    });
    if (gone.length === 0) return;
    this.#list = kept;
    for (const one of gone) this.#drop(one);
  }

  revive(expired: S): void {
    // What begins anew must not be taken for what it was before it went.
    this.#tidy();
    const current = this.labelNames.length === 0 ? this.#only() : this.withValues(expired.labelValues);
    if (current === expired) return;
    expired.moveTo(current.values, current.slot, current.position);
    const aliases = this.#aliases.get(current);
    if (aliases === undefined) this.#aliases.set(current, [expired]);
    else aliases.push(expired);
  }

  #find(labels: EventLabels): S {
    const { labelNames, definition } = this;
    const values: string[] = [];
    for (const [index, name] of labelNames.entries()) {
      const value: unknown = Object.hasOwn(labels, name) ? labels[name] : undefined;
      const text = typeof value === 'string' ? value : textOf(value);
      if (text === undefined || definition.allowed[index]?.has(text) === false) {
        this.reject(
          'labels',
          value === undefined
            ? `the label '${name}' is missing`
            : `the label '${name}' does not take what it is given`,
        );
        return this.#nowhere();
      }
      values.push(text);
    }
    if (Object.keys(labels).length > labelNames.length) {
      this.reject('labels', `it has labels besides ${labelNames.join(', ')}`);
      return this.#nowhere();
    }
    return this.withValues(values);
  }

  /** The one series of a metric without labels. */
  #only(): S {
    return this.series[0] ?? this.#add([]) ?? this.#nowhere();
  }

  #create(values: readonly string[]): S {
    if (values.length !== this.labelNames.length) {
      this.reject('labels', `it takes ${String(this.labelNames.length)} label values`);
      return this.#nowhere();
    }
    // The string of an event may be a slice of a large text, which would stay in memory with it.
    const own = values.map((value) =>
      value.length > 12 ? Buffer.from(value, 'utf16le').toString('utf16le') : value,
    );
    return this.#add(own) ?? this.#overflowing(values);
  }

  #add(values: readonly string[], isBeyondLimits = false): S | undefined {
    if (!isBeyondLimits) {
      if (this.#count >= this.definition.limit) this.expire(this.host.now());
      if (this.#count >= this.definition.limit || !this.host.admit(this)) return undefined;
    }
    const slots = this.host.arena.allocate(this.slots);
    if (slots === undefined) return undefined;
    const series = this.make(values, slots, this.host.now());
    if (!this.host.announce(this, series)) {
      this.host.arena.release(slots, this.slots);
      return undefined;
    }
    this.#list.push(series);
    let node = this.#root;
    for (const [index, value] of values.entries()) {
      if (index === values.length - 1) node.set(value, series);
      else {
        let next = node.get(value) as Node | undefined;
        if (next === undefined) {
          next = new Map();
          node.set(value, next);
        }
        node = next;
      }
    }
    return series;
  }

  /** The series that takes what limits turn away; it is beyond them itself. */
  #overflowing(values: readonly string[]): S {
    this.host.overflowed(this, values);
    if (this.#overflow !== undefined && this.#overflow.slot >= 0) return this.#overflow;
    this.#overflow = this.#add(
      this.labelNames.map(() => OVERFLOW),
      true,
    );
    return this.#overflow ?? this.#nowhere();
  }

  /** A series that nobody reads, for events that are turned away. */
  #nowhere(): S {
    return (this.#sink ??= this.make(
      [],
      { values: new Float64Array(this.slots), offset: 0, position: -1 },
      0,
    ));
  }

  #drop(series: S): void {
    const path: [Node, unknown][] = [];
    let node: Node | undefined = this.#root;
    for (const value of series.labelValues) {
      if (node === undefined) break;
      path.push([node, value]);
      node = node.get(value) as Node | undefined;
    }
    for (const [parent, value] of path.reverse()) {
      const below = parent.get(value);
      if (below === series || (below instanceof Map && below.size === 0)) parent.delete(value);
    }
    this.host.dismiss(this, series);
    this.host.arena.release(
      { values: series.values, offset: series.slot, position: series.position },
      this.slots,
    );
    for (const handle of [series, ...(this.#aliases.get(series) ?? [])]) handle.slot = -1;
    this.#aliases.delete(series);
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
