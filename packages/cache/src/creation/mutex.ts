/** A lock that lets one holder in at a time, waiters in their order. */
export class Mutex {
  #isHeld = false;
  readonly #waiting: (() => void)[] = [];

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Takes the lock if it is free. */
  tryAcquire(): boolean {
    if (this.#isHeld) return false;
    this.#isHeld = true;
    return true;
  }

  /** Takes the lock, waiting for it. */
  async acquire(): Promise<void> {
    if (this.tryAcquire()) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Hands the lock to who waits longest, or frees it. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isHeld = false;
    else next();
  }
}

/** One mutex per key; a key's mutex is forgotten when nobody holds it. */
export class Mutexes {
  readonly #mutexes = new Map<string, Mutex>();

  of(key: string): Mutex {
    const known = this.#mutexes.get(key);
    if (known !== undefined) return known;
    const mutex = new Mutex();
    this.#mutexes.set(key, mutex);
    return mutex;
  }

  isHeld(key: string): boolean {
    return this.#mutexes.get(key)?.isHeld === true;
  }

  release(key: string): void {
    const mutex = this.#mutexes.get(key);
    if (mutex === undefined) return;
    mutex.release();
    if (!mutex.isHeld) this.#mutexes.delete(key);
  }
}
