import { FALSE_CHECK, TRUE_CHECK, type Check } from './check.ts';

/** What a custom check may see beside the target and the credentials. */
export interface CheckContext {
  /** The name given to `enforce`, also below `rule:`; null when a check object was enforced. */
  readonly currentRule: string | null;
}

/**
 * Decides one custom check. Its Python truth counts (an empty list or dictionary denies); a promise is
 * allowed and needs the asynchronous form of `enforce`.
 */
export type CustomCheckFunction = (
  target: unknown,
  credentials: Readonly<Record<string, unknown>>,
  context: CheckContext,
) => unknown;

/** Makes the function that decides checks `kind:match`; called once per check and policy load. */
export type CustomCheckFactory = (kind: string, match: string) => CustomCheckFunction;

/**
 * The kinds of checks a parser knows. Built in are `rule`, `role`, `http`, `https` and, for every other
 * kind, the generic check; a registered kind wins over all but `http` and `https`.
 * @parity oslo.policy 6.0.0 _checks.py register, _parser.py _parse_check — same
 */
export class CheckRegistry {
  readonly #factories = new Map<string | null, CustomCheckFactory>();

  /** Registers a kind; `null` replaces the generic check. A later registration replaces an earlier one. */
  register(kind: string | null, factory: CustomCheckFactory): void {
    this.#factories.set(kind, factory);
  }

  /** A registry with the same kinds that changes independently. */
  clone(): CheckRegistry {
    const copy = new CheckRegistry();
    for (const [kind, factory] of this.#factories) copy.register(kind, factory);
    return copy;
  }

  /** The check of a kind and a match. */
  create(kind: string, match: string): Check {
    if (kind === 'http' || kind === 'https') return { type: kind, kind, match };
    const factory = this.#factories.get(kind);
    if (factory !== undefined) return { type: 'custom', kind, match, factory };
    if (kind === 'rule' || kind === 'role') return { type: kind, kind, match };
    const fallback = this.#factories.get(null);
    if (fallback !== undefined) return { type: 'custom', kind, match, factory: fallback };
    return { type: 'generic', kind, match };
  }

  /**
   * Reads one check, without operators: `@`, `!` or `kind:match`.
   * @returns undefined when there is no colon, which Oslo turns into `!`
   */
  read(text: string): Check | undefined {
    if (text === '!') return FALSE_CHECK;
    if (text === '@') return TRUE_CHECK;
    const colon = text.indexOf(':');
    if (colon < 0) return undefined;
    return this.create(text.slice(0, colon), text.slice(colon + 1));
  }
}
