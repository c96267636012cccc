/**
 * Listeners that call `visit` for every module a file names: static imports, re-exports and `import()` of a literal.
 * @param {(node: import('estree').Node, name: string) => void} visit
 * @returns {import('eslint').Rule.RuleListener}
 */
export const importedModules = (visit) => {
  /** @param {{ source?: unknown }} node */
  const check = (node) => {
    const source = /** @type {import('estree').Literal | null | undefined} */ (node.source);
    if (typeof source?.value === 'string') visit(source, source.value);
  };
  return {
    ImportDeclaration: check,
    ExportNamedDeclaration: check,
    ExportAllDeclaration: check,
    ImportExpression: check,
  };
};
