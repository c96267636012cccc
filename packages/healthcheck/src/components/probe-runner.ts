import type { Milliseconds } from '@oslofjord/config';
import type { Probe } from './component-options.ts';

/** How a probe ended. */
export type ProbeResult =
  | { readonly outcome: 'ok' }
  | { readonly outcome: 'fail'; readonly error: unknown }
  /** Earlier ones are still under way: nothing was asked. */
  | { readonly outcome: 'busy' };

/** Probes of one component that may be under way though their time is over. */
const MOST_PENDING = 3;
/** After this time one that never ended is forgotten. */
const FORGOTTEN: Milliseconds = 30_000;

/** Time ran out for a probe. */
class ProbeDeadlineError extends Error {
  readonly code = 'ETIMEDOUT';
}

/** Asks one component; no answer takes longer than the deadline. Probes that pay no heed to their signal pile up to three. */
export class ProbeRunner {
  readonly #probe: Probe;
  readonly #deadline: Milliseconds;
  readonly #pending = new Map<number, Milliseconds>();
  #last = 0;

  constructor(probe: Probe, deadline: Milliseconds) {
    this.#probe = probe;
    this.#deadline = deadline;
  }

  /** @param onLate how it ended after all, when its time was over */
  async ask(onLate: (isOk: boolean) => void): Promise<ProbeResult> {
    const now = performance.now();
    for (const [id, started] of this.#pending) if (now - started > FORGOTTEN) this.#pending.delete(id);
    if (this.#pending.size >= MOST_PENDING) return { outcome: 'busy' };
    this.#last += 1;
    const id = this.#last;
    this.#pending.set(id, now);
    const control = new AbortController();
    const error = new ProbeDeadlineError('the probe took longer than its deadline');
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    const deadline = new Promise<ProbeResult>((resolve) => {
      timer = setTimeout(() => {
        isOver = true;
        resolve({ outcome: 'fail', error });
        control.abort(error);
      }, this.#deadline).unref();
    });
    const answer = this.#answerOf(control.signal).then((result) => {
      this.#pending.delete(id);
      if (isOver) onLate(result.outcome === 'ok');
      return result;
    });
    try {
      return await Promise.race([answer, deadline]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #answerOf(signal: AbortSignal): Promise<ProbeResult> {
    try {
      await this.#probe({ signal });
      return { outcome: 'ok' };
    } catch (error) {
      return { outcome: 'fail', error };
    }
  }
}
