import type { Slots } from '../arenas/arena.ts';
import type { Exemplars } from './exemplars.ts';
import type { LabelText } from './labels.ts';

/** What the owner of a series does for it. */
export interface SeriesOwner {
  readonly name: string;
  readonly exemplars: Exemplars | undefined;
  /** Whether slots also say when they were set. */
  readonly isTimed: boolean;
  /** Counts an event that was turned away; throws in a strict registry. */
  reject(reason: 'labels' | 'value', message: string): void;
  /** Gives an expired series its slots again. */
  revive(series: Series): void;
  /** The labels of a series as text. */
  write(values: readonly string[]): LabelText;
}

/**
 * One series: the labels it has, and where its numbers are. It is also the handle to write to, so that an event costs
 * a comparison and an addition.
 */
export abstract class Series {
  /** Index of the first slot; −1 once it expired. */
  slot: number;
  values: Float64Array;
  /** Index of the first slot in the whole arena. */
  position: number;
  /** Whether an event came since somebody looked. */
  isTouched = true;
  /** When the last event was known to be recent, in milliseconds since 1970. */
  lastSeen: number;
  /** When it began to count, in milliseconds since 1970. */
  created: number;
  /** Label values, in the order of declaration. */
  readonly labelValues: readonly string[];
  protected readonly owner: SeriesOwner;

  constructor(owner: SeriesOwner, labelValues: readonly string[], slots: Slots, created: number) {
    this.owner = owner;
    this.labelValues = labelValues;
    this.values = slots.values;
    this.slot = slots.offset;
    this.position = slots.position;
    this.created = created;
    this.lastSeen = created;
  }

  /** Labels as they stand in a text page. Not kept: a page keeps the lines themselves. */
  get text(): LabelText {
    return this.owner.write(this.labelValues);
  }

  /** @internal Where its numbers are from now on. */
  moveTo(values: Float64Array, slot: number, position: number): void {
    this.values = values;
    this.slot = slot;
    this.position = position;
  }
}
