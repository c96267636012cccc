import devkit from '@nx/devkit';

/**
 * The project graph of a workspace, with `targetDefaults` merged into every target.
 * @param {string} root
 */
export const loadGraph = async (root) => {
  process.chdir(root);
  return {
    graph: await devkit.createProjectGraphAsync({ exitOnError: true }),
    nxJson: devkit.readJsonFile(`${root}/nx.json`),
  };
};
