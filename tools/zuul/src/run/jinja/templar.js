// Texts with `{{ }}`, and conditions, against variables that may hold templates themselves.
import { evaluate } from './evaluate.js';
import { readLiteral } from './literal.js';
import { isTemplate, parseExpression, partsOf } from './parse.js';
import * as values from './values.js';

/** @import { Expression, Part } from './parse.js' */

const { JinjaError, NativeText, UndefinedValue, UndefinedError } = values;

/**
 * Where variables come from: a value, and whether it is final, so that nothing in it is a template any more.
 * @typedef {{ find: (name: string) => { value: unknown, isFinal: boolean } | undefined }} Source
 */

/** @type {Map<string, Expression>} */
const conditions = new Map();
/** @type {Map<string, readonly (string | Expression)[]>} */
const templates = new Map();

/** @param {string} source */
const conditionOf = (source) => {
  const known = conditions.get(source) ?? parseExpression(source, { isCondition: true });
  conditions.set(source, known);
  return known;
};

/** @param {string} source */
const templateOf = (source) => {
  const known =
    templates.get(source) ??
    partsOf(source).map((/** @type {Part} */ part) =>
      part.kind === 'text' ? part.text : parseExpression(part.source),
    );
  templates.set(source, known);
  return known;
};

/** Where a condition asks whether a name is defined. */
const ASKS_FOR_DEFINED = /(\w+)\s+(not\s+is|is|is\s+not)\s+(defined|undefined)/gu;
const DEEPEST = 100;

/** Templates and conditions over one set of variables. */
export class Templar {
  #source;
  #depth = 0;
  #scope;

  /** @param {Source} source */
  constructor(source) {
    this.#source = source;
    this.#scope = (/** @type {string} */ name) => this.#look(name);
  }

  /** @param {string} name @returns {unknown} */
  #look(name) {
    const found = this.#source.find(name);
    if (found === undefined) {
      return name === 'omit' ? values.OMIT : new UndefinedValue(`'${name}' is undefined`, name);
    }
    if (found.isFinal) return found.value;
    if (this.#depth > DEEPEST) throw new JinjaError(`recursive loop detected in the variable '${name}'`);
    this.#depth += 1;
    try {
      return this.#resolve(found.value);
    } catch (error) {
      if (!(error instanceof UndefinedError)) throw error;
      return new UndefinedValue(error.message, error.variable);
    } finally {
      this.#depth -= 1;
    }
  }

  /** @param {unknown} value @returns {unknown} as `template`, native texts still marked */
  #resolve(value) {
    if (typeof value === 'string') return isTemplate(value) ? this.#text(value) : value;
    if (Array.isArray(value)) return value.map((each) => this.#plain(each));
    if (!values.isMapping(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.#plain(each)]));
  }

  /** @param {unknown} value @returns {unknown} */
  #plain(value) {
    const own = this.#resolve(value);
    return own instanceof NativeText ? own.text : own;
  }

  /** @param {string} source @returns {unknown} */
  #text(source) {
    // The line end of a block of YAML stays with a text, and does not make a text of what is none.
    if (!source.endsWith('\n')) return this.#rendered(source);
    const value = this.#rendered(source.slice(0, -1));
    if (value instanceof NativeText) return new NativeText(`${value.text}\n`);
    return typeof value === 'string' ? `${value}\n` : value;
  }

  /** @param {string} source @returns {unknown} */
  #rendered(source) {
    const parts = templateOf(source);
    const [only] = parts;
    if (parts.length === 1 && typeof only === 'object') return this.#alone(only, source);
    const joined = parts
      .map((part) => {
        if (typeof part === 'string') return part;
        const value = values.shown(evaluate(part, this.#scope));
        return value === null ? '' : values.text(value);
      })
      .join('');
    return converted(joined);
  }

  /** A text that is one expression and nothing else. @param {Expression} expression @param {string} source @returns {unknown} */
  #alone(expression, source) {
    const value = evaluate(expression, this.#scope);
    if (value instanceof NativeText || value === values.OMIT) return value;
    const own = values.shown(value);
    // A variable named alone keeps its type; what is calculated becomes a text, which may look like a list.
    if (expression.kind === 'name' && /^\{\{\s*\w*\s*\}\}\s*$/u.test(source)) {
      const written = this.#source.find(expression.name);
      const isSimple = values.isNumber(written?.value) || written?.value === null;
      if (isSimple) return own;
    }
    if (own === null) return '';
    if (typeof own === 'boolean') return own;
    if (Array.isArray(own) || values.isMapping(own)) {
      values.requireDefined(own);
      return own;
    }
    const text = values.text(own);
    return converted(text);
  }

  /**
   * A value with all templates in it filled in.
   * @param {unknown} value
   * @returns {unknown}
   * @throws {JinjaError}
   */
  template(value) {
    return this.#plain(value);
  }

  /** The same, with what a filter made to stay a text still marked. @param {unknown} value @returns {unknown} */
  keep(value) {
    return this.#resolve(value);
  }

  /**
   * The value of an expression that stands without `{{ }}`.
   * @param {string} source
   * @returns {unknown} `UndefinedValue` where it comes to nothing
   */
  expression(source) {
    return evaluate(parseExpression(source), this.#scope);
  }

  /**
   * Whether all conditions hold.
   * @param {readonly unknown[]} all
   * @throws {JinjaError}
   */
  holds(all) {
    return all.every((each) => this.#holds(each));
  }

  /** @param {unknown} condition @returns {boolean} */
  #holds(condition) {
    if (condition === null || condition === undefined || condition === '') return true;
    const written = typeof condition === 'string' ? this.#plain(condition) : condition;
    if (typeof written !== 'string') return values.isTrue(written);
    if (written === '') return false;
    try {
      return values.isTrue(evaluate(conditionOf(written), this.#scope));
    } catch (error) {
      if (!(error instanceof UndefinedError)) throw error;
      // A condition that also asks whether the name is defined has said what it wants.
      for (const [, name, logic, state] of written.matchAll(ASKS_FOR_DEFINED)) {
        if (name !== error.variable) continue;
        return (logic?.includes('not') === true) === (state === 'defined');
      }
      throw error;
    }
  }
}

/** A text that looks like a list, a mapping or a boolean becomes one. @param {string} text @returns {unknown} */
const converted = (text) => {
  if (!/^[[{]/u.test(text) && text !== 'True' && text !== 'False') return text;
  const literal = readLiteral(text);
  return literal === undefined ? text : literal.value;
};
