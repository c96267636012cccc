import { html, type Html } from './html.ts';

/** A page of the console. */
export interface PageFrame {
  readonly path: string;
  readonly title: string;
  /** What the page is for, in a sentence. */
  readonly lead: string;
  readonly body: Html;
}

/** The pages, in the order of their links. */
export const PAGES = [
  ['/console/', 'Overview'],
  ['/console/policy', 'Policy'],
  ['/console/what-if', 'What if'],
  ['/console/quotas', 'Quotas'],
  ['/console/cache', 'Cache'],
  ['/console/metrics', 'Metrics'],
  ['/console/health', 'Health'],
] as const;

const head = (title: string): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – volume service</title>
        <link rel="icon" href="/console/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/console/console.css" />
        <script src="/console/console.js"></script>
      </head>
    </html>`;

/** A page with its links. The two buttons are for those with a script. */
export const writePage = ({ path, title, lead, body }: PageFrame): string =>
  html`${head(title)}
    <body>
      <a class="skip" href="#main">To the content</a>
      <header class="side">
        <div class="brand">Volume service <small>console</small></div>
        <nav aria-label="Pages">
          <ul>
            ${PAGES.map(
              ([to, name]) =>
                html`<li>
                  <a href="${to}" ${to === path ? html` aria-current="page"` : undefined}>${name}</a>
                </li>`,
            )}
          </ul>
        </nav>
        <div class="tools">
          <button type="button" id="live" hidden>Pause updates</button>
          <button type="button" id="colours" hidden>Dark colours</button>
          <span id="status" class="soft" role="status"></span>
        </div>
      </header>
      <main id="main">
        <h1>${title}</h1>
        <p class="lead">${lead}</p>
        ${body}
      </main>
    </body>
  </html>`.text;

/** What those see who have not shown the key, or whose request is refused. */
export const writeGate = (title: string, body: Html): string =>
  html`${head(title)}
    <body>
      <main class="gate card" id="main">
        <h1>${title}</h1>
        ${body}
        <div class="actions">
          <button type="button" id="live" hidden>Pause updates</button>
          <button type="button" id="colours" hidden>Dark colours</button>
        </div>
      </main>
    </body>
  </html>`.text;

/** A button that does something, for which no script is needed. */
export const action = (
  formToken: string,
  name: string,
  text: string,
  { back, isMain = false }: { readonly back: string; readonly isMain?: boolean },
): Html =>
  html`<form method="post" action="/console/actions/${name}">
    <input type="hidden" name="token" value="${formToken}" />
    <input type="hidden" name="back" value="${back}" />
    <button${isMain ? html` class="main"` : undefined}>${text}</button>
  </form>`;

/** A table that scrolls by itself where it is too wide. */
export const table = (name: string, columns: readonly (string | Html)[], rows: readonly Html[]): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${name}">
    <table>
      <thead>
        <tr>
          ${columns.map((column) => (typeof column === 'string' ? html`<th scope="col">${column}</th>` : column))}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
