/** One thing that is wrong with a configuration or a declaration. Never holds the value of a secret option. */
export interface Issue {
  /** `group.option`, `group`, the path of a file, or an argument. */
  readonly path: string;
  /** What is wrong and what to do about it. */
  readonly message: string;
  /** Path of the file that says it. */
  readonly file?: string;
  /** Line in that file, from 1. */
  readonly line?: number;
}

/** Codes of all errors of this package. */
export type ConfigErrorCode =
  'ERR_CONFIG_INVALID' | 'ERR_CONFIG_DECLARATION' | 'ERR_CONFIG_DURATION' | 'ERR_CONFIG_SIZE';

const BRAND: unique symbol = Symbol.for('@oslofjord/config.error');

/** What every error of this package is. `instanceof` also holds across several copies of the package. */
export abstract class ConfigError extends Error {
  /** Tells the conditions apart; does not change between releases. */
  abstract readonly code: ConfigErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, BRAND, { get: () => this.name });
  }

  /** Also recognises an error of another copy of this package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (typeof value !== 'object' || value === null || !(BRAND in value)) return false;
    const { className } = this as unknown as { className?: string };
    return className === undefined || value[BRAND] === className;
  }
}

const summary = (title: string, issues: readonly Issue[]): string => {
  const lines = issues.map(({ path, message, file, line }) => {
    const where = file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${String(line)}`})`;
    return `  ${path}: ${message}${where}`;
  });
  return `${title}:\n${lines.join('\n')}`;
};

const countOf = (issues: readonly Issue[]): string =>
  issues.length === 1 ? '1 problem' : `${String(issues.length)} problems`;

/** The configuration cannot be used. Lists every problem, in order of source and declaration. */
export class ConfigurationError extends ConfigError {
  static readonly className: string = 'ConfigurationError';
  override readonly name: string = 'ConfigurationError';
  readonly code: ConfigErrorCode = 'ERR_CONFIG_INVALID';
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[], options?: ErrorOptions) {
    super(summary(`The configuration has ${countOf(issues)}`, issues), options);
    this.issues = issues;
  }
}

/** An option group is declared wrongly: an error of the program, not of its operator. */
export class OptionDeclarationError extends ConfigError {
  static readonly className: string = 'OptionDeclarationError';
  override readonly name: string = 'OptionDeclarationError';
  readonly code: ConfigErrorCode = 'ERR_CONFIG_DECLARATION';
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super(summary(`The declaration of options has ${countOf(issues)}`, issues));
    this.issues = issues;
  }
}

const show = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : String(value));

/** A text or number is no duration. */
export class InvalidDurationError extends ConfigError {
  static readonly className: string = 'InvalidDurationError';
  override readonly name: string = 'InvalidDurationError';
  readonly code: ConfigErrorCode = 'ERR_CONFIG_DURATION';
  readonly value: unknown;

  constructor(value: unknown) {
    super(`${show(value)} is not a duration; write seconds, or a number with ms, s, m, h or d`);
    this.value = value;
  }
}

/** A text or number is no size. */
export class InvalidSizeError extends ConfigError {
  static readonly className: string = 'InvalidSizeError';
  override readonly name: string = 'InvalidSizeError';
  readonly code: ConfigErrorCode = 'ERR_CONFIG_SIZE';
  readonly value: unknown;

  constructor(value: unknown) {
    super(`${show(value)} is not a size; write bytes, or a number with kB, MB, GB, TB, KiB, MiB, GiB or TiB`);
    this.value = value;
  }
}
