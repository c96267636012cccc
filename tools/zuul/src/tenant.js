// The tenant of one checkout: the trusted project beside this tool, and the checkout's own definitions as they stand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { cachedReader } from './cached-reader.js';
import { ConfigError, UsageError } from './errors.js';
import { Layout } from './layout.js';
import { plainValue } from './values.js';

/** @import { Attributes, ProjectFiles } from './layout.js' */

/** Where the trusted project stands in a checkout. */
export const CONFIG_PROJECT = 'tools/zuul/config-project';

/**
 * @typedef {object} Tenant
 * @property {string} name
 * @property {string} directory of the checkout
 * @property {string} project name of the checkout's project
 * @property {string} configProject name of the trusted project
 * @property {Attributes} settings `default-parent` and the like
 * @property {Layout} layout
 * @property {(path: string, project: string) => string} pathOf a file of a project, from the checkout's folder
 * @property {(own: Readonly<Record<string, string>>) => Promise<Layout>} layoutWith other definitions of the checkout
 */

/** @param {string} from @returns {string} the folder above `from`, or itself, that holds the definitions */
export const findCheckout = (from) => {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, CONFIG_PROJECT, 'tenant.yaml'))) return folder;
    if (folder === dirname(folder)) {
      throw new UsageError(
        `Neither ${from} nor a folder above it holds ${CONFIG_PROJECT}/tenant.yaml: change into a checkout`,
      );
    }
  }
};

/** Roots of definitions, and what switches a folder of them off. */
const isDefinition = (/** @type {string} */ path) =>
  /^(?:\.?zuul\.yaml|\.?zuul\.d\/.*(?:\.yaml|\.zuul\.ignore))$/u.test(path);

/** @param {string} directory @returns {Record<string, string>} contents of its definition files, by path */
const definitionsIn = (directory) => {
  /** @type {Record<string, string>} */
  const contents = {};
  for (const root of ['zuul.yaml', 'zuul.d', '.zuul.yaml', '.zuul.d']) {
    const place = join(directory, root);
    if (!existsSync(place)) continue;
    const files = root.endsWith('.yaml')
      ? [place]
      : readdirSync(place, { recursive: true, encoding: 'utf8' }).map((each) => join(place, each));
    for (const file of files) {
      const path = relative(directory, file);
      if (isDefinition(path)) contents[path] = readFileSync(file, 'utf8');
    }
  }
  return contents;
};

/** @param {unknown} file what tenant.yaml holds @param {string} place */
const tenantOf = (file, place) => {
  const { tenant } = /** @type {{ tenant?: Attributes }[]} */ (plainValue(file))[0] ?? {};
  const source = /** @type {Record<string, Record<string, string[]>>} */ (tenant?.['source'] ?? {});
  const connection = Object.values(source)[0] ?? {};
  const [configProject] = connection['config-projects'] ?? [];
  const [project] = connection['untrusted-projects'] ?? [];
  if (tenant === undefined || configProject === undefined || project === undefined) {
    throw new ConfigError('Unknown', `${place}: a tenant needs one config-project and one untrusted-project`);
  }
  return { tenant, configProject, project };
};

/**
 * Loads the tenant of a checkout.
 * @param {string} directory the checkout, or a folder in it
 * @returns {Promise<Tenant>}
 * @throws {UsageError} outside a checkout
 */
export const loadTenant = async (directory) => {
  const checkout = findCheckout(directory);
  const trusted = join(checkout, CONFIG_PROJECT);
  const place = `${CONFIG_PROJECT}/tenant.yaml`;
  const tenantText = readFileSync(join(checkout, place), 'utf8');
  const trustedFiles = definitionsIn(trusted);
  const ownFiles = definitionsIn(checkout);
  const reader = cachedReader(join(checkout, '.cache', 'zuul'));
  await reader.prepare([tenantText]);
  const { tenant, configProject, project } = tenantOf(reader.read(tenantText), place);
  /** @param {Readonly<Record<string, string>>} own */
  const layoutWith = async (own) => {
    await reader.prepare([trustedFiles, own].flatMap((files) => Object.values(files)));
    /** @type {ProjectFiles[]} */
    const projects = [
      { name: configProject, trusted: true, branches: { main: trustedFiles } },
      { name: project, branches: { main: own } },
    ];
    return new Layout(projects, tenant, reader.read);
  };
  return {
    name: String(tenant['name']),
    directory: checkout,
    project,
    configProject,
    settings: tenant,
    layout: await layoutWith(ownFiles),
    pathOf: (path, owner) => (owner === configProject ? `${CONFIG_PROJECT}/${path}` : path),
    layoutWith,
  };
};
