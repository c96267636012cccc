import { hostname, platform, release } from 'node:os';
import type { HealthcheckResult } from '../backends/backend.ts';

/** The content types of answers, in order of preference. */
export const CONTENT_TYPES = ['text/plain', 'text/html', 'application/json'] as const;

/** One of the content types of answers. */
export type ContentType = (typeof CONTENT_TYPES)[number];

/** What a body is written from. */
export interface Findings {
  readonly results: readonly HealthcheckResult[];
  readonly detailed: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&#34;',
};
const escape = (text: string): string => text.replace(/[&<>'"]/g, (character) => ESCAPES[character] ?? '');

/** JSON as Python's `json.dumps` writes it with an indent of 4 and sorted keys: in ASCII. */
const dump = (value: unknown): string =>
  JSON.stringify(value, null, 4).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Now, as Python writes a date: `2026-11-22 15:09:47.158525`. */
const now = (): string => new Date().toISOString().replace('T', ' ').replace('Z', '000');

const system = (): string => `${platform()}-${release()}-${process.arch}`;

const writePlain = ({ results }: Findings): string =>
  results
    .map(({ reason }) => reason ?? '')
    .join('\n')
    .trim();

const writeJson = ({ results, detailed }: Findings): string =>
  detailed
    ? dump({
        detailed: true,
        gc: { counts: [], threshold: [] },
        greenthreads: [],
        now: now(),
        platform: system(),
        python_version: `Node.js ${process.version}`,
        reasons: results.map(({ kind = 'HealthcheckResult', details, reason }) => ({
          class: kind,
          details: details ?? '',
          reason,
        })),
        threads: [],
      })
    : dump({ detailed: false, reasons: results.map(({ reason }) => reason) });

const writeRow = (
  { kind = 'HealthcheckResult', reason, details }: HealthcheckResult,
  detailed: boolean,
): string => {
  if (reason === null || reason === '') return '';
  const before = detailed ? `<TD>${escape(kind)}</TD>` : '';
  const after = detailed ? `<TD>${escape(details ?? 'None')}</TD>` : '';
  return `<TR>\n${before}\n    <TD>${escape(reason)}</TD>\n${after}\n</TR>`;
};

const heading = (name: string): string => `<TH>\n${name}\n</TH>\n`;

const writeHtml = ({ results, detailed }: Findings): string => {
  const status = detailed
    ? `<H1>Server status</H1>\n<B>Server hostname:</B><PRE>${escape(hostname())}</PRE>\n` +
      `<B>Current time:</B><PRE>${now()}</PRE>\n<B>Python version:</B><PRE>Node.js ${process.version}</PRE>\n` +
      `<B>Platform:</B><PRE>${escape(system())}</PRE>\n<HR></HR>\n<H2>Garbage collector:</H2>\n` +
      '<B>Counts:</B><PRE>()</PRE>\n<B>Thresholds:</B><PRE>()</PRE>\n<HR></HR>'
    : '';
  const headings = detailed
    ? ['Kind', 'Reason', 'Details'].map(heading).join('')
    : `\n${heading('Reason')}`.slice(0, -1);
  const rows = results.map((result) => writeRow(result, detailed)).join('');
  return (
    `<HTML>\n<HEAD><TITLE>Healthcheck Status</TITLE></HEAD>\n<BODY>\n${status}\n` +
    `<H2>Result of ${results.length} checks:</H2>\n<TABLE bgcolor="#ffffff" border="1">\n<TBODY>\n<TR>\n${headings}\n` +
    `</TR>\n${rows}\n</TBODY>\n</TABLE>\n<HR></HR>\n\n</BODY>\n</HTML>`
  );
};

const WRITERS: Readonly<Record<ContentType, (findings: Findings) => string>> = {
  'text/plain': writePlain,
  'text/html': writeHtml,
  'application/json': writeJson,
};

/**
 * The body of an answer.
 * @parity oslo.middleware 8.1.0 healthcheck/__init__.py _make_text_response and its siblings — same, but details tell of
 *   Node instead of Python
 */
export const writeBody = (type: ContentType, findings: Findings): string => WRITERS[type](findings);
