import type { Milliseconds } from '@oslofjord/config';
import { triggerChannel } from '../channels.ts';
import type { Component } from '../components/component.ts';
import type { Health } from '../health.ts';
import { TokenBucket } from './token-bucket.ts';

/** What came of a run of one probe. */
export interface RunResult {
  readonly component: string;
  readonly outcome: 'ok' | 'fail' | 'busy';
  readonly duration: Milliseconds;
  /** The code or class of its error. */
  readonly code?: string;
}

/** What came of asking for a run. */
export type RunOutcome =
  | { readonly kind: 'done'; readonly results: readonly RunResult[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'limited'; readonly wait: Milliseconds };

const ALL_BURST = 20;
const ALL_EVERY: Milliseconds = 3000;
const ONE_BURST = 2;
const ONE_EVERY: Milliseconds = 5000;

/**
 * Runs of probes that somebody asked for: two at once and then one in five seconds for a component, twenty a minute for
 * all, and never two of one component at a time: who asks meanwhile joins.
 */
export class Triggers {
  readonly #health: Health;
  readonly #now: () => Milliseconds;
  readonly #all: TokenBucket;
  readonly #one = new Map<string, TokenBucket>();

  constructor(health: Health, now: () => Milliseconds = () => performance.now()) {
    this.#health = health;
    this.#now = now;
    this.#all = new TokenBucket(ALL_BURST, ALL_EVERY, now);
  }

  /** @param name of a component; all that have probes when it is left out */
  async run(name?: string): Promise<RunOutcome> {
    const asked = [...this.#health.components.values()].filter(
      (component) => component.options.probe !== undefined && (name === undefined || component.name === name),
    );
    if (name !== undefined && asked.length === 0) return { kind: 'unknown' };
    const waits = asked.map((component) => Math.max(this.#all.wait(), this.#bucket(component).wait()));
    const allowed = asked.filter((component, index) => waits[index] === 0 && this.#take(component));
    if (asked.length > 0 && allowed.length === 0) {
      this.#tell('limited');
      return { kind: 'limited', wait: Math.max(1, Math.min(...waits.filter((wait) => wait > 0))) };
    }
    this.#tell('granted');
    return {
      kind: 'done',
      results: await Promise.all(allowed.map(async (component) => this.#ask(component))),
    };
  }

  /** Somebody asked who may not. */
  refuse(): void {
    this.#tell('refused');
  }

  #tell(outcome: 'granted' | 'refused' | 'limited'): void {
    if (triggerChannel.hasSubscribers) triggerChannel.publish({ outcome });
  }

  #bucket({ name }: Component): TokenBucket {
    let bucket = this.#one.get(name);
    if (bucket === undefined) {
      bucket = new TokenBucket(ONE_BURST, ONE_EVERY, this.#now);
      this.#one.set(name, bucket);
    }
    return bucket;
  }

  #take(component: Component): boolean {
    if (this.#all.wait() > 0) return false;
    this.#all.take();
    this.#bucket(component).take();
    return true;
  }

  async #ask(component: Component): Promise<RunResult> {
    const started = performance.now();
    const result = await component.probe();
    const { name, failure } = component;
    const outcome = result?.outcome ?? 'busy';
    return {
      component: name,
      outcome,
      duration: Math.round(performance.now() - started),
      ...(outcome === 'fail' && failure !== undefined ? { code: failure.code } : {}),
    };
  }
}
