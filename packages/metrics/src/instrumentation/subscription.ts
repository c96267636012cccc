import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Instrumentation } from './conventions.ts';

/** What to do with the messages of channels, by their names. */
export type Listeners = Readonly<Record<string, (message: never) => void>>;

/**
 * Listens to channels by name. A listener that fails must not end the program, as an error in a subscriber would.
 */
export const listen = (listeners: Listeners): Instrumentation => {
  const subscribed = Object.entries(listeners).map(([name, listener]) => {
    const guarded = (message: unknown): void => {
      try {
        listener(message as never);
      } catch {
        return;
      }
    };
    subscribe(name, guarded);
    return { name, guarded };
  });
  const close = (): void => {
    for (const { name, guarded } of subscribed.splice(0)) unsubscribe(name, guarded);
  };
  return { close, [Symbol.dispose]: close };
};
