import { html, type Html } from './html.ts';
import { figure, span } from './words.ts';

/** One line of a plot. */
export interface PlotLine {
  readonly name: string;
  /** Undefined where there was nothing to measure. */
  readonly values: readonly (number | undefined)[];
}

/** What is drawn over time. */
export interface Plot {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** When each value was taken, in milliseconds since 1970. */
  readonly at: readonly number[];
  readonly lines: readonly PlotLine[];
}

const WIDTH = 460;
const HEIGHT = 170;
const LEFT = 42;
const TOP = 8;
const BOTTOM = 22;
/** How much time a plot shows. */
const SHOWN = 180_000;
/** Rows of a plot's table: each is the last sample of so many seconds. */
const TABLE_STEP = 15;

/** The next of 1, 2, 2.5, 5, 10 times a power of ten. */
const roundUp = (value: number): number => {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= value) ?? 10;
  return factor * power;
};

const number = (value: number): string => value.toFixed(1);

/** Lines over the last three minutes, with a legend that tells the last values, and all of it as a table. */
export const plot = ({ id, title, unit, at, lines }: Plot): Html => {
  const end = at.at(-1) ?? Date.now();
  const shown = at.map((when, index) => ({ when, index })).filter(({ when }) => when >= end - SHOWN);
  const values = lines.flatMap((line) => shown.map(({ index }) => line.values[index] ?? 0));
  const top = roundUp(Math.max(...values, 0));
  const x = (when: number): number => LEFT + ((when - (end - SHOWN)) / SHOWN) * (WIDTH - LEFT - 4);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const pathOf = (line: PlotLine): string => {
    let path = '';
    let isDown = false;
    for (const { when, index } of shown) {
      const value = line.values[index];
      if (value !== undefined) path += `${isDown ? 'L' : 'M'}${number(x(when))} ${number(y(value))}`;
      isDown = value !== undefined;
    }
    return path;
  };
  const grid = [0, 0.5, 1].map(
    (share) =>
      html`<line x1="${LEFT}" x2="${WIDTH}" y1="${number(y(share * top))}" y2="${number(y(share * top))}" />
        <text x="${LEFT - 6}" y="${number(y(share * top) + 4)}" text-anchor="end"
          >${figure(share * top)}</text
        >`,
  );
  const summary = lines.map((line) => `${line.name} ${figure(line.values.at(-1), unit)}`).join(', ');
  const rows = shown.filter((_, index) => (shown.length - 1 - index) % TABLE_STEP === 0).reverse();
  return html`<section class="card plot" id="plot-${id}" data-live>
    <h2>${title} <span class="soft">${unit}</span></h2>
    <svg
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      role="img"
      aria-label="${title} over three minutes; now: ${summary}"
    >
      ${grid} ${lines.map((line, index) => html`<path class="line line-${index}" d="${pathOf(line)}" />`)}
      <text x="${LEFT}" y="${HEIGHT - 5}">3 min ago</text>
      <text x="${WIDTH - 2}" y="${HEIGHT - 5}" text-anchor="end">now</text>
    </svg>
    <ul class="legend">
      ${lines.map(
        (line, index) =>
          html`<li>
            <span class="swatch line-${index}" aria-hidden="true"></span>${line.name}
            <b>${figure(line.values.at(-1))}</b>
          </li>`,
      )}
    </ul>
    <details id="table-${id}">
      <summary>As a table</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="${title}, as a table">
        <table>
          <thead>
            <tr>
              <th scope="col">Ago</th>
              ${lines.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ when, index }) =>
                html`<tr>
                  <td>${span(end - when)}</td>
                  ${lines.map((line) => html`<td class="number">${figure(line.values[index])}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
};

/** What a bar says by its colour. */
export type BarLevel = 'low' | 'high' | 'full';

/** How much of a whole something is, and what is claimed on top of it. A whole that is empty has an empty bar. */
export const bar = (
  label: string,
  level: BarLevel,
  { used, claimed = 0, whole }: { readonly used: number; readonly claimed?: number; readonly whole: number },
): Html => {
  const share = (value: number): string => number(whole <= 0 ? 0 : Math.min(100, (100 * value) / whole));
  return html`<svg
    class="bar ${level}"
    viewBox="0 0 100 6"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
  >
    <rect class="track" width="100" height="6" />
    <rect class="claimed" width="${share(used + claimed)}" height="6" />
    <rect class="used" width="${share(used)}" height="6" />
  </svg>`;
};

/** A stretch of time in one state. */
export interface Stretch {
  readonly status: 'pass' | 'warn' | 'fail' | 'unknown';
  readonly from: number;
  readonly to: number;
}

const ROW = 30;
const NAMES = 150;
const TIMELINE = 900;

/** A row for each name, with a piece for each state it was in. */
export const timeline = (
  rows: readonly { readonly name: string; readonly stretches: readonly Stretch[] }[],
  start: number,
  end: number,
): Html => {
  const x = (at: number): number => NAMES + ((at - start) / Math.max(1, end - start)) * (TIMELINE - NAMES);
  const height = rows.length * ROW + 22;
  return html`<svg
    class="timeline"
    viewBox="0 0 ${TIMELINE} ${height}"
    role="img"
    aria-label="States over the last ${span(end - start)}; all changes stand in the table of changes"
  >
    ${rows.map(({ name, stretches }, row) => [
      html`<text class="name" x="0" y="${row * ROW + 20}"
        >${name.length > 20 ? `${name.slice(0, 19)}…` : name}</text
      >`,
      stretches.map(({ status, from, to }) => {
        const left = x(Math.max(from, start));
        return html`<rect
          class="${status}"
          x="${number(left)}"
          y="${row * ROW + 6}"
          width="${number(Math.max(1.5, x(to) - left))}"
          height="18"
          rx="2"
          ><title>${status}, ${span(to - from)}</title></rect
        >`;
      }),
    ])}
    <line x1="${NAMES}" x2="${TIMELINE}" y1="${height - 18}" y2="${height - 18}" />
    <text x="${NAMES}" y="${height - 3}">${span(end - start)} ago</text>
    <text x="${TIMELINE}" y="${height - 3}" text-anchor="end">now</text>
  </svg>`;
};
