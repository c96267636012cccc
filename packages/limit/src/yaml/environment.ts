import { LimitsFileError } from '../errors.ts';
import type { LimitProvider } from '../provider.ts';
import { documentProvider, parseLimits, type LimitsDocument } from './document.ts';

/** Where limits stand in the environment. */
export interface EnvironmentLimitsOptions {
  /** @default process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Name of the variable. @default 'OSLOFJORD_LIMITS' */
  readonly variable?: string;
}

/**
 * Limits from a variable that holds what a file of limits would, in one line: `{registered: {volumes: 10}}`.
 * @throws LimitsFileError (`ERR_LIMIT_FILE`) when it is not set or cannot be used
 */
export const environmentLimits = (options: EnvironmentLimitsOptions = {}): LimitProvider => {
  const { environment = process.env, variable = 'OSLOFJORD_LIMITS' } = options;
  let read: { readonly text: string; readonly document: LimitsDocument } | undefined;
  const current = (): LimitsDocument => {
    const text = environment[variable];
    if (text === undefined)
      throw new LimitsFileError(variable, [
        'is not set; it holds limits, such as {registered: {volumes: 10}}',
      ]);
    if (read?.text !== text) read = { text, document: parseLimits(text, variable) };
    return read.document;
  };
  current();
  return documentProvider('environment', current);
};
