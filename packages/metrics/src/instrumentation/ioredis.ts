import type { Registry } from '../registry.ts';
import type { Instrumentation, InstrumentationOptions } from './conventions.ts';
import { databaseDurations } from './database.ts';
import { listen } from './subscription.ts';

/** What ioredis says of a command. Its arguments are not looked at. */
interface CommandContext {
  readonly command?: unknown;
  readonly error?: unknown;
}

/** Names of commands have this form; what a program makes up may have any. */
const COMMAND = /^[A-Z][A-Z.]{0,24}$/u;

/** A server's refusal begins with a word for its kind: `WRONGTYPE`, `NOAUTH`. */
const errorOf = (error: unknown): string => {
  const { message, name } = error as { readonly message?: unknown; readonly name?: unknown };
  const kind = typeof message === 'string' ? /^[A-Z]{2,20}(?= )/u.exec(message)?.[0] : undefined;
  return kind ?? (typeof name === 'string' ? name : 'Error');
};

/** Measures the commands of every ioredis client (≥ 5.9) of this process, by what it says on its channels. */
export const instrumentIoredis = (
  registry: Registry,
  options: InstrumentationOptions = {},
): Instrumentation => {
  const observe = databaseDurations(registry, options, 'redis');
  const starts = new WeakMap<CommandContext, number>();
  return listen({
    'tracing:ioredis:command:start': (context: CommandContext) => {
      starts.set(context, performance.now());
    },
    'tracing:ioredis:command:asyncEnd': (context: CommandContext) => {
      const start = starts.get(context);
      if (start === undefined) return;
      starts.delete(context);
      const command = String(context.command).toUpperCase();
      const error = context.error === undefined ? '' : errorOf(context.error);
      observe(COMMAND.test(command) ? command : 'OTHER', error, (performance.now() - start) / 1000);
    },
  });
};
