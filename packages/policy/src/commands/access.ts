import { isDict, getKey, entriesOf, isTruthy, typeName } from '../python/values.ts';
import { toPlain } from '../documents/written-defaults.ts';
import { readYaml } from '../yaml/read.ts';
import { CommandFailure } from './command.ts';
import { readInput } from './input.ts';

/** Reads an object from JSON or YAML: from the text itself where it starts with a brace, otherwise from a file. */
export const readObject = (written: string, what: string, directory: string): Record<string, unknown> => {
  const text = written.trimStart().startsWith('{') ? written : readInput(written, directory);
  let value: unknown;
  try {
    value = toPlain(readYaml(text).value);
  } catch (cause) {
    if (cause instanceof RangeError) throw cause;
    throw new CommandFailure(`the ${what} cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (!isDict(value)) throw new CommandFailure(`the ${what} must be an object, this is a ${typeName(value)}`);
  return value as Record<string, unknown>;
};

const idOf = (token: Record<string, unknown>, part: string): unknown => {
  const value = token[part];
  return isDict(value) ? getKey(value, 'id') : undefined;
};

const roleNames = (token: Record<string, unknown>): unknown[] => {
  const { roles } = token;
  if (!Array.isArray(roles)) throw new CommandFailure('the token has no list of roles');
  return roles.map((role: unknown) => {
    const name = isDict(role) ? getKey(role, 'name') : undefined;
    if (name === undefined) throw new CommandFailure('a role of the token has no name');
    return name;
  });
};

/**
 * Credentials from what Keystone answers about a token: everything in it, and the names policies use.
 * @parity oslo.policy 6.0.0 shell.py tool — differs: domain-scope
 */
export const credentialsOfToken = (
  access: Record<string, unknown>,
  isAdmin: boolean,
): Record<string, unknown> => {
  const token = access.token as Record<string, unknown> | undefined;
  if (!isDict(token)) throw new CommandFailure('the access information has no "token"');
  const userId = idOf(token, 'user');
  if (userId === undefined) throw new CommandFailure('the token has no user with an id');
  return {
    ...token,
    roles: roleNames(token),
    user_id: userId,
    ...(isTruthy(token.project) ? { project_id: idOf(token, 'project') } : {}),
    ...(isTruthy(token.domain) ? { domain_id: idOf(token, 'domain') } : {}),
    ...(isTruthy(token.system) ? { system_scope: 'all' } : {}),
    is_admin: isAdmin,
  };
};

/** Nested objects as flat keys: `{ user: { id: 1 } }` becomes `{ 'user.id': 1 }`. */
export const flatten = (value: object): Record<string, unknown> => {
  const flat: [string, unknown][] = [];
  const open: [string, object][] = [['', value]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [prefix, object] = next;
    for (const [key, item] of entriesOf(object)) {
      if (isDict(item)) open.push([`${prefix}${String(key)}.`, item]);
      else flat.push([`${prefix}${String(key)}`, item]);
    }
  }
  return Object.fromEntries(flat);
};
