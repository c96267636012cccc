import { YamlReaderMissingError } from '../errors.ts';
import type { YamlReader } from '../options.ts';
import type { YamlDocument } from '../yaml/document.ts';
import { readFlat } from '../yaml/flat.ts';

/**
 * Reads the text of a policy file: line by line if it is a plain list of rules, otherwise with the YAML reader.
 * @throws YamlReaderMissingError (ERR_POLICY_YAML_READER_MISSING) when that is needed and not there
 * @throws EvaluationError where Python's YAML reader raises
 */
export const readPolicyText = (
  path: string,
  text: string,
  readYaml: YamlReader | undefined,
): YamlDocument => {
  const flat = readFlat(text);
  if (flat !== undefined) return flat;
  if (readYaml === undefined) throw new YamlReaderMissingError(path);
  return readYaml(text);
};

/** Fetches the YAML reader, once it turns out to be needed. */
export const importYamlReader = async (): Promise<YamlReader> => (await import('../yaml/read.ts')).readYaml;
