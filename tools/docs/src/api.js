// A page of Markdown for what a package exports, from the model that `nx docs PACKAGE` leaves.
import { genericText, memberText, signatureText, typeText } from './types.js';

/** @typedef {import('./types.js').Node} Node */

const KIND = {
  module: 2,
  variable: 32,
  function: 64,
  class: 128,
  interface: 256,
  alias: 2_097_152,
  reference: 4_194_304,
};
const WORD = new Map([
  [KIND.variable, 'constant'],
  [KIND.function, 'function'],
  [KIND.class, 'class'],
  [KIND.interface, 'interface'],
  [KIND.alias, 'type'],
]);

/** @param {Node} module @param {Node} member */
const anchorOf = (module, member) => `${module.name.replaceAll('/', '-')}.${member.name}`;

/**
 * The words of a docstring.
 * @param {Node[] | undefined} parts
 * @param {ReadonlyMap<number, string>} anchors
 */
const wordsOf = (parts, anchors) =>
  (parts ?? [])
    .map((part) => {
      if (part.kind !== 'inline-tag') return part.text;
      const anchor = anchors.get(part.target);
      return anchor === undefined ? `\`${part.text}\`` : `[\`${part.text}\`](#${anchor})`;
    })
    .join('')
    .trim();

/** @param {Node | undefined} comment @param {ReadonlyMap<number, string>} anchors @returns {string[]} paragraphs */
const paragraphsOf = (comment, anchors) => {
  const tags = (comment?.blockTags ?? [])
    .filter((/** @type {Node} */ { tag }) => !['@param', '@typeParam'].includes(tag))
    .map((/** @type {Node} */ { tag, content }) => {
      const text = wordsOf(content, anchors);
      const label = tag.slice(1).replace('defaultValue', 'default');
      return tag === '@example' ? text : `**${label}**: ${text.replace(/^```ts\n([^\n]*)\n```$/u, '`$1`')}`;
    });
  return [wordsOf(comment?.summary, anchors), ...tags].filter((text) => text !== '');
};

/** @param {string[]} lines of TypeScript */
const fence = (lines) => `\`\`\`ts\n${lines.join('\n')}\n\`\`\``;

/**
 * Members as a list: name and type, then what it is.
 * @param {Node[]} members @param {ReadonlyMap<number, string>} anchors
 */
const listOf = (members, anchors) =>
  members.map((member) => {
    const signature = member.signatures?.[0];
    const code = memberText(member).replaceAll('`', "'");
    const words = paragraphsOf(member.comment ?? signature?.comment ?? member.getSignature?.comment, anchors);
    return `- \`${code}\`${words.length === 0 ? '' : `\n\n  ${words.join('\n\n').replaceAll('\n', '\n  ')}`}`;
  });

/** @param {Node[] | undefined} types */
const names = (types) => (types ?? []).map(typeText).join(', ');

/**
 * @param {Node} member an export
 * @param {ReadonlyMap<number, string>} anchors
 * @returns {string[]} blocks of Markdown
 */
const blocksOf = (member, anchors) => {
  const { kind, name, type } = member;
  const generic = genericText(member.typeParameters);
  if (kind === KIND.function) {
    const signatures = /** @type {Node[]} */ (member.signatures);
    const documented = signatures.find(({ comment }) => comment !== undefined);
    const parameters = (documented?.parameters ?? [])
      .filter((/** @type {Node} */ one) => one.comment !== undefined)
      .map((/** @type {Node} */ one) => `- \`${one.name}\`: ${wordsOf(one.comment.summary, anchors)}`);
    return [
      fence(signatures.map((one) => `function ${name}${signatureText(one)}`)),
      ...paragraphsOf(documented?.comment ?? member.comment, anchors),
      ...(parameters.length === 0 ? [] : [parameters.join('\n')]),
    ];
  }
  if (kind === KIND.variable)
    return [fence([`const ${name}: ${typeText(type)}`]), ...paragraphsOf(member.comment, anchors)];
  if (kind === KIND.alias && type !== undefined) {
    const inline = type.type === 'reflection' ? (type.declaration.children ?? []) : [];
    return [
      fence([`type ${name}${generic} = ${typeText(type)}`]),
      ...paragraphsOf(member.comment, anchors),
      ...listOf(
        inline.filter((/** @type {Node} */ one) => one.comment !== undefined),
        anchors,
      ),
    ];
  }
  const own = /** @type {Node[]} */ (member.children ?? []).filter(
    ({ inheritedFrom, flags }) => inheritedFrom === undefined && !flags.isPrivate,
  );
  const made = own.filter((one) => one.kind === 512).flatMap((one) => one.signatures);
  const heritage = `${member.extendedTypes ? ` extends ${names(member.extendedTypes)}` : ''}${kind === KIND.class && member.implementedTypes ? ` implements ${names(member.implementedTypes)}` : ''}`;
  const calls = /** @type {Node[]} */ (member.signatures ?? []);
  return [
    fence([
      `${String(WORD.get(kind))} ${name}${generic}${heritage}`,
      ...made.map((one) => `new ${name}${signatureText({ ...one, typeParameters: [] })}`),
      ...calls.map((one) => `${name}${signatureText(one)}`),
    ]),
    ...paragraphsOf(member.comment, anchors),
    ...listOf(
      own.filter((one) => one.kind !== 512),
      anchors,
    ),
  ];
};

/**
 * @param {Node} project the model of a package
 * @param {string} readme a link to its README
 * @returns {string} Markdown
 */
export const apiPage = (project, readme) => {
  const children = /** @type {Node[]} */ (project.children ?? []);
  const modules = children[0]?.kind === KIND.module ? children : [{ name: 'index', children }];
  const main = modules.filter(({ name }) => name === 'index');
  const ordered = [...main, ...modules.filter(({ name }) => name !== 'index')];
  /** @type {Map<number, string>} */
  const anchors = new Map();
  for (const module of ordered) {
    for (const member of module.children ?? []) {
      const anchor = anchorOf(module, member);
      for (const one of [member, ...(member.signatures ?? []), ...(member.children ?? [])])
        anchors.set(one.id, anchor);
    }
  }
  const title = `# API of ${project.name}`;
  const blocks = [title, `What each entry of [\`${project.name}\`](${readme}) exports.`];
  for (const module of ordered) {
    const entry =
      module.name === 'index' ? project.name : `${project.name}/${module.name.replace(/\/index$/u, '')}`;
    blocks.push(`## ${entry}`, ...paragraphsOf(module.comment, anchors));
    for (const member of module.children ?? []) {
      if (member.kind === KIND.reference) {
        const anchor = anchors.get(member.target);
        if (anchor !== undefined) blocks.push(`Also here: [\`${member.name}\`](#${anchor}).`);
        continue;
      }
      blocks.push(`### ${member.name} {#${anchorOf(module, member)}}`, ...blocksOf(member, anchors));
    }
  }
  return `${blocks.join('\n\n')}\n`;
};
