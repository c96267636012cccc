import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Registry } from '../registry.ts';
import type { NumberStyle } from './numbers.ts';
import type { PageFormat } from './negotiate.ts';
import { PageBlocks } from './blocks.ts';
import { OPEN_METRICS_END, openMetricsOf } from './openmetrics.ts';
import { familiesOf } from './page.ts';
import { protobufPage } from './protobuf.ts';
import { textOf } from './text.ts';

const compress = promisify(gzip);

/** Something that can be asked for the metrics of now: a registry, or a page of many sources. */
export interface PageSource {
  collect(): Promise<Registry>;
}

/** How a page is written, whoever asks. */
export interface RenderOptions {
  /**
   * How long other work may have to wait for a page that is being written, in milliseconds.
   * @default 1
   */
  readonly sliceMilliseconds?: number;
  /**
   * Whether counters and histograms say in text since when they count.
   * @default false
   */
  readonly created?: boolean;
  /** @default 'plain' */
  readonly numbers?: NumberStyle;
}

/** What is asked for. */
export interface PageRequest {
  readonly format: PageFormat;
  readonly isGzip: boolean;
  /** Only samples of these names. */
  readonly names?: ReadonlySet<string>;
}

/** Bytes that are handed to the network, or compressed, at once. */
const CHUNK = 524_288;

/** Writes the pages of one source: in slices, one after the other, and once for all who ask at the same time. */
export class Pages {
  readonly #source: PageSource;
  readonly #options: Required<RenderOptions>;
  readonly #current = new Map<string, Promise<readonly Buffer[]>>();
  readonly #blocks = { text: new PageBlocks(), openmetrics: new PageBlocks() };
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    source: PageSource,
    { sliceMilliseconds = 1, created = false, numbers = 'plain' }: RenderOptions = {},
  ) {
    this.#source = source;
    this.#options = { sliceMilliseconds, created, numbers };
  }

  /** @returns the page in pieces; whoever asks while it waits for its turn gets the same one */
  render(request: PageRequest): Promise<readonly Buffer[]> {
    const key = `${request.format} ${String(request.isGzip)} ${[...(request.names ?? [])].sort().join()}`;
    const waiting = this.#current.get(key);
    if (waiting !== undefined) return waiting;
    // A page of many sources has one set of series: it must not be collected anew while it is written.
    const page = this.#last.then(async () => this.#write(request)).finally(() => this.#current.delete(key));
    this.#current.set(key, page);
    this.#last = page.catch(() => undefined);
    return page;
  }

  async #write({ format, isGzip, names }: PageRequest): Promise<Buffer[]> {
    const registry = await this.#source.collect();
    const out = new PageOutput(isGzip);
    let start = performance.now();
    for (const piece of this.#pieces(registry, format, names)) {
      if (out.isFullWith(piece.length)) await out.flush();
      out.push(piece);
      if (performance.now() - start < this.#options.sliceMilliseconds) continue;
      await nextTurn();
      start = performance.now();
    }
    return out.end();
  }

  /** The page in small pieces, each to be used before the next is asked for. */
  *#pieces(
    registry: Registry,
    format: PageFormat,
    names: ReadonlySet<string> | undefined,
  ): Generator<Buffer> {
    if (format === 'protobuf') {
      yield* protobufPage(registry, names === undefined ? {} : { names });
      return;
    }
    const isOpen = format === 'openmetrics';
    const { [format]: blocks } = this.#blocks;
    for (const family of familiesOf(registry, names)) {
      const text = isOpen ? openMetricsOf(family, this.#options) : textOf(family, this.#options);
      yield Buffer.from(text.head);
      yield* blocks.bytes(family, text);
      yield Buffer.from(text.foot);
    }
    if (isOpen) yield Buffer.from(OPEN_METRICS_END);
  }
}

/** Gathers a page in buffers of its own. */
class PageOutput {
  readonly #isGzip: boolean;
  readonly #out: Buffer[] = [];
  #chunk = Buffer.allocUnsafe(CHUNK);
  #used = 0;

  constructor(isGzip: boolean) {
    this.#isGzip = isGzip;
  }

  isFullWith(length: number): boolean {
    return this.#used + length > this.#chunk.length;
  }

  push(piece: Buffer): void {
    if (this.isFullWith(piece.length)) {
      // Longer than a whole chunk: it may stand alone.
      this.#chunk = Buffer.allocUnsafe(Math.max(CHUNK, piece.length));
      this.#used = 0;
    }
    piece.copy(this.#chunk, this.#used);
    this.#used += piece.length;
  }

  async flush(): Promise<void> {
    if (this.#used === 0) return;
    const bytes = this.#chunk.subarray(0, this.#used);
    // Members of a gzip stream stand one behind the other; they are compressed in other threads.
    if (this.#isGzip) this.#out.push(await compress(bytes, { level: 1 }));
    else {
      this.#out.push(bytes);
      this.#chunk = Buffer.allocUnsafe(CHUNK);
    }
    this.#used = 0;
  }

  async end(): Promise<Buffer[]> {
    await this.flush();
    return this.#out;
  }
}
