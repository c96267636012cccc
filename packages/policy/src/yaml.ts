export { readYaml } from './yaml/read.ts';
export type { YamlDocument } from './yaml/document.ts';
