/** What an error says of the component that was called. */
export type Verdict =
  /** It does not work: no connection, no answer in time, an error of its own. */
  | 'failure'
  /** It answered, though not what the caller hoped for: a constraint, a wrong type, a 404. */
  | 'answer'
  /** Nothing: the caller gave up. */
  | 'nothing';

/** What is kept of an error. */
export interface Failure {
  /** Its code or class; never taken from free text. */
  readonly code: string;
  /** Its message without secrets, on one line; only when messages are kept. */
  readonly message?: string;
}

/** What may be kept of an error as it is: the codes of Node and of databases, or names of classes. */
const CODE = /^(?:[A-Z][A-Z0-9_]{2,63}|[0-9A-Z]{5})$/;
const CLASS = /^[A-Z][A-Za-z]{0,62}(?:Error|Exception)$/;
const LONGEST = 256;

const SECRETS: readonly (readonly [RegExp, string])[] = [
  // user:password@host, with or without a scheme before it
  [/[^\s/@]{0,256}:[^\s@]{0,256}@/g, '***@'],
  [/\b(?:bearer|basic|token|apikey)\s+[^\s,;]+/gi, '***'],
  [
    /((?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|credential|auth|cookie|session)[a-z0-9_-]*["']?\s*[=:]\s*)("[^"]*"?|'[^']*'?|[^\s,;&)}]+)/gi,
    '$1***',
  ],
  // JSON web tokens and other long runs of letters and digits that mean nothing to a reader
  [/\beyJ[\w-]+(?:\.[\w-]*)*/g, '***'],
  [/\b[A-Za-z0-9_+/=-]{32,}/g, '***'],
];

/** A message without what looks like a secret, on one line of at most 256 characters. */
export const redact = (message: string): string => {
  let text = message
    .slice(0, 4 * LONGEST)
    // eslint-disable-next-line no-control-regex -- they are what is to be taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ');
  for (const [pattern, replacement] of SECRETS) text = text.replace(pattern, replacement);
  return text.trim().slice(0, LONGEST);
};

const field = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? (error as Record<string, unknown>)[name] : undefined;

/**
 * What of an error may be kept: its code or class, and its redacted message where asked for.
 * @param keepsMessage whether to keep the message
 */
export const failureOf = (error: unknown, keepsMessage: boolean): Failure => {
  const code = [field(error, 'code'), field(field(error, 'cause'), 'code')].find(
    (value): value is string => typeof value === 'string' && CODE.test(value),
  );
  const name = field(error, 'name');
  const kept = code ?? (typeof name === 'string' && CLASS.test(name) ? name : 'Error');
  const message = field(error, 'message');
  return keepsMessage && typeof message === 'string'
    ? { code: kept, message: redact(message) }
    : { code: kept };
};

/** The verdict on an error of which nothing is known: a failure, unless the caller gave up. */
export const classifyAny = (error: unknown): Verdict =>
  field(error, 'name') === 'AbortError' ? 'nothing' : 'failure';
