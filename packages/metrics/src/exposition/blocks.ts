import type { Family } from '../families/family.ts';
import { Histograms } from '../families/instruments.ts';
import type { Series } from '../families/series.ts';
import type { FamilyText } from './page.ts';

/** Series that are kept as one stretch of bytes. */
interface Block {
  readonly series: readonly Series[];
  /** The numbers that the bytes say. */
  readonly shown: Float64Array;
  /** Where the lines of each series begin, and where the last ones end. */
  readonly starts: Int32Array;
  bytes: Buffer;
}

/** How many numbers of a series its lines show: all but those of a native histogram. */
const shownSlots = (family: Family): number =>
  family instanceof Histograms ? family.layout.bounds.length + 2 : 1;

/** Copies a series' numbers. */
const copy = ({ values, slot }: Series, slots: number, into: Float64Array, at: number): void => {
  for (let index = 0; index < slots; index += 1) into[at + index] = values[slot + index] ?? 0;
};

const isSame = ({ values, slot }: Series, slots: number, shown: Float64Array, at: number): boolean => {
  for (let index = 0; index < slots; index += 1) {
    if (values[slot + index] !== shown[at + index]) return false;
  }
  return true;
};

/**
 * The bytes of a page from one time to the next. Most series of a large page do not change between two scrapes: theirs are
 * copied; and the lines of those that do are mostly as long as they were, and put in their place.
 */
export class PageBlocks {
  readonly #families = new WeakMap<Family, Block[]>();

  /**
   * The lines of a family's series, block by block. Bytes handed over are to be copied before the next are asked for.
   */
  *bytes(family: Family, text: FamilyText): Generator<Buffer, void, undefined> {
    const slots = shownSlots(family);
    // Some 64 lines are a slice of work.
    const size = Math.max(1, Math.floor(64 / slots));
    let blocks = this.#families.get(family);
    if (blocks === undefined) {
      blocks = [];
      this.#families.set(family, blocks);
    }
    // Series may go while others work; what was there at first is what the page shows.
    const { series } = family;
    const count = Math.ceil(series.length / size);
    blocks.length = Math.min(blocks.length, count);
    for (let index = 0; index < count; index += 1) {
      const start = index * size;
      const end = Math.min(start + size, series.length);
      let block = blocks[index];
      if (block === undefined || !holds(block, series, start, end)) {
        block = build(series.slice(start, end), slots, text);
        blocks[index] = block;
      } else update(block, slots, text);
      yield block.bytes;
    }
  }
}

const holds = (block: Block, series: readonly Series[], start: number, end: number): boolean => {
  if (block.series.length !== end - start) return false;
  for (let index = start; index < end; index += 1) {
    const one = series[index];
    if (one === undefined || one !== block.series[index - start] || one.slot < 0) return false;
  }
  return true;
};

const build = (all: readonly Series[], slots: number, text: FamilyText): Block => {
  const series = all.filter(({ slot }) => slot >= 0);
  const shown = new Float64Array(series.length * slots);
  const starts = new Int32Array(series.length + 1);
  let lines = '';
  for (const [index, one] of series.entries()) {
    copy(one, slots, shown, index * slots);
    const line = text.series(one);
    lines += line;
    starts[index + 1] = (starts[index] ?? 0) + Buffer.byteLength(line);
  }
  return { series, shown, starts, bytes: Buffer.from(lines) };
};

const update = (block: Block, slots: number, text: FamilyText): void => {
  const { series, shown, starts } = block;
  for (let index = 0; index < series.length; index += 1) {
    const one = series[index];
    if (one === undefined || isSame(one, slots, shown, index * slots)) continue;
    copy(one, slots, shown, index * slots);
    const lines = text.series(one);
    const start = starts[index] ?? 0;
    const end = starts[index + 1] ?? 0;
    const length = Buffer.byteLength(lines);
    if (length === end - start) {
      block.bytes.write(lines, start);
      continue;
    }
    block.bytes = Buffer.concat([
      block.bytes.subarray(0, start),
      Buffer.from(lines),
      block.bytes.subarray(end),
    ]);
    for (let later = index + 1; later < starts.length; later += 1) {
      starts[later] = (starts[later] ?? 0) + length - (end - start);
    }
  }
};
