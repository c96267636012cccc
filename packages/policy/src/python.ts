export { python } from './python/full.ts';
export type { PythonParts, YamlReader } from './python/parts.ts';
export { readYaml } from './yaml/read.ts';
export type { YamlDocument } from './yaml/document.ts';
