import { html, type Html } from './html.ts';

/** Milliseconds as people say them. */
export const span = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
};

/** A moment: the time of day in UTC, and how long ago that was. */
export const moment = (at: number, now: number = Date.now()): Html =>
  html`<time datetime="${new Date(at).toISOString()}">${new Date(at).toISOString().slice(11, 19)}</time>
    <span class="soft">${span(now - at)} ago</span>`;

/** A number with as many digits as say something. */
export const figure = (value: number | undefined, unit = ''): string => {
  if (value === undefined) return '–';
  const digits = value === 0 || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = value.toFixed(digits);
  return unit === '' ? text : `${text} ${unit}`;
};

/** A share of a whole; nothing where there is no whole. */
export const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(whole < 1000 ? 0 : 1)} %`;

/** A number and its noun. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** A word for a state, with its colour. */
export const state = (kind: 'pass' | 'warn' | 'fail' | 'unknown', text: string = kind): Html =>
  html`<span class="state ${kind}">${text}</span>`;

/** Keys of credentials that say who asks; whatever else credentials hold is nobody's business. */
const SHOWN = [
  'user_id',
  'roles',
  'project_id',
  'domain_id',
  'system_scope',
  'user_domain_id',
  'project_domain_id',
];

/** Who asks or what is asked about, in one line: values of few keys, long ones cut. */
export const facts = (values: Readonly<Record<string, unknown>>, shown?: readonly string[]): string => {
  const text = (value: unknown): string =>
    Array.isArray(value)
      ? value.map(String).join(', ')
      : typeof value === 'string'
        ? value
        : JSON.stringify(value);
  const short = (value: string): string => (value.length > 60 ? `${value.slice(0, 59)}…` : value);
  return Object.entries(values)
    .filter(([key, value]) => value !== undefined && (shown === undefined || shown.includes(key)))
    .map(([key, value]) => `${key} ${short(text(value))}`)
    .join(' · ');
};

/** Credentials in one line, without what could be a secret. */
export const whoAsks = (credentials: Readonly<Record<string, unknown>>): string => facts(credentials, SHOWN);

/** What a group's reasons add to its state: the words of those who say more than that all is well. */
export const saying = (reasons: readonly string[]): string =>
  reasons.filter((reason) => reason !== '' && reason !== 'OK').join(', ');
