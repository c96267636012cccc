/** What a double-quoted text of YAML cannot hold as it is: quotes, control characters, halves of characters. */
const SPECIAL = /["\\\u2028\u2029\ufeff\ufffe\uffff]|\p{Cc}|\p{Cs}/gu;

const SHORT: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t' };

/** A text in double quotes, as YAML 1.1, YAML 1.2 and PyYAML read it back. */
export const quoteYaml = (text: string): string =>
  `"${text.replace(
    SPECIAL,
    (unit) => SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )}"`;
