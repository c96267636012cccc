// Which secrets a definition of a job asks for.
import { asList } from './values.js';

/**
 * `name`: the variable that it becomes; `isForParents`: whether playbooks of parents have it, too.
 * @typedef {{ name: string, secret: string, isForParents: boolean }} SecretUse
 */

/** @param {Readonly<Record<string, unknown>>} attributes of a definition @returns {SecretUse[]} */
export const secretUsesOf = (attributes) =>
  asList(attributes['secrets']).map((written) => {
    if (typeof written === 'string') return { name: written, secret: written, isForParents: false };
    const {
      name,
      secret,
      'pass-to-parent': isForParents = false,
    } = /** @type {{ name: string, secret: string, 'pass-to-parent'?: boolean }} */ (written);
    return { name, secret, isForParents };
  });
