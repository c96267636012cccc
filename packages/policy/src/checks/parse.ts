import { EvaluationError } from '../errors.ts';
import { isIterable, isTruthy, iterate, typeName } from '../python/values.ts';
import { FALSE_CHECK, TRUE_CHECK, type AndCheck, type Check, type OrCheck } from './check.ts';
import { CheckRegistry } from './registry.ts';
import { tokenize, type Token } from './tokens.ts';

/** Why Oslo would read `!` where an operator wrote something else. */
export interface ParseProblem {
  /** What is wrong, and what to do about it. */
  readonly message: string;
  /** Where in the text of the rule, in UTF-16 units; 0 in the list form. */
  readonly offset: number;
}

/** A part of a rule on the parser's stack: a token, or what tokens were reduced to. */
interface Part {
  readonly type: Token['type'] | 'and-chain' | 'or-chain';
  readonly check: Check;
  readonly offset: number;
}

const join = (type: 'and' | 'or', checks: readonly Check[]): AndCheck | OrCheck =>
  Object.freeze({ type, checks: Object.freeze(checks) });

/** A list of one is its only operand. */
const unwrap = (type: 'and' | 'or', checks: readonly Check[]): Check => {
  const [only] = checks;
  return checks.length === 1 && only !== undefined ? only : join(type, checks);
};

const chainOf = (part: Part): readonly Check[] => (part.check as AndCheck | OrCheck).checks;

/** `a or b` and then `and c`: the last operand of the chain takes the new one. */
const bindToLast = (chain: readonly Check[], check: Check): OrCheck => {
  const last = chain.at(-1) ?? FALSE_CHECK;
  const bound = last.type === 'and' ? [...last.checks, check] : [last, check];
  return join('or', [...chain.slice(0, -1), join('and', bound)]) as OrCheck;
};

const isOperand = (part: Part): boolean =>
  part.type === 'check' || part.type === 'and-chain' || part.type === 'or-chain';

/** What `left operator right` reduces to, or undefined when that is not a reduction. */
const reduceBinary = (left: Part, operator: Part, right: Part): Part | undefined => {
  if (right.type !== 'check') return undefined;
  const { offset } = left;
  if (operator.type === 'and') {
    if (left.type === 'check')
      return { type: 'and-chain', check: join('and', [left.check, right.check]), offset };
    if (left.type === 'and-chain')
      return { type: 'and-chain', check: join('and', [...chainOf(left), right.check]), offset };
    if (left.type === 'or-chain')
      return { type: 'or-chain', check: bindToLast(chainOf(left), right.check), offset };
  }
  if (operator.type === 'or') {
    if (left.type === 'check' || left.type === 'and-chain')
      return { type: 'or-chain', check: join('or', [left.check, right.check]), offset };
    if (left.type === 'or-chain')
      return { type: 'or-chain', check: join('or', [...chainOf(left), right.check]), offset };
  }
  return undefined;
};

/** Reduces the top of the stack as long as something reduces. */
const reduce = (stack: Part[]): void => {
  for (;;) {
    const [first, second, third] = [stack.at(-3), stack.at(-2), stack.at(-1)];
    if (second === undefined || third === undefined) return;
    if (first !== undefined) {
      if (first.type === '(' && third.type === ')' && isOperand(second)) {
        stack.splice(-3, 3, { type: 'check', check: second.check, offset: first.offset });
        continue;
      }
      const reduced = reduceBinary(first, second, third);
      if (reduced !== undefined) {
        stack.splice(-3, 3, reduced);
        continue;
      }
    }
    if (second.type !== 'not' || third.type !== 'check') return;
    const check: Check = Object.freeze({ type: 'not', check: third.check });
    stack.splice(-2, 2, { type: 'check', check, offset: second.offset });
  }
};

const missingColon = (text: unknown, offset: number): ParseProblem => ({
  message: `check ${typeof text === 'string' ? JSON.stringify(text) : typeName(text)} has no colon; write kind:match, for instance role:admin`,
  offset,
});

/** Says where a rule stopped making sense: at the first part that could not be joined to the ones before it. */
const describeFailure = (rule: string, stack: readonly Part[]): ParseProblem => {
  const quoted = stack.find((part) => part.type === 'string');
  if (quoted !== undefined) return { message: 'a check must not be put in quotes', offset: quoted.offset };
  const stray = isOperand(stack[0] ?? { type: '(', check: FALSE_CHECK, offset: 0 }) ? stack[1] : stack[0];
  const offset = stray?.offset ?? 0;
  const near = stray === undefined ? '' : ` near ${JSON.stringify(rule.slice(offset, offset + 20))}`;
  return {
    message: `rule cannot be read${near}; join checks with and, or, not as separate words and close every parenthesis`,
    offset,
  };
};

const parseText = (rule: string, registry: CheckRegistry, problems: ParseProblem[]): Check => {
  if (rule === '') return TRUE_CHECK;
  const stack: Part[] = [];
  for (const token of tokenize(rule)) {
    let check: Check | undefined = FALSE_CHECK;
    if (token.type === 'check') {
      check = registry.read(token.text);
      if (check === undefined) problems.push(missingColon(token.text, token.offset));
    }
    stack.push({ type: token.type, check: check ?? FALSE_CHECK, offset: token.offset });
    reduce(stack);
  }
  const [only] = stack;
  if (stack.length === 1 && only !== undefined && isOperand(only)) return only.check;
  // A word that is no operand when it stands alone: 5.0.0 and later read it as a denial, too.
  problems.push(describeFailure(rule, stack));
  return FALSE_CHECK;
};

const iterateOrThrow = (value: unknown): Iterable<unknown> => {
  if (isIterable(value)) return iterate(value);
  throw new EvaluationError('TypeError', `'${typeName(value)}' object is not iterable`);
};

const parseList = (rule: unknown, registry: CheckRegistry, problems: ParseProblem[]): Check => {
  if (!isTruthy(rule)) return TRUE_CHECK;
  const readOne = (text: unknown): Check => {
    const check = typeof text === 'string' ? registry.read(text) : undefined;
    if (check === undefined) problems.push(missingColon(text, 0));
    return check ?? FALSE_CHECK;
  };
  const alternatives: Check[] = [];
  for (const inner of iterateOrThrow(rule)) {
    if (!isTruthy(inner)) continue;
    const checks = Array.from(typeof inner === 'string' ? [inner] : iterateOrThrow(inner), readOne);
    alternatives.push(unwrap('and', checks));
  }
  if (alternatives.length === 0) return FALSE_CHECK;
  return unwrap('or', alternatives);
};

/**
 * Reads a rule as Oslo does: text in the rule language, or the older list of lists (an `or` of `and`s).
 * Whatever cannot be read becomes a check that denies, and is reported.
 *
 * @param rule the value of a rule as it stands in a policy file
 * @param registry the kinds of checks that exist
 * @param problems receives what was wrong with the rule
 * @throws EvaluationError (TypeError) for a value that is neither text nor a list, such as `true` or `1`
 * @parity oslo.policy 6.0.0 _parser.py parse_rule — same
 */
export const parseRule = (
  rule: unknown,
  registry: CheckRegistry = new CheckRegistry(),
  problems: ParseProblem[] = [],
): Check =>
  typeof rule === 'string' ? parseText(rule, registry, problems) : parseList(rule, registry, problems);
