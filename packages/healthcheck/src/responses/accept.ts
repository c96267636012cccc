/** A range of an Accept header, such as `text/*;q=0.5`. */
interface MediaRange {
  /** Type and subtype in lower case. */
  readonly type: string;
  readonly subtype: string;
  /** Whether it has parameters beside its quality; such a range asks for something that is not offered. */
  readonly hasParameters: boolean;
  /** 0 to 1. */
  readonly quality: number;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const BLANKS = /[ \t]*/y;
const QUOTED = /"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"/y;
const QUALITY = /0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?/y;

/** Reads a header from left to right; nothing is tried twice, so that any header takes linear time. */
class AcceptReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The ranges in the header; undefined when it is not valid. */
  read(): MediaRange[] | undefined {
    const ranges: MediaRange[] = [];
    if (this.#text === '') return ranges;
    // A comma may stand first, but no range may follow it at once: so says the grammar, and WebOb.
    if (!this.#takes(',')) {
      const first = this.#range();
      if (first === undefined) return undefined;
      ranges.push(first);
    }
    while (this.#at < this.#text.length) {
      this.#match(BLANKS);
      if (!this.#takes(',')) return undefined;
      this.#optionalRange(ranges);
    }
    return ranges;
  }

  #optionalRange(ranges: MediaRange[]): void {
    const start = this.#at;
    this.#match(BLANKS);
    const range = this.#range();
    if (range === undefined) this.#at = start;
    else ranges.push(range);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #takes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #range(): MediaRange | undefined {
    const type = this.#match(TOKEN);
    if (type === undefined || !this.#takes('/')) return undefined;
    const subtype = this.#match(TOKEN);
    if (subtype === undefined) return undefined;
    let hasParameters = false;
    while (this.#parameter(false)) hasParameters = true;
    const quality = this.#quality();
    if (quality !== undefined) while (this.#parameter(true));
    return { type: type.toLowerCase(), subtype: subtype.toLowerCase(), hasParameters, quality: quality ?? 1 };
  }

  /** `;name=value`; after the quality the value may be left out, and before it the name must not be `q`. */
  #parameter(isExtension: boolean): boolean {
    const start = this.#at;
    this.#match(BLANKS);
    if (this.#takes(';')) {
      this.#match(BLANKS);
      const isQuality = /[qQ]=/y;
      isQuality.lastIndex = this.#at;
      if (isExtension || !isQuality.test(this.#text)) {
        const name = this.#match(TOKEN);
        const before = this.#at;
        if (
          name !== undefined &&
          this.#takes('=') &&
          (this.#match(TOKEN) ?? this.#match(QUOTED)) !== undefined
        ) {
          return true;
        }
        if (name !== undefined && isExtension) {
          this.#at = before;
          return true;
        }
      }
    }
    this.#at = start;
    return false;
  }

  #quality(): number | undefined {
    const start = this.#at;
    this.#match(BLANKS);
    if (this.#takes(';')) {
      this.#match(BLANKS);
      if ((this.#takes('q') || this.#takes('Q')) && this.#takes('=')) {
        const text = this.#match(QUALITY);
        if (text !== undefined) return Number(text);
      }
    }
    this.#at = start;
    return undefined;
  }
}

/** How closely a range names a type: 3 by name, 2 by its kind, 1 by accepting all, 0 not at all. */
const closeness = (range: MediaRange, type: string, subtype: string): number => {
  if (range.type === type && range.subtype === subtype) return range.hasParameters ? 0 : 3;
  if (range.subtype === '*' && range.type === type) return 2;
  return range.type === '*' && range.subtype === '*' ? 1 : 0;
};

/**
 * The offered content type that a client likes best; of equals the one offered first. A header that is missing, not valid
 * or matches nothing gets the first offer: a health check must not fail because of how it was asked.
 * @param accept the header; undefined when there is none
 * @param offers content types without parameters, in order of preference
 * @parity WebOb 1.8 acceptparse.py AcceptValidHeader.acceptable_offers, as oslo.middleware uses it — same
 */
export const negotiate = <Offer extends string>(
  accept: string | undefined,
  offers: readonly [Offer, ...Offer[]],
): Offer => {
  const ranges = accept === undefined ? undefined : new AcceptReader(accept).read();
  if (ranges === undefined) return offers[0];
  let best: Offer = offers[0];
  let bestQuality = 0;
  for (const offer of offers) {
    const [type = '', subtype = ''] = offer.split('/');
    let [closest, quality] = [0, 0];
    for (const range of ranges) {
      const close = closeness(range, type, subtype);
      if (close <= closest) continue;
      closest = close;
      ({ quality } = range);
    }
    if (quality > bestQuality) {
      best = offer;
      bestQuality = quality;
    }
  }
  return best;
};
