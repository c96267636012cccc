import type { Credentials } from '../checks/credentials.ts';
import { PolicySuiteError } from '../errors.ts';
import { isDict } from '../python/values.ts';

/** Credentials of people who stand for many, by name. */
export type Personas = Readonly<Record<string, Credentials>>;

const issueOf = (name: string, value: unknown): { path: string; message: string }[] => {
  const path = `personas.${name}`;
  if (!isDict(value)) return [{ path, message: 'must be an object of credentials' }];
  const { roles } = value as Credentials;
  const areTexts = Array.isArray(roles) && roles.every((role) => typeof role === 'string');
  return roles === undefined || areTexts
    ? []
    : [{ path: `${path}.roles`, message: 'must be a list of texts' }];
};

const freeze = (value: unknown): void => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
};

/**
 * Names people for policy tests. Their credentials are frozen, so that no test can change them for another.
 * @throws PolicySuiteError (ERR_POLICY_SUITE) for credentials that are no objects, or whose roles are no texts
 * @example
 * const { admin, reader } = definePersonas({
 *   admin: { roles: ['admin'], project_id: 'p1' },
 *   reader: { roles: ['reader'], project_id: 'p1' },
 * });
 */
export const definePersonas = <const P extends Personas>(personas: P): P => {
  const issues = Object.entries(personas).flatMap(([name, value]) => issueOf(name, value));
  if (issues.length > 0) throw new PolicySuiteError('the definition of personas', issues);
  freeze(personas);
  return personas;
};
