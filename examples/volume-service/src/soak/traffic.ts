import type { Cloud } from '../real/cloud.ts';
import type { Ledger } from './ledger.ts';

/** A request and its end. */
export interface Outcome {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly took: number;
  readonly kind: string;
  /** 0 where there was no answer. */
  readonly status: number;
  /** Why there was none. */
  readonly error?: string;
}

/** Whether an answer says that the service did not do what it should have. */
export const isFailure = (status: number): boolean => status === 0 || status >= 500;

/** No answer by then is none. The balancer answers for a node that does not, long before. */
const PATIENCE_MILLISECONDS = 25_000;
const BREAK_MILLISECONDS = 40;
/** For how long nothing has to fail until a fault counts as over. */
const CALM_MILLISECONDS = 1000;
const CALM_WITHIN_MILLISECONDS = 60_000;
const PROJECTS = ['alpha', 'beta'] as const;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Clients that use the service without end and write down what they were told. */
export class Traffic {
  readonly outcomes: Outcome[] = [];
  /** Sentences about what must not happen: what is denied was allowed, what was acknowledged is not there. */
  readonly violations: string[] = [];
  readonly #address: string;
  readonly #cloud: Cloud;
  readonly #ledger: Ledger;
  readonly #begun = performance.now();
  readonly #underWay = new Set<{ readonly at: number }>();
  #lastFailure = 0;
  #isOver = false;
  #clients: Promise<void>[] = [];

  constructor(address: string, cloud: Cloud, ledger: Ledger) {
    this.#address = address;
    this.#cloud = cloud;
    this.#ledger = ledger;
  }

  /** Milliseconds since the beginning. */
  get now(): number {
    return performance.now() - this.#begun;
  }

  start(clients: number): void {
    this.#clients = Array.from({ length: clients }, async () => {
      while (!this.#isOver) {
        await this.#one();
        await new Promise((resolve) => setTimeout(resolve, BREAK_MILLISECONDS));
      }
    });
  }

  /** Asks as everybody once, so that what follows does not wait for the first validation of each token. */
  async warmUp(): Promise<void> {
    for (const who of Object.keys(this.#cloud.tokens)) {
      for (const path of ['/v1/volumes', '/v1/volumes']) await this.#ask('warm-up', who, 'GET', path);
    }
    this.outcomes.length = 0;
  }

  /** Waits until nothing has failed for a moment and nothing is under way that began while something did. */
  async untilCalm(): Promise<void> {
    const end = this.now + CALM_WITHIN_MILLISECONDS;
    const isCalm = (): boolean =>
      this.now - this.#lastFailure > CALM_MILLISECONDS &&
      [...this.#underWay].every(({ at }) => at > this.#lastFailure && this.now - at < CALM_MILLISECONDS);
    while (!isCalm()) {
      if (this.now > end) throw new Error('requests go on failing, or take more than a second');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends when the last request has its answer. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #one(): Promise<void> {
    const project = PROJECTS[Math.floor(Math.random() * PROJECTS.length)] ?? 'alpha';
    const dice = Math.random();
    if (dice < 0.25) return this.#create(project);
    if (dice < 0.35) return this.#withVolume((id) => this.#resize(id));
    if (dice < 0.5) return this.#withVolume((id) => this.#delete(id));
    if (dice < 0.6) return this.#withVolume((id) => this.#show(id));
    if (dice < 0.8) {
      await this.#ask('list', `reader-of-${project}`, 'GET', this.#volumesOf(project));
      return;
    }
    return this.#denied(project);
  }

  async #create(project: string): Promise<void> {
    const size = 1 + Math.floor(Math.random() * 40);
    const body = { name: 'soak', size };
    const answer = await this.#ask('create', `member-of-${project}`, 'POST', this.#volumesOf(project), body);
    if (answer.status === 201) this.#ledger.created((answer.body as { id: string }).id, project, size);
  }

  async #withVolume(use: (id: string) => Promise<void>): Promise<void> {
    const id = this.#ledger.take(Math.random);
    if (id === undefined) return;
    await use(id);
    this.#ledger.giveBack(id);
  }

  async #resize(id: string): Promise<void> {
    const size = this.#ledger.largestSizeOf(id) + 1;
    const who = `member-of-${this.#ledger.projectOf(id)}`;
    const { status } = await this.#ask('resize', who, 'POST', `/v1/volumes/${id}/resize`, { size });
    if (status === 200) this.#ledger.resized(id, size);
    else if (status === 404) this.#missed(id);
    else if (status === 0 || status >= 500) this.#ledger.perhapsResized(id, size);
    else if (status === 409) this.violations.push(`volume ${id} was not resized to ${String(size)}: 409`);
  }

  async #delete(id: string): Promise<void> {
    const who = `member-of-${this.#ledger.projectOf(id)}`;
    const { status } = await this.#ask('delete', who, 'DELETE', `/v1/volumes/${id}`);
    if (status === 204) this.#ledger.deleted(id);
    else if (status === 404) this.#missed(id);
    else if (status === 0 || status >= 500) this.#ledger.perhapsDeleted(id);
  }

  async #show(id: string): Promise<void> {
    const who = `reader-of-${this.#ledger.projectOf(id)}`;
    const { status } = await this.#ask('show', who, 'GET', `/v1/volumes/${id}`);
    if (status === 404) this.#missed(id);
  }

  #missed(id: string): void {
    const problem = this.#ledger.missed(id);
    if (problem !== undefined) this.violations.push(problem);
  }

  /** What nobody may do: by role, by project, by scope, by token. */
  async #denied(project: string): Promise<void> {
    const other = project === 'alpha' ? 'beta' : 'alpha';
    const body = { name: 'denied', size: 1 };
    const attempts: [string, 'GET' | 'POST', string, object?][] = [
      [`reader-of-${project}`, 'POST', this.#volumesOf(project), body],
      [`member-of-${other}`, 'POST', this.#volumesOf(project), body],
      [`reader-of-${other}`, 'GET', this.#volumesOf(project)],
      ['reader-of-alpha', 'GET', '/v1/projects'],
      ['of nobody', 'GET', '/v1/volumes'],
    ];
    const attempt = attempts[Math.floor(Math.random() * attempts.length)];
    if (attempt === undefined) return;
    const { status } = await this.#ask('denied', ...attempt);
    if (status >= 200 && status < 300) {
      this.violations.push(`${attempt[0]} ${attempt[1]} ${attempt[2]} was answered ${String(status)}`);
    }
  }

  #volumesOf(project: string): string {
    return `/v1/projects/${this.#cloud.projects[project as 'alpha' | 'beta']}/volumes`;
  }

  async #ask(
    kind: string,
    who: string,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<Answer> {
    const at = this.now;
    let answer: Answer;
    let failure: string | undefined;
    const begun = { at };
    this.#underWay.add(begun);
    try {
      const response = await fetch(new URL(path, this.#address), {
        method,
        headers: {
          'x-auth-token': this.#cloud.tokens[who] ?? who,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') ?? false;
      answer = { status: response.status, body: isJson ? JSON.parse(text) : undefined };
    } catch (error) {
      answer = { status: 0, body: undefined };
      const { name, cause } = error as { name: string; cause?: { code?: string; message?: string } };
      failure = cause?.code ?? cause?.message ?? name;
    } finally {
      this.#underWay.delete(begun);
    }
    const { status } = answer;
    if (isFailure(status)) this.#lastFailure = this.now;
    this.outcomes.push({
      ...{ at, took: this.now - at, kind, status },
      ...(failure === undefined ? {} : { error: failure }),
    });
    return answer;
  }
}
