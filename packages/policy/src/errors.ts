/** The kinds of errors Python raises while a check is evaluated or a rule is read. */
export type PythonErrorKind =
  | 'AttributeError'
  | 'ConnectionError'
  | 'IndentationError'
  | 'IndexError'
  | 'KeyError'
  | 'OverflowError'
  | 'RecursionError'
  | 'RuntimeError'
  | 'SyntaxError'
  | 'TypeError'
  | 'ValueError';

/** A place in a text; both numbers start at 1, columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

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
      if (Object.hasOwn(type, 'code')) {
        Object.defineProperty(this, brandOf((type as typeof PolicyError).code), { value: true });
      }
    }
  }

  /** Also recognises an error of another copy of this package. */
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

/** A text is not YAML 1.1, or holds what a policy file may not hold. */
export class YamlError extends EvaluationError {
  static override readonly code: string = 'ERR_POLICY_YAML';
  /** What is wrong, without the place. */
  readonly reason: string;
  readonly position: Position;

  constructor(reason: string, position: Position) {
    super('ValueError', `${reason} at line ${String(position.line)}, column ${String(position.column)}`);
    this.reason = reason;
    this.position = position;
  }
}

/** A policy does not allow what was asked for; thrown by `authorize`. */
export class PolicyNotAuthorizedError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_NOT_AUTHORIZED';
  /** The name of the rule, or the text of the check. */
  readonly rule: string;

  constructor(rule: string) {
    super(`${rule} is disallowed by policy`);
    this.rule = rule;
  }
}

/** A token has another scope than the rule is meant for; thrown by `authorize` before the rule is tried. */
export class InvalidScopeError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_INVALID_SCOPE';
  readonly rule: string;
  readonly requiredScopes: readonly string[];
  readonly tokenScope: string;

  constructor(rule: string, requiredScopes: readonly string[], tokenScope: string) {
    const scopes = requiredScopes.map((scope) => `'${scope}'`).join(', ');
    super(`${rule} requires a scope of [${scopes}], request was made with ${tokenScope} scope.`);
    this.rule = rule;
    this.requiredScopes = requiredScopes;
    this.tokenScope = tokenScope;
  }
}

/** A rule given to `authorize` is no registered default. Register it, or call `enforce`. */
export class PolicyNotRegisteredError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_NOT_REGISTERED';
  readonly rule: string;

  constructor(rule: string) {
    super(`Policy ${rule} has not been registered`);
    this.rule = rule;
  }
}

/** Two defaults of one name were registered. */
export class DuplicatePolicyError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_DUPLICATE';
  readonly rule: string;

  constructor(rule: string) {
    super(`Policy ${rule} is already registered`);
    this.rule = rule;
  }
}

/** Credentials are neither a plain object nor something with `toPolicyValues()`. */
export class InvalidContextObjectError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_INVALID_CONTEXT';

  constructor(typeOfValue: string) {
    super(
      `credentials must be a plain object or have a toPolicyValues() method, but are of type ${typeOfValue}`,
    );
  }
}

/** `checkRules` found rules that refer to undefined rules or to themselves. */
export class InvalidDefinitionError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_INVALID_DEFINITION';
  readonly rules: readonly string[];

  constructor(rules: readonly string[]) {
    const names = rules.map((rule) => `'${rule}'`).join(', ');
    super(`Policies [${names}] are not well defined: they refer to an undefined rule or to themselves`);
    this.rules = rules;
  }
}

/** A default is not well formed. */
export class InvalidRuleDefaultError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_INVALID_RULE_DEFAULT';
  /** Which part of the default is wrong. */
  readonly part: 'description' | 'operations' | 'scopeTypes' | 'deprecation';

  constructor(part: InvalidRuleDefaultError['part'], reason: string) {
    super(`Invalid policy rule default: ${reason}`);
    this.part = part;
  }
}

/** One thing that is wrong with a policy. */
export interface PolicyIssue {
  /** The file it stands in; undefined for a registered default. */
  readonly file: string | undefined;
  /** Where the value of the rule starts; undefined when that is not known. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The rule; undefined when the file as a whole cannot be read. */
  readonly rule: string | undefined;
  /** What is wrong, and what to do about it. */
  readonly message: string;
}

const formatIssue = ({ file, line, column, rule, message }: PolicyIssue): string => {
  const place = line === undefined ? '' : `:${String(line)}:${String(column ?? 1)}`;
  const subject = rule === undefined ? '' : ` ${JSON.stringify(rule)}:`;
  return `  ${file ?? 'registered default'}${place}:${subject} ${message}`;
};

/** A policy was refused; lists everything that is wrong with it. The policy in force stays in force. */
export class PolicyLoadError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_LOAD';
  readonly issues: readonly PolicyIssue[];

  constructor(issues: readonly PolicyIssue[], options?: ErrorOptions) {
    const count = issues.length === 1 ? '1 problem' : `${String(issues.length)} problems`;
    super(`the policy was refused: ${count}\n${issues.map(formatIssue).join('\n')}`, options);
    this.issues = issues;
  }
}

/** A check needs to wait, for a remote server or a promise. Use `enforceAsync` or `authorizeAsync`. */
export class AsyncCheckError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_ASYNC_CHECK';
  /** The check, as text. */
  readonly check: string;

  constructor(check: string) {
    super(`check ${check} cannot be decided at once; use enforceAsync or authorizeAsync`);
    this.check = check;
  }
}

/** A remote server could not be asked: refused, timed out, or not trusted. */
export class RemoteCheckError extends EvaluationError {
  static override readonly code: string = 'ERR_POLICY_REMOTE_CHECK';
  /** The scheme and host that were asked; never the path, which may hold secrets. */
  readonly server: string;

  constructor(
    kind: 'ConnectionError' | 'RuntimeError',
    server: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(kind, `policy server ${server} could not decide: ${reason}`, options);
    this.server = server;
  }
}

/** A file, kind or format needs parts of Python that only `load()` fetches by itself. */
export class PythonPartsMissingError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_PYTHON_PARTS_MISSING';

  /** @param subject what needs them */
  constructor(subject: string) {
    super(
      `${subject} needs more of Python: await load() first, or pass { python } of '@oslofjord/policy/python' to the enforcer`,
    );
  }
}

/** Options of the enforcer are wrong; lists all that are. */
export class PolicyOptionsError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_OPTIONS';
  readonly issues: readonly { readonly path: string; readonly message: string }[];

  constructor(issues: PolicyOptionsError['issues']) {
    super(`wrong options: ${issues.map(({ path, message }) => `${path} ${message}`).join('; ')}`);
    this.issues = issues;
  }
}

/** What a rule leaves open of the rows cannot be written as a filter. Decide row by row with `enforce`. */
export class UnsupportedFilterError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_UNSUPPORTED_FILTER';
  readonly rule: string;
  /** The check, as text. */
  readonly check: string;

  constructor(rule: string, check: string, reason: string) {
    super(`${rule} cannot become a filter, because of ${check}: ${reason}; decide row by row with enforce`);
    this.rule = rule;
    this.check = check;
  }
}

/** A column or field of a filter has a name that could be more than a name. */
export class FilterColumnError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_FILTER_COLUMN';
  readonly column: string;

  constructor(column: string) {
    super(`${JSON.stringify(column)} is no plain name of a column, such as project_id or v.project_id`);
    this.column = column;
  }
}

/** A policy file cannot be changed rule by rule. Simplify what the message names, and try again. */
export class PolicyMigrationError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_MIGRATION';
  readonly file: string;

  constructor(file: string, reason: string) {
    super(`${file} cannot be changed safely: ${reason}`);
    this.file = file;
  }
}

/** A file of policy tests is not well formed; lists everything that is wrong with it. */
export class PolicySuiteError extends PolicyError {
  static override readonly code: string = 'ERR_POLICY_SUITE';
  readonly issues: readonly { readonly path: string; readonly message: string }[];

  constructor(file: string, issues: PolicySuiteError['issues']) {
    const lines = issues.map(({ path, message }) => `  ${path}: ${message}`);
    super(`${file} is no file of policy tests:\n${lines.join('\n')}`);
    this.issues = issues;
  }
}
