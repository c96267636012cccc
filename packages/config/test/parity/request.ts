/** An option of a request; JSON `null` counts as not given, except for `group`. */
export interface OptionRequest {
  readonly group?: string | null;
  readonly name: string;
  /** `string integer float boolean port list dict multistring uri host` */
  readonly type: string;
  readonly default?: unknown;
  readonly choices?: readonly unknown[];
  readonly min?: number | null;
  readonly max?: number | null;
  readonly item_type?: string;
  readonly secret?: boolean;
  readonly required?: boolean;
  readonly mutable?: boolean;
  readonly deprecated?: readonly { readonly name?: string; readonly group?: string | null }[];
  readonly deprecated_for_removal?: boolean;
}

/**
 * One line of the parity protocol. `files` are given as `--config-file` in their order, `dir` as `--config-dir`,
 * `args` after them; with `args`, every option is also one of the command line. The answer is
 * `{values: {GROUP: {name: value}}}`, with `{error: {type, message}}` in the place of a value that cannot be read,
 * or `{error: {type, message}}` when reading as a whole fails. The folder of the files is `$DIR` in messages.
 */
export interface ConfigRequest {
  readonly id?: number;
  readonly options: readonly OptionRequest[];
  readonly files?: readonly (readonly [name: string, text: string])[];
  readonly dir?: readonly (readonly [name: string, text: string])[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}
