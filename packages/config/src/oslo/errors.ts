/** Kinds of error of oslo.config and of Python that reading a configuration can end with. */
export type OsloErrorKind =
  | 'AttributeError'
  | 'ConfigDirNotFoundError'
  | 'ConfigFileParseError'
  | 'ConfigFileValueError'
  | 'ConfigFilesNotFoundError'
  | 'ConfigFilesPermissionDeniedError'
  | 'ConfigSourceValueError'
  | 'DefaultValueError'
  | 'DuplicateOptError'
  | 'IsADirectoryError'
  | 'KeyError'
  | 'NoSuchGroupError'
  | 'NoSuchOptError'
  | 'OverflowError'
  | 'RecursionError'
  | 'RequiredOptError'
  | 'SystemExit'
  | 'TemplateSubstitutionError'
  | 'TypeError'
  | 'UnicodeDecodeError'
  | 'ValueError';

const VALUE_ERRORS: ReadonlySet<OsloErrorKind> = new Set([
  'ConfigFileValueError',
  'ConfigSourceValueError',
  'DefaultValueError',
  'UnicodeDecodeError',
  'ValueError',
]);

/** An error as oslo.config would raise it. Internal: callers of the package get a `ConfigurationError`. */
export class OsloError extends Error {
  override readonly name: string = 'OsloError';
  readonly kind: OsloErrorKind;
  /** The message without what a file says there, which may be a secret. */
  readonly safeMessage: string;

  constructor(kind: OsloErrorKind, message: string, safeMessage: string = message) {
    super(message);
    this.kind = kind;
    this.safeMessage = safeMessage;
  }

  /** Whether Python's `except ValueError` would catch it. */
  get isValueError(): boolean {
    return VALUE_ERRORS.has(this.kind);
  }
}

/** The `OsloError` that `run` throws, or `undefined`; anything else thrown passes. */
export const caught = (run: () => void): OsloError | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof OsloError) return error;
    throw error;
  }
};
