import type { ExemplarLabels } from './exemplars.ts';
import { Series } from './series.ts';

/** Counts what happened: it only grows. */
export interface Counter {
  /** Adds `amount`, 1 by default, with an exemplar where one is given. A negative or infinite amount is rejected. */
  inc(amount?: number, exemplar?: ExemplarLabels): void;
  /** What it stands at. */
  readonly value: number;
}

/** The series of a counter. */
export class CounterSeries extends Series implements Counter {
  inc(amount = 1, exemplar?: ExemplarLabels): void {
    const slot = this.slot;
    if (slot >= 0 && amount >= 0 && amount < Infinity) {
      this.values[slot] = (this.values[slot] ?? 0) + amount;
      this.isTouched = true;
      if (exemplar !== undefined) this.owner.exemplars?.note(this, 0, amount, exemplar);
    } else this.#unusual(amount, exemplar);
  }

  #unusual(amount: number, exemplar: ExemplarLabels | undefined): void {
    if (!(amount >= 0 && amount < Infinity)) {
      this.owner.reject('value', `a counter cannot grow by ${String(amount)}`);
      return;
    }
    this.owner.revive(this);
    this.inc(amount, exemplar);
  }

  get value(): number {
    return this.values[this.slot] ?? 0;
  }

  /** Adds without a check: NaN and infinities too. */
  add(amount: number): void {
    if (this.slot < 0) this.owner.revive(this);
    this.values[this.slot] = (this.values[this.slot] ?? 0) + amount;
    this.isTouched = true;
  }
}
