import {
  dogpileKeys,
  dogpileKeywordKeys,
  dogpileMultiKeys,
  type KeyedFunction,
} from '../../src/keys/dogpile.ts';
import { PythonFloat } from '../../src/keys/python-text.ts';

type Request = Readonly<Record<string, unknown>>;

/** Splits a text at commas that stand outside of brackets and quotes. */
const splitAtCommas = (text: string): readonly string[] => {
  const parts: string[] = [];
  let depth = 0;
  let mark = '';
  let part = '';
  for (const unit of text) {
    if (mark !== '') {
      if (unit === mark) mark = '';
    } else if (unit === "'" || unit === '"') {
      mark = unit;
    } else if ('([{'.includes(unit)) {
      depth += 1;
    } else if (')]}'.includes(unit)) {
      depth -= 1;
    }
    if (unit === ',' && depth === 0 && mark === '') {
      parts.push(part.trim());
      part = '';
    } else {
      part += unit;
    }
  }
  if (part.trim() !== '') parts.push(part.trim());
  return parts;
};

/** The value of a literal as it stands in a list of parameters. */
const literal = (text: string): unknown => {
  if (text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  if (/^[-+]?[0-9_]+$/u.test(text)) return Number(text.replaceAll('_', ''));
  if (/^[-+]?[0-9.]+(?:e[-+]?[0-9]+)?$/iu.test(text)) return new PythonFloat(Number(text));
  if (/^(['"]).*\1$/su.test(text)) return text.slice(1, -1);
  if (text.startsWith('[') && text.endsWith(']')) return splitAtCommas(text.slice(1, -1)).map(literal);
  return text;
};

/** Reads `self, a, b=2, *rest`; what follows `*` is no positional parameter. */
const functionOf = (module: string, name: string, signature: string): KeyedFunction => {
  const parameters: string[] = [];
  const defaults: Record<string, unknown> = {};
  for (const part of splitAtCommas(signature)) {
    if (part.startsWith('*')) break;
    if (part === '/') continue;
    const [parameter = '', value] = part.split(/=(.*)/su).map((each) => each.trim());
    parameters.push(parameter);
    if (value !== undefined) defaults[parameter] = literal(value);
  }
  return { module, name, parameters, defaults };
};

const GENERATORS = { default: dogpileKeys, kwarg: dogpileKeywordKeys, multi: dogpileMultiKeys } as const;

/** The key, or for `multi` the keys, of the call that a request describes. */
export const generatedKey = (request: Request): unknown => {
  const kind = (request.kind ?? 'default') as keyof typeof GENERATORS;
  const keyed = functionOf(request.module as string, request.name as string, request.params as string);
  const namespace = request.namespace as string | null | undefined;
  const generate = GENERATORS[kind](keyed, namespace ?? undefined);
  return generate(
    (request.args ?? []) as readonly unknown[],
    (request.kwargs ?? {}) as Record<string, unknown>,
  );
};
