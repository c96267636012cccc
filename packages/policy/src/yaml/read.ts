import { constructValue } from './construct.ts';
import type { YamlDocument } from './document.ts';
import { readNodes, type MappingNode, type YamlNode } from './nodes.ts';
import { positionAt } from './source.ts';

const valueNodeOf = ({ pairs }: MappingNode, key: string): YamlNode | undefined =>
  pairs.findLast(([name]) => name.type === 'scalar' && name.text === key)?.[1];

/**
 * Reads a YAML 1.1 text as Python's `yaml.safe_load` does.
 * @throws EvaluationError of the kind Python raises; a YamlError, with a position, where the text is no YAML
 * @parity PyYAML 6.0 safe_load — same values, same refusals
 */
export const readYaml = (text: string): YamlDocument => {
  const root = readNodes(text);
  return {
    value: root === undefined ? null : constructValue(root, text),
    locate: (key) => {
      const node = root?.type === 'mapping' ? valueNodeOf(root, key) : undefined;
      return node === undefined ? undefined : positionAt(text, node.offset);
    },
  };
};
