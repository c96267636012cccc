import { parseDuration, type Duration, type Milliseconds } from '@oslofjord/config';
import { HealthcheckOptionsError } from './errors.ts';
import { nameIssue } from './components/component-options.ts';

/** Work that must not stand still. */
export interface Heartbeat {
  /** It went on. */
  readonly beat: () => void;
  /** It is done: it may stand still from now on. */
  readonly end: () => void;
}

/**
 * Whether this process should be restarted: it says so itself, or work that must not stand still does. What it depends
 * on never counts here; a restart would mend nothing.
 */
export class Liveness {
  readonly #now: () => Milliseconds;
  readonly #onChange: () => void;
  readonly #beats = new Map<string, { within: Milliseconds; at: Milliseconds }>();
  #broken: string | undefined;

  /** @param onChange called when what it says changes by something other than time */
  constructor(now: () => Milliseconds, onChange: () => void) {
    this.#now = now;
    this.#onChange = onChange;
  }

  /** The process cannot mend itself any more and wants to be restarted. */
  declareBroken(why: string): void {
    this.#broken = why;
    this.#onChange();
  }

  /**
   * Work that must not stand still, such as a loop over messages: call the returned function whenever it went on.
   * @throws HealthcheckOptionsError (ERR_HEALTHCHECK_OPTIONS)
   */
  heartbeat(name: string, options: { readonly within: Duration }): Heartbeat {
    const issue = nameIssue(name);
    if (issue !== undefined) throw new HealthcheckOptionsError([`heartbeat: ${issue}`]);
    const own = { within: parseDuration(options.within), at: this.#now() };
    this.#beats.set(name, own);
    return {
      beat: () => {
        own.at = this.#now();
      },
      end: () => {
        this.#beats.delete(name);
      },
    };
  }

  /** What stands still, or is broken; undefined while all is well. */
  get trouble(): string | undefined {
    if (this.#broken !== undefined) return this.#broken;
    const now = this.#now();
    for (const [name, { within, at }] of this.#beats) if (now - at > within) return `${name} stands still`;
    return undefined;
  }
}
