import { workspaceConfig } from './tools/lint/index.js';

export default workspaceConfig(import.meta.dirname);
