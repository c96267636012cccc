// Types of the model of an API as TypeScript text.

/** @typedef {Record<string, any>} Node a part of the model that TypeDoc writes; its shape follows from `type` or `kind` */

/** What has to stand in parentheses inside another type. */
const LOOSE = new Set(['union', 'intersection', 'conditional', 'typeOperator', 'inferred']);

/** @param {Node} type */
const tight = (type) =>
  LOOSE.has(type.type) || (type.type === 'reflection' && type.declaration.signatures !== undefined)
    ? `(${typeText(type)})`
    : typeText(type);

/** @param {Node[] | undefined} types */
const list = (types) => (types ?? []).map(typeText).join(', ');

/** @param {Node[] | undefined} parameters of a generic */
export const genericText = (parameters) =>
  (parameters?.length ?? 0) === 0
    ? ''
    : `<${(parameters ?? [])
        .map(
          (one) =>
            `${one.flags?.isConst ? 'const ' : ''}${one.name}${one.type ? ` extends ${typeText(one.type)}` : ''}${one.default ? ` = ${typeText(one.default)}` : ''}`,
        )
        .join(', ')}>`;

/** @param {Node} parameter */
const parameterText = (parameter) =>
  `${parameter.flags.isRest ? '...' : ''}${parameter.name === '__namedParameters' ? 'options' : parameter.name}${parameter.flags.isOptional || parameter.defaultValue !== undefined ? '?' : ''}: ${typeText(parameter.type)}`;

/** @param {Node} signature @param {string} [arrow] what stands before the result */
export const signatureText = (signature, arrow = ': ') =>
  `${genericText(signature.typeParameters)}(${(signature.parameters ?? []).map(parameterText).join(', ')})${arrow}${typeText(signature.type)}`;

/** @param {Node} member of an object type */
export const memberText = (member) => {
  const type = member.type ?? member.getSignature?.type;
  if (type === undefined) return `${member.name}${signatureText(member.signatures[0])}`;
  return `${member.flags?.isReadonly ? 'readonly ' : ''}${member.name}${member.flags?.isOptional ? '?' : ''}: ${typeText(type)}`;
};

/** @param {Node} declaration of an object or function that has no name */
const inlineText = (declaration) => {
  const indexed = (declaration.indexSignatures ?? []).map(
    (/** @type {Node} */ one) =>
      `[${one.parameters[0].name}: ${typeText(one.parameters[0].type)}]: ${typeText(one.type)}`,
  );
  const members = [...indexed, ...(declaration.children ?? []).map(memberText)];
  const signatures = declaration.signatures ?? [];
  if (members.length === 0 && signatures.length === 1) return signatureText(signatures[0], ' => ');
  const calls = signatures.map((/** @type {Node} */ one) => signatureText(one));
  return [...calls, ...members].length === 0 ? '{}' : `{ ${[...calls, ...members].join('; ')} }`;
};

/** @type {Record<string, (type: Node) => string>} */
const WRITERS = {
  array: ({ elementType }) => `${tight(elementType)}[]`,
  conditional: (type) =>
    `${typeText(type.checkType)} extends ${typeText(type.extendsType)} ? ${typeText(type.trueType)} : ${typeText(type.falseType)}`,
  indexedAccess: ({ objectType, indexType }) => `${tight(objectType)}[${typeText(indexType)}]`,
  inferred: ({ name }) => `infer ${name}`,
  intersection: ({ types }) => types.map(tight).join(' & '),
  intrinsic: ({ name }) => name,
  literal: ({ value }) =>
    typeof value === 'string' ? `'${value}'` : value?.value ? `${value.value}n` : String(value),
  mapped: (type) =>
    `{ ${type.readonlyModifier === '+' ? 'readonly ' : type.readonlyModifier === '-' ? '-readonly ' : ''}[${type.parameter} in ${typeText(type.parameterType)}${type.nameType ? ` as ${typeText(type.nameType)}` : ''}]${type.optionalModifier === '+' ? '?' : type.optionalModifier === '-' ? '-?' : ''}: ${typeText(type.templateType)} }`,
  namedTupleMember: ({ name, isOptional, element }) =>
    `${name}${isOptional ? '?' : ''}: ${typeText(element)}`,
  optional: ({ elementType }) => `${tight(elementType)}?`,
  predicate: ({ asserts, name, targetType }) =>
    `${asserts ? 'asserts ' : ''}${name}${targetType ? ` is ${typeText(targetType)}` : ''}`,
  query: ({ queryType }) => `typeof ${typeText(queryType)}`,
  reference: ({ name, typeArguments }) => `${name}${typeArguments?.length ? `<${list(typeArguments)}>` : ''}`,
  reflection: ({ declaration }) => inlineText(declaration),
  rest: ({ elementType }) => `...${tight(elementType)}`,
  templateLiteral: ({ head, tail }) =>
    `\`${head}${tail.map((/** @type {[Node, string]} */ [type, text]) => `\${${typeText(type)}}${text}`).join('')}\``,
  tuple: ({ elements }) => `[${list(elements)}]`,
  typeOperator: ({ operator, target }) => `${operator} ${tight(target)}`,
  union: ({ types }) => types.map(tight).join(' | '),
  unknown: ({ name }) => name,
};

/** @param {Node | undefined} type @returns {string} */
export const typeText = (type) => {
  if (type === undefined) return 'unknown';
  const write = WRITERS[type.type];
  if (write === undefined)
    throw new Error(
      `TypeDoc has a kind of type, '${type.type}', that tools/docs/src/types.js does not write; add it there`,
    );
  return write(type);
};
