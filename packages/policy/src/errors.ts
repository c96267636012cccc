/** The kinds of errors Python raises while a check is evaluated or a rule is read. */
export type PythonErrorKind =
  | 'AttributeError'
  | 'ConnectionError'
  | 'IndentationError'
  | 'IndexError'
  | 'KeyError'
  | 'MemoryError'
  | 'OverflowError'
  | 'RecursionError'
  | 'RuntimeError'
  | 'SyntaxError'
  | 'TypeError'
  | 'ValueError';

const brandOf = (code: string): symbol => Symbol.for(`oslofjord.policy.${code}`);

/**
 * The base of every error of this package. `instanceof` also recognises errors of another copy of the
 * package, through a brand in the global symbol registry.
 */
export class PolicyError extends Error {
  /** The stable name of the condition. */
  static readonly code: string = 'ERR_POLICY';
  /** The stable name of the condition. */
  readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = new.target.code;
    for (let type: unknown = new.target; typeof type === 'function'; type = Object.getPrototypeOf(type)) {
      if (Object.hasOwn(type, 'code'))
        Object.defineProperty(this, brandOf((type as typeof PolicyError).code), { value: true });
    }
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brandOf(this.code) in value;
  }
}

/**
 * A check cannot be decided, where Python's oslo.policy would raise: credentials of the wrong shape, a match
 * that does not format, a cycle. Never a denial: below `not` a denial would allow.
 */
export class EvaluationError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_EVALUATION';
  /** The class of exception Python raises in this case. */
  readonly kind: PythonErrorKind;

  constructor(kind: PythonErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
