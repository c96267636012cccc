/** One token of the rule language. Offsets count UTF-16 units from the start of the rule. */
export interface Token {
  readonly type: '(' | ')' | 'and' | 'or' | 'not' | 'check' | 'string';
  readonly text: string;
  readonly offset: number;
}

/** What Python's `\s` matches in text: JavaScript's minus the byte order mark, plus four separators and NEL. */
// eslint-disable-next-line no-control-regex -- the separators are control characters
const WORD = /(?:\ufeff|[^\s\u001c-\u001f\u0085])+/g;

const isOperator = (word: string): word is 'and' | 'or' | 'not' =>
  word === 'and' || word === 'or' || word === 'not';

const isQuoted = (word: string): boolean => {
  const first = word[0];
  return word.length >= 2 && (first === '"' || first === "'") && word.endsWith(first);
};

/**
 * Splits a rule at white space; parentheses around a word are tokens of their own, operators are whole
 * words in any letter case, and a word in quotes is a string, which no rule may hold.
 * @parity oslo.policy 6.0.0 _parser.py _parse_tokenize — same
 */
export const tokenize = (rule: string): Token[] => {
  const tokens: Token[] = [];
  for (const { 0: word, index } of rule.matchAll(WORD)) {
    let start = 0;
    while (word[start] === '(') tokens.push({ type: '(', text: '(', offset: index + start++ });
    let end = word.length;
    while (end > start && word[end - 1] === ')') end--;
    if (end > start) {
      const text = word.slice(start, end);
      const offset = index + start;
      const operator = text.toLowerCase();
      const bare = word.slice(start);
      if (isOperator(operator)) tokens.push({ type: operator, text, offset });
      else if (isQuoted(bare)) tokens.push({ type: 'string', text: bare, offset });
      else tokens.push({ type: 'check', text, offset });
    }
    for (let at = end; at < word.length; at++) tokens.push({ type: ')', text: ')', offset: index + at });
  }
  return tokens;
};
