// The declarations of a built package, found by syntax alone: every exported thing says its types explicitly, so that
// neither a type checker nor the packages it depends on are needed.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/** @typedef {{ file: string, name: string, nodes: readonly ts.Node[] }} Declaration what has one name in one file */
/** @typedef {{ module: string, name: string }} External something of another package or of Node */

/**
 * @typedef {object} Module
 * @property {ts.SourceFile} source
 * @property {Map<string, ts.Node[]>} own declarations by name
 * @property {Map<string, { from: string, name: string }>} imported
 * @property {Map<string, { from: string | undefined, name: string }>} exported
 * @property {string[]} everything modules whose exports are exported, too
 */

/** @param {ts.Node} node @param {ts.SyntaxKind} kind */
const hasModifier = (node, kind) =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false);

/** @param {ts.ModuleExportName} name */
const textOf = (name) => name.text;

/** Modules of declarations below one folder, each read once. */
export class Declarations {
  /** @type {Map<string, Module>} */
  #modules = new Map();

  /** @param {string} file @returns {Module} */
  #module(file) {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, false);
    /** @type {Module} */
    const module = { source, own: new Map(), imported: new Map(), exported: new Map(), everything: [] };
    this.#modules.set(file, module);
    for (const statement of source.statements) this.#read(module, statement);
    return module;
  }

  /** @param {Module} module @param {ts.Statement} statement */
  #read({ own, imported, exported, everything }, statement) {
    /** @param {string} name @param {ts.Node} node */
    const declare = (name, node) => {
      own.set(name, [...(own.get(name) ?? []), node]);
      if (hasModifier(statement, ts.SyntaxKind.ExportKeyword)) exported.set(name, { from: undefined, name });
    };
    if (ts.isImportDeclaration(statement)) {
      const from = /** @type {ts.StringLiteral} */ (statement.moduleSpecifier).text;
      const { importClause } = statement;
      if (importClause?.name !== undefined) imported.set(importClause.name.text, { from, name: 'default' });
      const bindings = importClause?.namedBindings;
      if (bindings !== undefined && ts.isNamespaceImport(bindings))
        imported.set(bindings.name.text, { from, name: '*' });
      else {
        for (const { name, propertyName } of bindings?.elements ?? []) {
          imported.set(name.text, { from, name: textOf(propertyName ?? name) });
        }
      }
    } else if (ts.isExportDeclaration(statement)) {
      const from =
        statement.moduleSpecifier === undefined
          ? undefined
          : /** @type {ts.StringLiteral} */ (statement.moduleSpecifier).text;
      if (statement.exportClause === undefined) everything.push(String(from));
      else if (ts.isNamespaceExport(statement.exportClause))
        exported.set(statement.exportClause.name.text, { from, name: '*' });
      else {
        for (const { name, propertyName } of statement.exportClause.elements) {
          exported.set(textOf(name), { from, name: textOf(propertyName ?? name) });
        }
      }
    } else if (ts.isVariableStatement(statement)) {
      for (const declaration of statement.declarationList.declarations) {
        if (ts.isIdentifier(declaration.name)) declare(declaration.name.text, declaration);
      }
    } else if ('name' in statement && statement.name !== undefined) {
      declare(/** @type {ts.Identifier} */ (statement.name).text, statement);
    }
  }

  /** The file of a module as another names it; undefined for one of another package. @param {string} file @param {string} specifier */
  #fileOf(file, specifier) {
    if (!specifier.startsWith('.')) return undefined;
    const path = join(dirname(file), specifier).replace(/\.js$/u, '.d.ts');
    if (existsSync(path)) return path;
    throw new Error(`${file} names ${specifier}, which was not built`);
  }

  /** The names that a file exports. @param {string} file @returns {string[]} */
  exportsOf(file) {
    const { exported, everything } = this.#module(file);
    const further = everything.flatMap((specifier) => {
      const other = this.#fileOf(file, specifier);
      return other === undefined ? [] : this.exportsOf(other);
    });
    return [...new Set([...exported.keys(), ...further])].sort();
  }

  /** What a file exports under a name. @param {string} file @param {string} name @returns {Declaration | External | undefined} */
  exported(file, name) {
    const { exported, everything } = this.#module(file);
    const entry = exported.get(name);
    if (entry === undefined) {
      for (const specifier of everything) {
        const other = this.#fileOf(file, specifier);
        const found = other === undefined ? undefined : this.exported(other, name);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    if (entry.from === undefined) return this.local(file, entry.name);
    const other = this.#fileOf(file, entry.from);
    return other === undefined ? { module: entry.from, name: entry.name } : this.exported(other, entry.name);
  }

  /** What a name means inside of a file; undefined for what is global. @param {string} file @param {string} name @returns {Declaration | External | undefined} */
  local(file, name) {
    const { own, imported } = this.#module(file);
    const nodes = own.get(name);
    if (nodes !== undefined) return { file, name, nodes };
    const entry = imported.get(name);
    if (entry === undefined) return undefined;
    const other = this.#fileOf(file, entry.from);
    return other === undefined ? { module: entry.from, name: entry.name } : this.exported(other, entry.name);
  }

  /** @param {string} file */
  sourceOf(file) {
    return this.#module(file).source;
  }
}
