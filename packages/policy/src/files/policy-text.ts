import { jsonFileChannel } from '../channels.ts';
import { requirePython } from '../python/parts.ts';
import type { YamlDocument } from '../yaml/document.ts';
import { readFlat } from '../yaml/flat.ts';

/**
 * Reads the text of a policy file: line by line if it is a plain list of rules, otherwise with the YAML reader.
 * @throws PythonPartsMissingError (ERR_POLICY_PYTHON_PARTS_MISSING) when that is needed and not there
 * @throws EvaluationError where Python's YAML reader raises
 */
export const readPolicyText = (path: string, text: string): YamlDocument => {
  const document = readFlat(text) ?? requirePython(path).readYaml(text);
  try {
    if (jsonFileChannel.hasSubscribers && JSON.parse(text)) jsonFileChannel.publish({ file: path });
  } catch {
    // It is YAML.
  }
  return document;
};
