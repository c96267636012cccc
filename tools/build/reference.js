#!/usr/bin/env node
// Writes what the package in the current directory exports, from its declared entries, as the model that the site's API
// pages are made of; an exported thing without a docstring fails.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, OptionDefaults, ReflectionKind } from 'typedoc';
import { entriesOf } from './tsup.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = process.cwd();
const application = await Application.bootstrapWithPlugins({
  entryPoints: Object.values(entriesOf(directory)).filter((path) => !path.startsWith('src/bin/')),
  tsconfig: 'tsconfig.json',
  readme: 'none',
  disableSources: true,
  excludeInternal: true,
  excludePrivate: true,
  blockTags: [...OptionDefaults.blockTags, '@parity'],
  treatWarningsAsErrors: true,
  validation: { notExported: false, invalidLink: true, notDocumented: true },
  // Functions are looked at below: here the word means methods, too.
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Variable'],
  logLevel: 'Warn',
});
const project = await application.convert();
if (project === undefined) process.exit(1);
application.validate(project);
for (const exported of project.getReflectionsByKind(ReflectionKind.Function)) {
  const signatures = /** @type {import('typedoc').DeclarationReflection} */ (exported).signatures ?? [];
  if (!signatures.some((signature) => signature.hasComment()))
    application.logger.warn(`${exported.getFriendlyFullName()} is exported and has no docstring`);
}
if (application.logger.hasErrors() || application.logger.hasWarnings()) process.exit(1);
await application.generateJson(project, `${root}/.cache/docs/${relative(root, directory)}/api.json`);
