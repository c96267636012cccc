import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InvalidArgumentError } from '../errors.ts';
import type { LimitSource } from '../manage/source.ts';

const isSource = (value: unknown): value is LimitSource =>
  typeof value === 'object' && value !== null && typeof (value as Partial<LimitSource>).read === 'function';

/**
 * The `limitSource` that a module exports: how a service hands its own quotas on.
 * @throws InvalidArgumentError when it cannot be imported, or exports none
 */
export const importSource = async (path: string): Promise<LimitSource> => {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await import(pathToFileURL(resolve(path)).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new InvalidArgumentError(`${path} cannot be imported: ${(cause as Error).message}`, { cause });
  }
  const { limitSource } = exported;
  if (isSource(limitSource)) return limitSource;
  const names = Object.keys(exported).join(', ');
  throw new InvalidArgumentError(
    `${path} exports no limitSource with a method read(); it exports ${names === '' ? 'nothing' : names}`,
  );
};
