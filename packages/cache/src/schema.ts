import type { CacheIssue } from './errors.ts';

/** The part of Standard Schema 1.0 that is used: any validator that speaks it fits. */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult | Promise<SchemaResult>;
  };
}

/** What a validator answers. */
export type SchemaResult =
  { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** One thing a validator found. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The issues of a validator as issues of this package; none when the value is valid. */
export const issuesWith = async (
  schema: StandardSchema,
  value: unknown,
): Promise<{ readonly value: unknown; readonly issues: readonly CacheIssue[] }> => {
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return { value: result.value, issues: [] };
  return {
    value: undefined,
    issues: result.issues.map(({ message, path = [] }) => ({
      path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
      message,
    })),
  };
};
