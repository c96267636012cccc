// The options that an operator may write in a file, as the groups of the packages declare them.

/** Where the groups are declared. */
export const DECLARATIONS = [
  ['policy', 'packages/policy/src/option-groups.ts'],
  ['cache', 'packages/cache/src/cache-options.ts'],
  ['limit', 'packages/limit/src/options.ts'],
  ['metrics', 'packages/metrics/src/collector/options.ts'],
  ['metrics', 'packages/metrics/src/messaging/options.ts'],
  ['healthcheck', 'packages/healthcheck/src/option-groups.ts'],
];

/** @param {any} value */
const isGroup = (value) => typeof value?.name === 'string' && typeof value?.options === 'object';

/** @param {(path: string) => Promise<any>} load a source of the repository @returns {Promise<string>} */
export const optionsPage = async (load) => {
  const { table } = await load('packages/config/src/table.ts');
  const blocks = [];
  for (const [name, path] of DECLARATIONS) {
    const groups = Object.values(await load(String(path))).filter(isGroup);
    if (groups.length === 0)
      throw new Error(
        `${String(path)} exports no group of options; correct tools/docs/src/reference/options.js`,
      );
    blocks.push(`## @oslofjord/${String(name)}`, table(groups));
  }
  return [
    '# Options',
    'The groups that the packages read from the files of an operator, from the environment and from the command line. An option `cache.backend_argument` is `OS_CACHE__BACKEND_ARGUMENT` in the environment and `--cache-backend-argument` on the command line; [the README of config](../../packages/config/README.md) says which source wins. Options that only code may set are in the API of each package.',
    ...blocks,
  ].join('\n\n');
};
