import type { Milliseconds } from '@oslofjord/config';

/** A moment to come. Its timer keeps the process alive, because a caller waits for it. */
export const deadline = (
  after: Milliseconds,
): { readonly promise: Promise<void>; readonly clear: () => void } => {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, after);
  });
  return {
    promise,
    clear: () => {
      clearTimeout(timer);
    },
  };
};

/** What a promise settles to, or the reason of the signal when that aborts first. */
export const settledOrAborted = async <Value>(
  promise: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> => {
  signal.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
};
