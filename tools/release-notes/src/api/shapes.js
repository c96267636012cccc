// Declarations as data that two versions can be compared by: names, parameters, results, members, and the types of all.
import ts from 'typescript';

/** @import { Declaration, Declarations } from './declarations.js' */

/**
 * A type: a reference to a named one, a union, an object, a function, a list, or else its text.
 * @typedef {{ kind: 'reference', name: string, arguments: Type[] }
 *   | { kind: 'union', of: Type[] }
 *   | { kind: 'object', members: Record<string, Member> }
 *   | { kind: 'function', signatures: Signature[] }
 *   | { kind: 'list', of: Type, isReadonly: boolean }
 *   | { kind: 'text', text: string, mentions?: string[] }} Type `mentions`: the named types in the text
 */
/** @typedef {{ name: string, type: Type, isOptional: boolean, isRest: boolean }} Parameter */
/** @typedef {{ generics: { constraint: string, hasDefault: boolean }[], parameters: Parameter[], returns: Type }} Signature */
/** @typedef {{ type: Type, isOptional: boolean, isReadonly: boolean, isMethod: boolean, default?: string, set?: Type, isAbstract?: boolean, isProtected?: boolean }} Member `set`: what a setter takes, where that is not what the getter answers */

/**
 * @typedef {{ kind: 'function', signatures: Signature[] }
 *   | { kind: 'class', generics: string[], isAbstract: boolean, isClosed: boolean, extends: string, parents?: string[], construct: Signature[], members: Record<string, Member>, statics: Record<string, Member> }
 *   | { kind: 'interface', generics: string[], extends: Type[], members: Record<string, Member> }
 *   | { kind: 'alias', generics: string[], type: Type }
 *   | { kind: 'value', type: Type }
 *   | { kind: 'external', module: string, name: string }} Shape `generics`: the bound and default of each type parameter;
 *   `isClosed`: only the class itself calls its constructor
 */

const printer = ts.createPrinter({ removeComments: true });

/** @param {readonly ts.Node[]} nodes @param {ts.SyntaxKind} kind */
const holds = (nodes, kind) => nodes.some((node) => node.kind === kind);

/** Reads shapes from declarations, and of the named types they mention in turn. */
export class Shapes {
  /** Types that are mentioned, by name. @type {Map<string, Shape>} */
  named = new Map();
  #declarations;
  /** @type {Map<string, string>} the file that each name is taken by */
  #files = new Map();

  /** @param {Declarations} declarations */
  constructor(declarations) {
    this.#declarations = declarations;
  }

  /** Reads what a file exports under a name. @param {string} file @param {string} name @returns {string} the name of its shape */
  exported(file, name) {
    const found = this.#declarations.exported(file, name);
    if (found === undefined) throw new Error(`${file} exports ${name}, which is declared nowhere`);
    if (!('module' in found)) return this.#read(found);
    const key = `${found.module}#${found.name}`;
    this.named.set(key, { kind: 'external', ...found });
    return key;
  }

  /** @param {Declaration} declaration @returns {string} the name of its shape */
  #read(declaration) {
    const key = this.#keyOf(declaration);
    if (!this.named.has(key)) {
      // A type that mentions itself is found there.
      this.named.set(key, { kind: 'value', type: { kind: 'text', text: '…' } });
      this.named.set(key, this.#shape(declaration));
    }
    return key;
  }

  /** The name of a declaration: its own, with a number where another file has it, too. @param {Declaration} declaration */
  #keyOf({ file, name }) {
    for (let count = 1; ; count += 1) {
      const key = count === 1 ? name : `${name}~${String(count)}`;
      const taken = this.#files.get(key);
      if (taken === undefined) this.#files.set(key, file);
      if (taken === undefined || taken === file) return key;
    }
  }

  /** @param {Declaration} declaration @returns {Shape} */
  #shape({ file, nodes }) {
    const reader = new Reader(this.#declarations.sourceOf(file), (name) => this.#mentioned(file, name));
    const [first] = nodes;
    if (first === undefined) throw new Error(`${file} declares nothing`);
    const functions = nodes.filter(ts.isFunctionDeclaration);
    if (functions.length > 0) {
      return { kind: 'function', signatures: functions.map((node) => reader.signature(node, [])) };
    }
    const variable = nodes.find(ts.isVariableDeclaration);
    if (variable !== undefined) return { kind: 'value', type: reader.declared(variable, []) };
    if (ts.isClassDeclaration(first)) return reader.class(first);
    if (ts.isInterfaceDeclaration(first)) return reader.interface(nodes.filter(ts.isInterfaceDeclaration));
    if (ts.isTypeAliasDeclaration(first)) {
      const generics = (first.typeParameters ?? []).map(({ name }) => name.text);
      return {
        kind: 'alias',
        generics: reader.bounds(first.typeParameters, generics),
        type: reader.type(first.type, generics),
      };
    }
    return { kind: 'value', type: { kind: 'text', text: reader.text(first, []) } };
  }

  /** Names a type that a declaration mentions, and reads it, too. @param {string} file @param {string} name @returns {string} */
  #mentioned(file, name) {
    const found = this.#declarations.local(file, name);
    if (found === undefined) return name;
    if ('module' in found) return `${found.module}#${found.name}`;
    return this.#read(found);
  }
}

/** Reads the nodes of one file. */
class Reader {
  #source;
  #mention;

  /** @param {ts.SourceFile} source @param {(name: string) => string} mention */
  constructor(source, mention) {
    this.#source = source;
    this.#mention = mention;
  }

  /** The types that a node names, each of which was read. @param {ts.Node} node @param {readonly string[]} generics @returns {string[]} */
  #mentionsOf(node, generics) {
    /** @type {Set<string>} */
    const mentions = new Set();
    /** @param {ts.Node} each */
    const visit = (each) => {
      if (ts.isTypeReferenceNode(each)) mentions.add(this.#nameOf(each.typeName, generics));
      else if (ts.isExpressionWithTypeArguments(each)) mentions.add(this.#nameOf(each.expression, generics));
      else if (ts.isTypeQueryNode(each)) mentions.add(this.#nameOf(each.exprName, generics));
      ts.forEachChild(each, visit);
    };
    visit(node);
    return [...mentions].filter((name) => !name.startsWith('§')).sort();
  }

  /** What is left as it is written. @param {ts.Node} node @param {readonly string[]} generics @returns {Type} */
  #asWritten(node, generics) {
    const mentions = this.#mentionsOf(node, generics);
    return {
      kind: 'text',
      text: this.text(node, generics),
      ...(mentions.length === 0 ? {} : { mentions }),
    };
  }

  /** The bound and default of each type parameter. @param {ts.NodeArray<ts.TypeParameterDeclaration> | undefined} nodes @param {readonly string[]} generics @returns {string[]} */
  bounds(nodes, generics) {
    return (nodes ?? []).map(({ constraint, default: fallback }) => {
      const bound = constraint === undefined ? '' : `extends ${this.text(constraint, generics)}`;
      return fallback === undefined ? bound : `${bound} = ${this.text(fallback, generics)}`.trim();
    });
  }

  /** A node as text in which type parameters are numbers. @param {ts.Node} node @param {readonly string[]} generics */
  text(node, generics) {
    const printed = printer.printNode(ts.EmitHint.Unspecified, node, this.#source).replaceAll(/\s+/gu, ' ');
    return generics.reduce(
      (text, name, index) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'gu'), `§${String(index)}`),
      printed,
    );
  }

  /** @param {ts.Node} node an identifier or a qualified name @param {readonly string[]} generics */
  #nameOf(node, generics) {
    const text = node.getText(this.#source);
    const place = generics.lastIndexOf(text);
    if (place >= 0) return `§${String(place)}`;
    const [head = '', ...rest] = text.split('.');
    return [this.#mention(head), ...rest].join('.');
  }

  /** The type that a variable or property is declared with, or the value of a constant. @param {{ type?: ts.TypeNode | undefined, initializer?: ts.Expression | undefined }} node @param {readonly string[]} generics @returns {Type} */
  declared({ type, initializer }, generics) {
    if (type !== undefined || initializer === undefined) return this.type(type, generics);
    return this.#asWritten(initializer, generics);
  }

  /** @param {ts.TypeNode | undefined} node @param {readonly string[]} generics @returns {Type} */
  type(node, generics) {
    if (node === undefined) return { kind: 'text', text: 'any' };
    if (ts.isParenthesizedTypeNode(node)) return this.type(node.type, generics);
    if (ts.isUnionTypeNode(node)) {
      const of = node.types
        .map((each) => this.type(each, generics))
        .flatMap((each) => (each.kind === 'union' ? each.of : [each]));
      return {
        kind: 'union',
        of: of.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
      };
    }
    if (ts.isArrayTypeNode(node))
      return { kind: 'list', of: this.type(node.elementType, generics), isReadonly: false };
    if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.ReadonlyKeyword) {
      const inner = this.type(node.type, generics);
      return inner.kind === 'list' ? { ...inner, isReadonly: true } : this.#asWritten(node, generics);
    }
    if (ts.isTypeReferenceNode(node)) {
      const name = this.#nameOf(node.typeName, generics);
      const given = (node.typeArguments ?? []).map((each) => this.type(each, generics));
      const [element] = given;
      if ((name === 'ReadonlyArray' || name === 'Array') && element !== undefined) {
        return { kind: 'list', of: element, isReadonly: name === 'ReadonlyArray' };
      }
      return { kind: 'reference', name, arguments: given };
    }
    if (ts.isFunctionTypeNode(node))
      return { kind: 'function', signatures: [this.signature(node, generics)] };
    if (ts.isTypeLiteralNode(node)) return { kind: 'object', members: this.members(node.members, generics) };
    return this.#asWritten(node, generics);
  }

  /** @param {ts.SignatureDeclaration} node @param {readonly string[]} outer @returns {Signature} */
  signature(node, outer) {
    const own = node.typeParameters ?? [];
    const generics = [...outer, ...own.map(({ name }) => name.text)];
    return {
      generics: own.map(({ constraint, default: fallback }) => ({
        constraint: constraint === undefined ? '' : this.text(constraint, generics),
        hasDefault: fallback !== undefined,
      })),
      parameters: node.parameters.map((parameter) => ({
        name: parameter.name.getText(this.#source),
        type: this.type(parameter.type, generics),
        isOptional: parameter.questionToken !== undefined || parameter.initializer !== undefined,
        isRest: parameter.dotDotDotToken !== undefined,
      })),
      returns: this.type(node.type, generics),
    };
  }

  /** What JSDoc says of a default. @param {ts.Node} node */
  #defaultOf(node) {
    const comment = this.#source.text.slice(node.pos, node.getStart(this.#source));
    const said = /@default(?:Value)?[ \t]+([^\n]*?)(?:[ \t]*\*\/|[ \t]*\n)/u.exec(comment)?.[1];
    return said === undefined ? {} : { default: said.replaceAll('`', '').replace(/\.$/u, '') };
  }

  /** @param {Iterable<ts.ClassElement | ts.TypeElement>} nodes @param {readonly string[]} generics @returns {Record<string, Member>} */
  members(nodes, generics) {
    /** @type {Record<string, Member>} */
    const members = {};
    for (const node of nodes) {
      const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
      if (holds(modifiers, ts.SyntaxKind.PrivateKeyword)) continue;
      if (node.name !== undefined && ts.isPrivateIdentifier(node.name)) continue;
      if (ts.isConstructorDeclaration(node)) continue;
      const name =
        node.name?.getText(this.#source).replaceAll(/^['"]|['"]$/gu, '') ??
        (ts.isIndexSignatureDeclaration(node)
          ? '[index]'
          : ts.isConstructSignatureDeclaration(node)
            ? 'new()'
            : '()');
      const isOptional = 'questionToken' in node && node.questionToken !== undefined;
      const isReadonly = holds(modifiers, ts.SyntaxKind.ReadonlyKeyword);
      const isFunction =
        ts.isMethodSignature(node) ||
        ts.isMethodDeclaration(node) ||
        ts.isCallSignatureDeclaration(node) ||
        ts.isConstructSignatureDeclaration(node);
      const known = members[name];
      if (isFunction) {
        const signature = this.signature(node, generics);
        const signatures =
          known?.type.kind === 'function' ? [...known.type.signatures, signature] : [signature];
        members[name] = {
          type: { kind: 'function', signatures },
          isOptional,
          isReadonly: true,
          isMethod: true,
        };
      } else if (ts.isGetAccessor(node)) {
        members[name] = {
          type: this.type(node.type, generics),
          isOptional: false,
          isReadonly: known === undefined,
          isMethod: false,
          ...this.#defaultOf(node),
        };
      } else if (ts.isSetAccessor(node)) {
        const set = this.type(node.parameters[0]?.type, generics);
        const isOther = known !== undefined && JSON.stringify(known.type) !== JSON.stringify(set);
        members[name] = {
          ...(known ?? { type: set, isOptional: false, isMethod: false }),
          isReadonly: false,
          ...(isOther ? { set } : {}),
        };
      } else if (ts.isIndexSignatureDeclaration(node)) {
        members[name] = {
          type: this.#asWritten(node, generics),
          isOptional: true,
          isReadonly: true,
          isMethod: false,
        };
      } else {
        const property = /** @type {ts.PropertySignature | ts.PropertyDeclaration} */ (node);
        members[name] = {
          type: this.declared(/** @type {ts.PropertyDeclaration} */ (property), generics),
          isOptional,
          isReadonly,
          isMethod: false,
          ...this.#defaultOf(node),
        };
      }
      const member = /** @type {Member} */ (members[name]);
      if (holds(modifiers, ts.SyntaxKind.AbstractKeyword)) member.isAbstract = true;
      if (holds(modifiers, ts.SyntaxKind.ProtectedKeyword)) member.isProtected = true;
    }
    return members;
  }

  /** @param {ts.ClassDeclaration} node @returns {Shape} */
  class(node) {
    const generics = (node.typeParameters ?? []).map(({ name }) => name.text);
    const parent = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
      ?.types[0];
    /** @param {ts.ClassElement} member */
    const isStatic = (member) =>
      ts.canHaveModifiers(member) && holds(ts.getModifiers(member) ?? [], ts.SyntaxKind.StaticKeyword);
    return {
      kind: 'class',
      generics: this.bounds(node.typeParameters, generics),
      isAbstract: holds(ts.getModifiers(node) ?? [], ts.SyntaxKind.AbstractKeyword),
      isClosed: node.members
        .filter(ts.isConstructorDeclaration)
        .some((each) =>
          (ts.getModifiers(each) ?? []).some(
            ({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.ProtectedKeyword,
          ),
        ),
      extends: parent === undefined ? '' : this.text(parent, generics),
      ...(parent === undefined ? {} : { parents: this.#mentionsOf(parent, generics) }),
      construct: node.members
        .filter(ts.isConstructorDeclaration)
        .filter((each) => !holds(ts.getModifiers(each) ?? [], ts.SyntaxKind.PrivateKeyword))
        .map((each) => this.signature(each, generics)),
      members: this.members(
        node.members.filter((member) => !isStatic(member)),
        generics,
      ),
      statics: this.members(node.members.filter(isStatic), generics),
    };
  }

  /** @param {readonly ts.InterfaceDeclaration[]} nodes @returns {Shape} */
  interface(nodes) {
    const [first] = nodes;
    const generics = (first?.typeParameters ?? []).map(({ name }) => name.text);
    const parents = nodes.flatMap(({ heritageClauses = [] }) =>
      heritageClauses.flatMap(({ types }) => types),
    );
    return {
      kind: 'interface',
      generics: this.bounds(first?.typeParameters, generics),
      extends: parents.map((each) => ({
        kind: 'reference',
        name: this.#nameOf(each.expression, generics),
        arguments: (each.typeArguments ?? []).map((given) => this.type(given, generics)),
      })),
      members: this.members(
        nodes.flatMap(({ members }) => [...members]),
        generics,
      ),
    };
  }
}
