import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import {
  Enforcer,
  type Check,
  type Credentials,
  type EvaluateOptions,
  type PolicyOptions,
  type Requester,
  type Target,
} from '@oslofjord/policy';
import { explain, viewOf, type Explanation, type PolicyView } from '@oslofjord/policy/analysis';
import { Ring } from './ring.ts';

/** A decision that the service made, and all that is needed to say why. */
interface Decision {
  readonly id: number;
  readonly at: number;
  readonly rule: string;
  readonly target: Target;
  readonly credentials: Credentials;
  /** The policy that was in force. */
  readonly holder: Parameters<typeof viewOf>[0];
}

/** A decision with its reasons. */
export interface ExplainedDecision extends Pick<Decision, 'id' | 'at' | 'rule' | 'target' | 'credentials'> {
  readonly explanation: Explanation;
}

/** How many decisions are remembered. */
const KEPT = 60;

/**
 * An enforcer that remembers its last decisions. Remembering costs an object a decision; why each came out as it did is
 * worked out when somebody looks, by the policy that was in force then.
 */
export class RecordingEnforcer extends Enforcer {
  readonly #written: PolicyOptions;
  readonly #decisions = new Ring<Decision>(KEPT);
  readonly #explained = new WeakMap<Decision, ExplainedDecision>();
  readonly #views = new WeakMap<object, PolicyView>();
  #count = 0;

  constructor(options: PolicyOptions = {}) {
    super(options);
    this.#written = options;
  }

  /** The last decisions, the newest first. */
  get decisions(): ExplainedDecision[] {
    return this.#decisions
      .list()
      .map((decision) => this.#explain(decision))
      .reverse();
  }

  /** How many decisions were made so far. */
  get decisionCount(): number {
    return this.#count;
  }

  /** The file with the operator's rules. */
  get policyFile(): string {
    const { policyFile = 'policy.yaml', configDirs = ['.'] } = this.#written;
    const places = configDirs.map((folder) => resolve(folder, policyFile));
    return places.find((place) => existsSync(place)) ?? resolve(policyFile);
  }

  override enforce(rule: string | Check, target: Target, requester: Requester): boolean {
    this.#note(rule, target, requester);
    return super.enforce(rule, target, requester);
  }

  override evaluate(
    rule: string | Check,
    target: unknown,
    requester: Requester,
    options: EvaluateOptions = {},
  ): unknown {
    this.#note(rule, target, requester);
    return super.evaluate(rule, target, requester, options);
  }

  /**
   * The policy there would be if the operator's file held another text. Nothing of it comes into force.
   * @throws PolicyLoadError (ERR_POLICY_LOAD) listing what is wrong with the text, each with its line
   */
  async withFile(text: string): Promise<PolicyView> {
    const folder = await mkdtemp(join(tmpdir(), 'volume-service-what-if-'));
    try {
      const policyFile = join(folder, basename(this.policyFile));
      await writeFile(policyFile, text, { mode: 0o600 });
      const edited = new Enforcer({ ...this.#written, policyFile, reload: 'off' });
      await edited.load();
      return viewOf(edited);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  #explain(decision: Decision): ExplainedDecision {
    const known = this.#explained.get(decision);
    if (known !== undefined) return known;
    const { holder, ...rest } = decision;
    const view = this.#views.get(holder.rules) ?? viewOf(holder);
    this.#views.set(holder.rules, view);
    const { rule, target, credentials } = decision;
    const explained = { ...rest, explanation: explain(view, rule, target, credentials) };
    this.#explained.set(decision, explained);
    return explained;
  }

  #note(rule: string | Check, target: unknown, requester: Requester): void {
    if (typeof rule !== 'string' || typeof target !== 'object' || target === null) return;
    this.#count += 1;
    const { checks, defaultRule, fileRules, registeredRules, rules } = this;
    this.#decisions.add({
      id: this.#count,
      at: Date.now(),
      rule,
      target: target as Target,
      credentials: requester as Credentials,
      holder: { checks, defaultRule, fileRules, registeredRules, rules },
    });
  }
}
