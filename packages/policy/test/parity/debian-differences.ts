/** A request whose answer differs between Debian's oslo.policy 4.0.0 and the 6.0.0 that is compared with. */
export interface DebianDifference {
  readonly reason: string;
  matches(request: Record<string, unknown>): boolean;
}

// eslint-disable-next-line no-control-regex -- Python's white space has control characters
const WORD = /(?:\ufeff|[^\s\u001c-\u001f\u0085])+/g;

const loneWord = (rule: unknown): boolean => {
  const words = typeof rule === 'string' ? (rule.match(WORD) ?? []) : [];
  return words.length === 1 && /^(?:and|or|not|\(|\)|(["']).*\1)$/i.test(words.join(''));
};

/** Where the live comparison makes an exception. The recorded answers of 6.0.0 cover these. */
export const debianDifferences: readonly DebianDifference[] = [
  {
    reason: 'before 5.0.0 a single keyword, parenthesis or quoted word is returned as it is instead of `!`',
    matches: ({ rule, rules = {} }) => loneWord(rule) || Object.values(rules as object).some(loneWord),
  },
  {
    reason: 'the order of a set of texts is random in Python',
    matches: ({ op, kind }) => op === 'literal' && /\{.*["'].*["'].*\}/.test(String(kind)),
  },
];
