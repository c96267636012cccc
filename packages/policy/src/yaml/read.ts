import { constructValue } from './construct.ts';
import type { YamlDocument } from './document.ts';
import { readNodes, type MappingNode, type YamlNode } from './nodes.ts';
import { positionsOf } from './source.ts';

/** The value of every key that is a text; of a repeated key the last one. */
const valuesOf = ({ pairs }: MappingNode): Map<string, YamlNode> =>
  new Map(pairs.flatMap(([name, value]) => (name.type === 'scalar' ? [[name.text, value]] : [])));

/**
 * Reads a YAML 1.1 text as Python's `yaml.safe_load` does.
 * @throws EvaluationError of the kind Python raises; a YamlError, with a position, where the text is no YAML
 * @parity PyYAML 6.0 safe_load — same values, same refusals
 */
export const readYaml = (text: string): YamlDocument => {
  const root = readNodes(text);
  const positionAt = positionsOf(text);
  let values: Map<string, YamlNode> | undefined;
  return {
    value: root === undefined ? null : constructValue(root, text),
    locate: (key) => {
      values ??= root?.type === 'mapping' ? valuesOf(root) : new Map();
      const node = values.get(key);
      return node === undefined ? undefined : positionAt(node.offset);
    },
  };
};
