// Secrets, as a file gives them for a run here: the definitions hold them only in encrypted form.
import { readFileSync } from 'node:fs';
import { ConfigError, UsageError } from '../errors.js';
import { secretUsesOf } from '../secret-uses.js';
import { plainValue } from '../values.js';
import { readYaml } from '../yaml.js';

/** @import { FrozenJob, Playbook } from '../frozen-job.js' */

/** @typedef {Record<string, unknown>} Mapping */

/**
 * @param {string} file YAML: values by name of the secret
 * @returns {Mapping}
 * @throws {UsageError}
 */
export const readSecrets = (file) => {
  /** @type {unknown} */
  let read;
  try {
    read = plainValue(readYaml(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UsageError(`--secrets ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const isMapping = typeof read === 'object' && read !== null && !Array.isArray(read);
  const isRight =
    isMapping &&
    Object.values(/** @type {Mapping} */ (read)).every((each) => typeof each === 'object' && each !== null);
  if (!isRight)
    throw new UsageError(`--secrets ${file}: the file holds a mapping for each secret: "name: {key: value}"`);
  return /** @type {Mapping} */ (read);
};

/**
 * The variables that secrets become for a playbook: those of its own definition, and what children pass up.
 * @param {FrozenJob} job
 * @param {Playbook} playbook
 * @param {Mapping} secrets
 * @returns {Mapping}
 */
export const secretsOf = (job, playbook, secrets) => {
  /** @type {Mapping} */
  const values = {};
  for (const [index, { attributes }] of job.definitions.entries()) {
    for (const { name, secret, isForParents } of secretUsesOf(attributes)) {
      const isOwn = index === playbook.nesting;
      if ((isOwn || (isForParents && index > playbook.nesting && !(name in values))) && secret in secrets)
        values[name] = secrets[secret];
    }
  }
  return values;
};

/**
 * @param {readonly FrozenJob[]} jobs
 * @param {Mapping | undefined} secrets
 * @param {{ pipeline: string, isPostReview: boolean }} where
 * @throws {ConfigError} for secrets that a job needs and nobody gave, and where nobody has reviewed what runs
 */
export const requireSecrets = (jobs, secrets, { pipeline, isPostReview }) => {
  if (secrets !== undefined && !isPostReview) {
    throw new ConfigError(
      'Unknown',
      `--secrets is refused in the pipeline ${pipeline}: what runs there has not been reviewed; secrets are for pipelines with post-review`,
    );
  }
  for (const job of jobs) {
    for (const { attributes } of job.definitions) {
      for (const { secret } of secretUsesOf(attributes)) {
        if (secrets !== undefined && secret in secrets) continue;
        throw new ConfigError(
          'Unknown',
          `The job ${job.name} needs the secret "${secret}": give its values with --secrets FILE`,
        );
      }
    }
  }
};
