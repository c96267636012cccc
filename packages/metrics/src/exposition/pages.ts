import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Registry } from '../registry.ts';
import type { NumberStyle } from './numbers.ts';
import type { PageFormat } from './negotiate.ts';
import { openMetricsPage } from './openmetrics.ts';
import { protobufPage } from './protobuf.ts';
import { textPage } from './text.ts';

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

/** Characters that are turned into bytes at once. */
const CHUNK = 65_536;

/** Bytes that become one member of a gzip stream. */
const MEMBER = 524_288;

/** Writes the pages of one source: in slices, one after the other, and once for all who ask at the same time. */
export class Pages {
  readonly #source: PageSource;
  readonly #options: Required<RenderOptions>;
  readonly #current = new Map<string, Promise<readonly Buffer[]>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    source: PageSource,
    { sliceMilliseconds = 1, created = false, numbers = 'plain' }: RenderOptions,
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
    const { created, numbers, sliceMilliseconds } = this.#options;
    const filter = names === undefined ? {} : { names };
    const pieces: Iterable<string | Buffer | undefined> =
      format === 'protobuf'
        ? protobufPage(registry, filter)
        : format === 'openmetrics'
          ? openMetricsPage(registry, { ...filter, created })
          : textPage(registry, { ...filter, created, numbers });
    const out: Buffer[] = [];
    let member: Buffer[] = [];
    let size = 0;
    let text = '';
    const flush = async (isLast: boolean): Promise<void> => {
      if (text !== '') {
        const bytes = Buffer.from(text);
        text = '';
        member.push(bytes);
        size += bytes.length;
      }
      if (size === 0 || (size < MEMBER && !isLast)) return;
      // Members of a gzip stream stand one behind the other; they are compressed in other threads.
      if (isGzip) out.push(await compress(Buffer.concat(member), { level: 1 }));
      else out.push(...member);
      member = [];
      size = 0;
    };
    let start = performance.now();
    for (const piece of pieces) {
      if (typeof piece === 'string') text += piece;
      else if (piece !== undefined) {
        member.push(piece);
        size += piece.length;
      }
      if (text.length >= CHUNK || size >= MEMBER) await flush(false);
      if (performance.now() - start >= sliceMilliseconds) {
        await nextTurn();
        start = performance.now();
      }
    }
    await flush(true);
    return out;
  }
}
