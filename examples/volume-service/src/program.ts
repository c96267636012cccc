import { parseArgs, type ParseArgsConfig } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

/** Writes what a program can be told and ends it, where somebody asks for that. */
export const helpIfAsked = (help: string): void => {
  if (!process.argv.slice(2).some((word) => ['--help', '-h'].includes(word))) return;
  console.log(help);
  process.exit(0);
};

/** What a program was told; ends it where that is help, or cannot be understood. */
export const toldWords = <O extends Options>(help: string, options: O): Values<O> => {
  helpIfAsked(help);
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    return process.exit(2);
  }
};

/**
 * Aborts once somebody wants the program to end: by a signal, or because nobody reads what it writes any more. Whoever
 * calls this takes down what was started; a second signal ends the program at once.
 */
export const askedToEnd = (): AbortSignal => {
  const ending = new AbortController();
  const end = (): void => {
    ending.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', end);
  return ending.signal;
};

/** The status of a program that was told to end before it was through. */
export const INTERRUPTED = 130;

/** Says what is under way. */
export const say = (what: string): void => {
  console.log(`  … ${what}`);
};

/**
 * Starts what tells its progress; where the program is to end meanwhile, it is taken down again at its next step, and the
 * program ends.
 */
export const startUntil = async <T>(
  ending: AbortSignal,
  start: (progress: (what: string) => void) => Promise<T>,
): Promise<T> => {
  try {
    return await start((what) => {
      ending.throwIfAborted();
      say(what);
    });
  } catch (error) {
    if (!ending.aborted) throw error;
    return process.exit(INTERRUPTED);
  }
};
