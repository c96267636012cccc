import type { FamilyRecord } from '../arenas/records.ts';
import { CounterSeries } from '../families/counter.ts';
import type { Family } from '../families/family.ts';
import { HistogramSeries } from '../families/histogram.ts';
import { Histograms } from '../families/instruments.ts';
import type { Series } from '../families/series.ts';
import type { MergedPage, MetricsSource } from '../multiprocess/merge.ts';
import { registrySource } from '../multiprocess/registry-source.ts';
import type { Registry } from '../registry.ts';
import { type BatchHead, decodeBatchHead, decodeChanges, FrameError } from './frames.ts';

/** A series as one sender names it. */
interface Target {
  readonly record: FamilyRecord;
  readonly labelValues: readonly string[];
  readonly created: number;
  /** Where a counter or histogram adds up; undefined for a gauge, and for what cannot be taken. */
  readonly series: Series | undefined;
  readonly slots: number;
  /** Of a gauge, what it is; NaN until it is told. */
  readonly gauge: Float64Array | undefined;
}

/** Why numbers of a sender are not on the page. */
export type StreamDropReason = 'conflict' | 'value' | 'label_too_long';

/** Limits and what is told about them. */
export interface LedgerOptions {
  readonly labelBytes: number;
  readonly onDropped: (reason: StreamDropReason, events: number) => void;
}

/** Epochs that are remembered; the ones not heard of for longest go first. */
const MOST_EPOCHS = 20_000;

const isText = (value: unknown): value is string => typeof value === 'string';

/** What senders on the stream have counted: one registry for what adds up, and each sender's own gauges. */
export class StreamLedger implements MetricsSource {
  readonly #registry: Registry;
  readonly #options: LedgerOptions;
  readonly #sequences = new Map<string, number>();
  readonly #accounts = new Set<SenderAccount>();
  readonly #source: MetricsSource;

  constructor(registry: Registry, options: LedgerOptions) {
    this.#registry = registry;
    this.#options = options;
    this.#source = registrySource(registry);
  }

  /** Takes up with a sender; its gauges are on the page until it is closed. */
  open(epoch: string): SenderAccount {
    const account = new SenderAccount(this.#registry, this.#options, {
      sequence: () => this.#sequences.get(epoch) ?? 0,
      counted: (sequence) => {
        this.#sequences.delete(epoch);
        this.#sequences.set(epoch, sequence);
        if (this.#sequences.size <= MOST_EPOCHS) return;
        for (const oldest of this.#sequences.keys()) {
          this.#sequences.delete(oldest);
          break;
        }
      },
      closed: () => this.#accounts.delete(account),
    });
    this.#accounts.add(account);
    return account;
  }

  /** How many senders there are. */
  get senders(): number {
    return this.#accounts.size;
  }

  async contribute(page: MergedPage): Promise<void> {
    await this.#source.contribute(page);
    let number = 0;
    for (const account of this.#accounts) account.contributeGauges(page, (number += 1));
  }
}

interface Sequences {
  sequence(): number;
  counted(sequence: number): void;
  closed(): void;
}

/** What one sender has said. */
export class SenderAccount {
  readonly #registry: Registry;
  readonly #options: LedgerOptions;
  readonly #sequences: Sequences;
  readonly #families = new Map<
    number,
    { readonly record: FamilyRecord; readonly family: Family | undefined }
  >();
  readonly #targets = new Map<number, Target>();

  constructor(registry: Registry, options: LedgerOptions, sequences: Sequences) {
    this.#registry = registry;
    this.#options = options;
    this.#sequences = sequences;
  }

  /** The last batch that is counted. */
  get sequence(): number {
    return this.#sequences.sequence();
  }

  /** Counts a batch unless it has been counted; answers its sequence. @throws FrameError */
  count(body: Buffer): number {
    const head = decodeBatchHead(body);
    this.#define(head);
    const isNew = head.sequence > this.sequence;
    // Looked at whole before any of it counts: half a batch would be counted again.
    const dropped = new Map<StreamDropReason, number>();
    decodeChanges(body, (id, index) => {
      const target = this.#targets.get(id);
      if (target === undefined) throw new FrameError('a change of a series that was not defined');
      if (index >= target.slots) throw new FrameError('a change of a number that its metric does not have');
    });
    if (isNew) {
      decodeChanges(body, (id, index, value) => {
        this.#change(id, index, value, dropped);
      });
      for (const [reason, events] of dropped) this.#options.onDropped(reason, events);
      this.#sequences.counted(head.sequence);
    }
    return head.sequence;
  }

  #define({ families, series }: BatchHead): void {
    for (const record of families) this.#families.set(record.id, { record, family: this.#declare(record) });
    for (const { id, family: familyId, labelValues, created } of series) {
      const known = this.#families.get(familyId);
      if (known === undefined || !Array.isArray(labelValues) || !labelValues.every(isText)) {
        throw new FrameError('a series of a metric that was not defined');
      }
      const { record, family } = known;
      const isLong = labelValues.some((value) => Buffer.byteLength(value) > this.#options.labelBytes);
      const isGauge = record.kind === 'gauge';
      const canCount = family !== undefined && !isLong && labelValues.length === record.labels.length;
      const slots = record.bounds === undefined ? 1 : record.bounds.length + 2;
      this.#targets.set(id, {
        record,
        labelValues,
        created: Number.isFinite(created) ? created : 0,
        series: canCount && !isGauge ? family.withValues(labelValues.map(wellFormed)) : undefined,
        slots,
        gauge: isGauge && !isLong ? new Float64Array(2).fill(NaN) : undefined,
      });
    }
  }

  #declare(record: FamilyRecord): Family | undefined {
    const { name, kind, help, unit, labels, bounds = [] } = record;
    const shape = [name, help, unit].every(isText) && Array.isArray(labels) && labels.every(isText);
    if (!shape) throw new FrameError('a metric without a name');
    if (kind === 'gauge') return undefined;
    const common = { help, unit, labels };
    try {
      if (kind === 'counter') this.#registry.counter(name, common);
      else this.#registry.histogram(name, { ...common, buckets: bounds });
      return this.#registry.family(name);
    } catch {
      return undefined;
    }
  }

  #change(id: number, index: number, value: number, dropped: Map<StreamDropReason, number>): void {
    const target = this.#targets.get(id);
    if (target === undefined) return;
    const { series, gauge, record } = target;
    if (gauge !== undefined) {
      gauge[index] = value;
      gauge[1] = Date.now();
      return;
    }
    const isCount = record.kind === 'counter' || index > 0;
    const drop = (reason: StreamDropReason): void => {
      if (isCount)
        dropped.set(reason, (dropped.get(reason) ?? 0) + (value > 0 && value < Infinity ? value : 1));
    };
    if (series === undefined) {
      const isLong = target.labelValues.some((text) => Buffer.byteLength(text) > this.#options.labelBytes);
      drop(isLong ? 'label_too_long' : 'conflict');
      return;
    }
    if (!Number.isFinite(value) || (isCount && value < 0)) {
      drop('value');
      return;
    }
    if (series instanceof CounterSeries) series.add(value);
    else if (series instanceof HistogramSeries) {
      if (index === 0) series.addToSum(value);
      else series.addToBucket(index - 1, value);
    }
  }

  contributeGauges(page: MergedPage, number: number): void {
    for (const { record, labelValues, gauge, created } of this.#targets.values()) {
      if (gauge === undefined || Number.isNaN(gauge[1])) continue;
      const family = page.family(record);
      if (family === undefined || family instanceof Histograms) continue;
      const series = page.series(family, record, labelValues, number);
      page.add(family, series, gauge, 0, created, { pid: number, isAlive: true });
    }
  }

  close(): void {
    this.#sequences.closed();
  }
}

const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');
