import { EvaluationError } from '../errors.ts';
import { resolveScalarTag, STANDARD_TAG } from './tags.ts';
import { YamlScanner, type Token } from './scanner.ts';
import { YamlSource } from './source.ts';

/** A node of a YAML document with its full tag; `offset` is where it starts in the text. */
export type YamlNode = ScalarNode | SequenceNode | MappingNode;

export interface ScalarNode {
  readonly type: 'scalar';
  readonly tag: string;
  readonly offset: number;
  readonly text: string;
}

export interface SequenceNode {
  readonly type: 'sequence';
  readonly tag: string;
  readonly offset: number;
  readonly items: YamlNode[];
}

export interface MappingNode {
  readonly type: 'mapping';
  readonly tag: string;
  readonly offset: number;
  /** Keys and values as written; merge keys are not resolved. */
  readonly pairs: (readonly [key: YamlNode, value: YamlNode])[];
}

/** Collections nested deeper than this exhaust Python's stack. */
const MAX_DEPTH = 490;

const DEFAULT_HANDLES: readonly (readonly [string, string])[] = [
  ['!', '!'],
  ['!!', STANDARD_TAG],
];

interface Properties {
  readonly anchor: string | undefined;
  readonly tag: string | undefined;
  readonly offset: number;
}

/** Reads the one document of a stream. */
class DocumentReader {
  readonly #source: YamlSource;
  readonly #scanner: YamlScanner;
  readonly #anchors = new Map<string, YamlNode>();
  #handles = new Map<string, string>(DEFAULT_HANDLES);
  #depth = 0;

  constructor(text: string) {
    this.#source = new YamlSource(text);
    this.#scanner = new YamlScanner(this.#source);
  }

  read(): YamlNode | undefined {
    if (this.#is('stream end')) return undefined;
    let root: YamlNode;
    if (this.#is('directive', 'document start')) {
      this.#startDocument();
      root = this.#is('directive', 'document start', 'document end', 'stream end')
        ? this.#empty(this.#scanner.peek().offset)
        : this.#node(true);
    } else {
      root = this.#node(true);
    }
    while (this.#is('document end')) this.#scanner.take();
    if (!this.#is('stream end')) {
      const { offset } = this.#scanner.peek();
      this.#startDocument();
      throw this.#source.fail('a second document is not allowed', offset);
    }
    return root;
  }

  #is(...types: Token['type'][]): boolean {
    return types.includes(this.#scanner.peek().type);
  }

  #fail(reason: string): EvaluationError {
    return this.#source.fail(reason, this.#scanner.peek().offset);
  }

  #startDocument(): void {
    let hasVersion = false;
    const handles = new Map<string, string>();
    while (this.#is('directive')) {
      const token = this.#scanner.take();
      if (token.type !== 'directive') break;
      const { directive } = token;
      if (directive.name === 'YAML') {
        if (hasVersion) throw this.#source.fail('a second %YAML directive', token.offset);
        if (directive.major !== 1)
          throw this.#source.fail('this version of YAML is not supported', token.offset);
        hasVersion = true;
      } else if (directive.name === 'TAG') {
        if (handles.has(directive.handle))
          throw this.#source.fail('a tag handle declared twice', token.offset);
        handles.set(directive.handle, directive.prefix);
      }
    }
    if (!this.#is('document start'))
      throw this.#fail(`expected '---', but found '${this.#scanner.peek().type}'`);
    this.#scanner.take();
    this.#handles = new Map([...DEFAULT_HANDLES, ...handles]);
  }

  #empty(offset: number, tag: string = STANDARD_TAG + 'null'): ScalarNode {
    return { type: 'scalar', tag, offset, text: '' };
  }

  /** The anchor and the tag before a node, in either order. */
  #properties(): Properties {
    const { offset } = this.#scanner.peek();
    let anchor: string | undefined;
    let tag: string | undefined;
    for (let count = 0; count < 2; count++) {
      const token = this.#scanner.peek();
      if (token.type === 'anchor' && anchor === undefined) {
        anchor = token.name;
      } else if (token.type === 'tag' && tag === undefined) {
        const { handle, suffix } = token.tag;
        const prefix = handle === null ? '' : this.#handles.get(handle);
        if (prefix === undefined) throw this.#fail(`undefined tag handle ${handle ?? ''}`);
        tag = prefix + suffix;
      } else {
        break;
      }
      this.#scanner.take();
    }
    return { anchor, tag, offset };
  }

  #node(isBlock: boolean, allowsBareEntries = false): YamlNode {
    const first = this.#scanner.peek();
    if (first.type === 'alias') {
      this.#scanner.take();
      const target = this.#anchors.get(first.name);
      if (target === undefined) throw this.#source.fail(`undefined alias *${first.name}`, first.offset);
      return target;
    }
    const properties = this.#properties();
    const { anchor } = properties;
    if (anchor !== undefined && this.#anchors.has(anchor)) throw this.#fail(`a second anchor &${anchor}`);
    if (++this.#depth > MAX_DEPTH) {
      throw new EvaluationError('RecursionError', 'collections are nested too deeply');
    }
    const node = this.#content(properties, isBlock, allowsBareEntries);
    this.#depth--;
    return node;
  }

  #content(properties: Properties, isBlock: boolean, allowsBareEntries: boolean): YamlNode {
    const token = this.#scanner.peek();
    const { tag, offset, anchor } = properties;
    switch (token.type) {
      case 'scalar': {
        this.#scanner.take();
        const resolved = resolveScalarTag(tag, token.text, token.isPlain);
        return this.#remember(anchor, { type: 'scalar', tag: resolved, offset, text: token.text });
      }
      case '[':
        return this.#flowSequence(properties);
      case '{':
        return this.#flowMapping(properties);
      case '-':
        if (allowsBareEntries) return this.#bareEntries(properties);
        break;
      case 'block sequence start':
        if (isBlock) return this.#blockSequence(properties);
        break;
      case 'block mapping start':
        if (isBlock) return this.#blockMapping(properties);
        break;
      default:
    }
    if (anchor === undefined && tag === undefined) {
      throw this.#fail(`expected a value, but found '${token.type}'`);
    }
    return this.#remember(anchor, this.#empty(offset, resolveScalarTag(tag, '', tag === undefined)));
  }

  /** Anchors are known before the content of a collection: it may refer to itself. */
  #remember<T extends YamlNode>(anchor: string | undefined, node: T): T {
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    return node;
  }

  #sequence({ tag, offset, anchor }: Properties): SequenceNode {
    const resolved = tag === undefined || tag === '!' ? `${STANDARD_TAG}seq` : tag;
    return this.#remember(anchor, { type: 'sequence', tag: resolved, offset, items: [] });
  }

  #mapping({ tag, offset, anchor }: Properties): MappingNode {
    const resolved = tag === undefined || tag === '!' ? `${STANDARD_TAG}map` : tag;
    return this.#remember(anchor, { type: 'mapping', tag: resolved, offset, pairs: [] });
  }

  #expect(type: Token['type']): void {
    const token = this.#scanner.peek();
    if (token.type !== type) throw this.#fail(`expected '${type}', but found '${token.type}'`);
    this.#scanner.take();
  }

  #blockSequence(properties: Properties): SequenceNode {
    const node = this.#sequence(properties);
    this.#scanner.take();
    while (this.#is('-')) {
      const { offset } = this.#scanner.take();
      node.items.push(this.#is('-', 'block end') ? this.#empty(offset) : this.#node(true));
    }
    this.#expect('block end');
    return node;
  }

  /** A list below a key that is not indented further than the key. */
  #bareEntries(properties: Properties): SequenceNode {
    const node = this.#sequence(properties);
    while (this.#is('-')) {
      const { offset } = this.#scanner.take();
      node.items.push(this.#is('-', '?', ':', 'block end') ? this.#empty(offset) : this.#node(true));
    }
    return node;
  }

  #blockMapping(properties: Properties): MappingNode {
    const node = this.#mapping(properties);
    this.#scanner.take();
    const part = (offset: number): YamlNode =>
      this.#is('?', ':', 'block end') ? this.#empty(offset) : this.#node(true, true);
    while (this.#is('?')) {
      const key = part(this.#scanner.take().offset);
      const { offset } = this.#scanner.peek();
      node.pairs.push([key, this.#is(':') ? part(this.#scanner.take().offset) : this.#empty(offset)]);
    }
    this.#expect('block end');
    return node;
  }

  /** `key: value` or `? key : value` up to a comma or the closing bracket. */
  #flowPair(close: ']' | '}'): readonly [YamlNode, YamlNode] {
    const start = this.#scanner.take().offset;
    const key = this.#is(':', ',', close) ? this.#empty(start) : this.#node(false);
    return [key, this.#flowValue(close)];
  }

  #flowValue(close: ']' | '}'): YamlNode {
    const { offset } = this.#scanner.peek();
    if (!this.#is(':')) return this.#empty(offset);
    this.#scanner.take();
    return this.#is(',', close) ? this.#empty(offset) : this.#node(false);
  }

  #flowSequence(properties: Properties): SequenceNode {
    const node = this.#sequence(properties);
    this.#scanner.take();
    for (let isFirst = true; !this.#is(']'); isFirst = false) {
      if (!isFirst) this.#expect(',');
      if (this.#is('?')) {
        const { offset } = this.#scanner.peek();
        node.items.push({ type: 'mapping', tag: `${STANDARD_TAG}map`, offset, pairs: [this.#flowPair(']')] });
      } else if (!this.#is(']')) {
        node.items.push(this.#node(false));
      }
    }
    this.#scanner.take();
    return node;
  }

  #flowMapping(properties: Properties): MappingNode {
    const node = this.#mapping(properties);
    this.#scanner.take();
    for (let isFirst = true; !this.#is('}'); isFirst = false) {
      if (!isFirst) this.#expect(',');
      if (this.#is('?')) {
        node.pairs.push(this.#flowPair('}'));
      } else if (!this.#is('}')) {
        const key = this.#node(false);
        node.pairs.push([key, this.#empty(this.#scanner.peek().offset)]);
      }
    }
    this.#scanner.take();
    return node;
  }
}

/**
 * Reads the one document of a YAML text as nodes; undefined when the text holds none.
 * @throws YamlError where the text is not YAML 1.1, or holds two documents
 * @parity PyYAML 6.0 parser.py, composer.py get_single_node — same
 */
export const readNodes = (text: string): YamlNode | undefined => new DocumentReader(text).read();
