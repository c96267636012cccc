import type { EvaluationError } from '../errors.ts';
import { requirePython } from '../python/parts.ts';
import { str } from '../python/text.ts';

/** What the kind of a generic check stands for. */
export type Kind =
  /** A Python literal, as its text. */
  | { readonly type: 'literal'; readonly text: string }
  /** A value in the credentials. */
  | { readonly type: 'path'; readonly segments: readonly string[] }
  /** Neither: every evaluation raises. */
  | { readonly type: 'invalid'; readonly error: EvaluationError };

/** Names joined by dots, none of which is a word of Python. */
const SIMPLE_PATH =
  /^(?!(?:.*\.)?(?:False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield)(?:\.|$))[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

const WORD = /^(?:None|True|False)$/;
const INTEGER = /^(?:0|-?[1-9][0-9]{0,14})$/;
const QUOTED = /^(?:'([ !#-&(-[\]-~]*)'|"([ !#-&(-[\]-~]*)")$/;

/** The literals policies are written with: None, True, False, integers and texts without escapes. */
const readSimpleLiteral = (kind: string): string | undefined => {
  if (WORD.test(kind) || INTEGER.test(kind)) return kind;
  const quoted = QUOTED.exec(kind);
  return quoted?.[1] ?? quoted?.[2];
};

const classify = (kind: string): Kind => {
  const segments = kind.split('.');
  if (SIMPLE_PATH.test(kind)) return { type: 'path', segments };
  const simple = readSimpleLiteral(kind);
  if (simple !== undefined) return { type: 'literal', text: simple };
  const literal = requirePython(`the kind ${JSON.stringify(kind)}`).evaluateLiteral(kind);
  if (literal.type === 'none') return { type: 'path', segments };
  if (literal.type === 'error') return { type: 'invalid', error: literal.error };
  try {
    return { type: 'literal', text: str(literal.value) };
  } catch {
    // Python looks the kind up in the credentials when its literal cannot be written.
    return { type: 'path', segments };
  }
};

const MAX_CACHED = 1000;
const cache = new Map<string, Kind>();

/**
 * Decides what the kind of a generic check stands for: a literal if Python can read it as one, otherwise a
 * path into the credentials.
 * @throws PythonPartsMissingError (ERR_POLICY_PYTHON_PARTS_MISSING) for a kind that is neither a name nor a
 *   plain literal while the rest of Python has not been fetched
 * @parity oslo.policy 6.0.0 _checks.py GenericCheck.__call__ — same
 */
export const classifyKind = (kind: string): Kind => {
  const known = cache.get(kind);
  if (known !== undefined) return known;
  const found = classify(kind);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(kind, found);
  return found;
};
