import { EvaluationError, type YamlError } from '../errors.ts';
import { identityOf } from '../python/identity.ts';
import { typeName, Tuple } from '../python/values.ts';
import { decodeBase64 } from './base64.ts';
import type { MappingNode, YamlNode } from './nodes.ts';
import { readFloat, readInteger } from './numbers.ts';
import { yamlError } from './source.ts';
import { STANDARD_TAG } from './tags.ts';
import { readTimestamp } from './timestamps.ts';

/** Merge keys may not multiply a document beyond this many pairs. */
const MAX_PAIRS = 200_000;

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['no', false],
  ['true', true],
  ['false', false],
  ['on', true],
  ['off', false],
]);

type Pair = MappingNode['pairs'][number];

/** Turns nodes into Python values; collections are filled in later, so that they may hold themselves. */
class Constructor {
  readonly #text: string;
  readonly #values = new Map<YamlNode, unknown>();
  readonly #flattened = new Set<YamlNode>();
  #pending: (() => void)[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  construct(root: YamlNode): unknown {
    const value = this.#value(root);
    while (this.#pending.length > 0) {
      const fills = this.#pending;
      this.#pending = [];
      for (const fill of fills) fill();
    }
    return value;
  }

  #fail(node: YamlNode, reason: string): YamlError {
    return yamlError(this.#text, node.offset, reason);
  }

  #value(node: YamlNode): unknown {
    if (this.#values.has(node)) return this.#values.get(node);
    const value = this.#create(node);
    this.#values.set(node, value);
    return value;
  }

  #later<T>(value: T, fill: () => void): T {
    this.#pending.push(fill);
    return value;
  }

  #create(node: YamlNode): unknown {
    switch (node.tag.startsWith(STANDARD_TAG) ? node.tag.slice(STANDARD_TAG.length) : '') {
      case 'str':
        return this.#scalarText(node);
      case 'null':
        this.#scalarText(node);
        return null;
      case 'bool':
        return this.#boolean(node);
      case 'int':
        return readInteger(this.#scalarText(node));
      case 'float':
        return readFloat(this.#scalarText(node));
      case 'timestamp':
        return this.#timestamp(node);
      case 'binary':
        return decodeBase64(this.#scalarText(node));
      case 'seq':
        return this.#sequence(node);
      case 'map':
        return this.#mapping(node);
      case 'set':
        return this.#set(node);
      case 'omap':
      case 'pairs':
        return this.#pairs(node);
      default:
        throw this.#fail(node, `the tag ${node.tag} has no meaning here`);
    }
  }

  /** The text of a scalar; a mapping with the key `=` stands for that key's value. */
  #scalarText(node: YamlNode): string {
    if (node.type === 'scalar') return node.text;
    if (node.type === 'mapping') {
      const pair = node.pairs.find(([key]) => key.tag === `${STANDARD_TAG}value`);
      if (pair !== undefined) return this.#scalarText(pair[1]);
    }
    throw this.#fail(node, `expected a scalar, but found a ${node.type}`);
  }

  #boolean(node: YamlNode): boolean {
    const text = this.#scalarText(node).toLowerCase();
    const value = BOOLEANS.get(text);
    if (value === undefined) throw new EvaluationError('KeyError', `'${text}'`);
    return value;
  }

  #timestamp(node: YamlNode): unknown {
    this.#scalarText(node);
    if (node.type === 'scalar') return readTimestamp(node.text);
    throw new EvaluationError('TypeError', 'expected string or bytes-like object');
  }

  #sequence(node: YamlNode): unknown[] {
    const items: unknown[] = [];
    return this.#later(items, () => {
      if (node.type !== 'sequence') throw this.#fail(node, `expected a list, but found a ${node.type}`);
      for (const item of node.items) items.push(this.#value(item));
    });
  }

  #mapping(node: YamlNode): Map<unknown, unknown> {
    const mapping = new Map<unknown, unknown>();
    return this.#later(mapping, () => {
      for (const [key, value] of this.#entries(node)) mapping.set(key, value);
    });
  }

  #set(node: YamlNode): Set<unknown> {
    const members = new Set<unknown>();
    return this.#later(members, () => {
      for (const [key] of this.#entries(node)) members.add(key);
    });
  }

  /** Keys and values with merge keys resolved; of equal keys the first stays, with the last value. */
  #entries(node: YamlNode): Iterable<readonly [unknown, unknown]> {
    if (node.type !== 'mapping') throw this.#fail(node, `expected a mapping, but found a ${node.type}`);
    const entries = new Map<string, [key: unknown, value: unknown]>();
    for (const [keyNode, valueNode] of this.#flatten(node)) {
      const isEqualsSign = keyNode.tag === `${STANDARD_TAG}value`;
      const key = isEqualsSign ? this.#scalarText(keyNode) : this.#value(keyNode);
      const type = typeName(key);
      if (type === 'list' || type === 'dict' || type === 'set') {
        throw this.#fail(keyNode, `a ${type} cannot be a mapping key`);
      }
      const identity = identityOf(key);
      const known = entries.get(identity);
      const value = this.#value(valueNode);
      if (known === undefined) entries.set(identity, [key, value]);
      else known[1] = value;
    }
    return entries.values();
  }

  /** The pairs of a mapping, those of its merge keys first. */
  #flatten(node: MappingNode): readonly Pair[] {
    if (this.#flattened.has(node)) return node.pairs;
    const merged: Pair[] = [];
    const own: Pair[] = [];
    this.#flattened.add(node);
    for (const pair of node.pairs) {
      if (pair[0].tag !== `${STANDARD_TAG}merge`) {
        own.push(pair);
        continue;
      }
      for (const inherited of this.#mergedPairs(pair[1])) merged.push(inherited);
      if (merged.length > MAX_PAIRS) throw this.#fail(node, 'merge keys make this mapping too large');
    }
    node.pairs.length = 0;
    for (const pair of merged) node.pairs.push(pair);
    for (const pair of own) node.pairs.push(pair);
    return node.pairs;
  }

  #mergedPairs(value: YamlNode): readonly Pair[] {
    if (value.type === 'mapping') return this.#flatten(value);
    if (value.type !== 'sequence') throw this.#fail(value, `a ${value.type} cannot be merged`);
    const parts = value.items.map((item) => {
      if (item.type !== 'mapping') throw this.#fail(item, `a ${item.type} cannot be merged`);
      return this.#flatten(item);
    });
    return parts.reverse().flat();
  }

  #pairs(node: YamlNode): unknown[] {
    const items: unknown[] = [];
    return this.#later(items, () => {
      if (node.type !== 'sequence') throw this.#fail(node, `expected a list, but found a ${node.type}`);
      for (const item of node.items) {
        const [pair, ...more] = item.type === 'mapping' ? item.pairs : [];
        if (pair === undefined || more.length > 0) throw this.#fail(item, 'expected a mapping with one key');
        items.push(new Tuple([this.#value(pair[0]), this.#value(pair[1])]));
      }
    });
  }
}

/**
 * The Python value of a YAML node, as PyYAML's safe loader makes it: mappings are Maps with keys of any type.
 * @param text the text the node was read from, for positions in errors
 * @throws EvaluationError of the kind Python raises; a YamlError where a position is known
 * @parity PyYAML 6.0 constructor.py SafeConstructor — same
 */
export const constructValue = (root: YamlNode, text: string): unknown =>
  new Constructor(text).construct(root);
