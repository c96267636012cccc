import type { Milliseconds } from '@oslofjord/config';

/**
 * Calls `flush` at an interval, and when the process ends. A full disk must not end the service: what is not written now
 * is written the next time.
 * @returns what ends it, with one last call
 */
export const flushRegularly = (flush: () => void, interval: Milliseconds): (() => void) => {
  const tryFlush = (): void => {
    try {
      flush();
    } catch {
      return;
    }
  };
  const timer = setInterval(tryFlush, interval);
  timer.unref();
  process.once('exit', tryFlush);
  return () => {
    clearInterval(timer);
    process.off('exit', tryFlush);
    tryFlush();
  };
};
