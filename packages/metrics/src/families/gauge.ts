import { Series } from './series.ts';

/** A value that goes up and down. */
export interface Gauge {
  set(value: number): void;
  inc(amount?: number): void;
  dec(amount?: number): void;
  /** Sets it to the present time, in seconds since 1970. */
  setToCurrentTime(): void;
  /** What it stands at. */
  readonly value: number;
}

/** The series of a gauge. A second slot holds when it was set. */
export class GaugeSeries extends Series implements Gauge {
  set(value: number): void {
    if (this.slot < 0) this.owner.revive(this);
    if (typeof value !== 'number') {
      this.owner.reject('value', 'a gauge takes a number');
      return;
    }
    this.values[this.slot] = value;
    this.#seen();
  }

  inc(amount = 1): void {
    if (this.slot < 0) this.owner.revive(this);
    if (!Number.isFinite(amount)) {
      this.owner.reject('value', `a gauge cannot change by ${String(amount)}`);
      return;
    }
    this.values[this.slot] = (this.values[this.slot] ?? 0) + amount;
    this.#seen();
  }

  dec(amount = 1): void {
    this.inc(-amount);
  }

  setToCurrentTime(): void {
    this.set(Date.now() / 1000);
  }

  #seen(): void {
    if (this.owner.isTimed) this.values[this.slot + 1] = Date.now();
    this.isTouched = true;
  }

  get value(): number {
    return this.values[this.slot] ?? 0;
  }
}
