import { entriesOf, Float, isDict, Opaque, Tuple, typeName } from '../../src/python/values.ts';
import { str } from '../../src/python/text.ts';

/** A JSON object. */
export type Json = Record<string, unknown>;

const decodeFloat = (text: string): Float => {
  if (text.endsWith('inf')) return new Float(text.startsWith('-') ? -Infinity : Infinity);
  return new Float(text === 'nan' ? NaN : Number(text));
};

/** What oslo.context's RequestContext hands to a policy. */
const decodeContext = (given: Json): { toPolicyValues(): Json } => ({
  toPolicyValues: () => ({
    user_id: given.user_id ?? null,
    user_domain_id: given.user_domain_id ?? null,
    system_scope: given.system_scope ?? null,
    domain_id: given.domain_id ?? null,
    project_id: given.project_id ?? null,
    project_domain_id: given.project_domain_id ?? null,
    roles: given.roles ?? [],
    is_admin_project: given.is_admin_project ?? true,
    service_user_id: given.service_user_id ?? null,
    service_user_domain_id: given.service_user_domain_id ?? null,
    service_project_id: given.service_project_id ?? null,
    service_project_domain_id: given.service_project_domain_id ?? null,
    service_roles: given.service_roles ?? [],
  }),
});

/** The Python value of a request, from its tags. */
export const decode = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) return value;
  const tagged = value as Json;
  if (Object.hasOwn(tagged, '$float')) return decodeFloat(String(tagged.$float));
  if (Object.hasOwn(tagged, '$int')) return BigInt(String(tagged.$int));
  if (Object.hasOwn(tagged, '$object')) return new Opaque('object', '<object object>');
  if (Object.hasOwn(tagged, '$tuple')) return new Tuple((tagged.$tuple as unknown[]).map(decode));
  if (Object.hasOwn(tagged, '$context')) return decodeContext(decode(tagged.$context) as Json);
  const decoded: Json = {};
  for (const [key, item] of Object.entries(tagged)) {
    Object.defineProperty(decoded, key, {
      value: decode(item),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return decoded;
};

/** A result as the recorded answers write it: other than JSON's own types by type and text. */
export const encode = (value: unknown): unknown => {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeName(value) === 'int') return Number(value);
  return { $py: typeName(value).split('.').at(-1), str: str(value) };
};

const jsonKey = (key: unknown): string => {
  if (key === null) return 'null';
  return typeof key === 'boolean' ? String(key) : str(key);
};

/** A value inside a list or mapping, as Python's json module writes it. */
export const toJson = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Tuple) return value.items.map(toJson);
  if (value instanceof Float) return value.value;
  if (isDict(value))
    return objectOf(Array.from(entriesOf(value), ([key, item]) => [jsonKey(key), toJson(item)]));
  return typeof value === 'bigint' ? Number(value) : value;
};

/** An object of any keys, `__proto__` among them. */
export const objectOf = (entries: Iterable<readonly [string, unknown]>): Json => {
  const object: Json = {};
  for (const [key, value] of entries) {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return object;
};
