/** A file by its path, or a text that stands for one under the path by which issues shall name it. */
export type FileSource = string | { readonly path: string; readonly text: string };

/** Where values come from. What comes first here outranks what comes after. */
export interface Sources<V = unknown> {
  /** Values the program sets, whatever anyone else says. */
  readonly values?: V;
  /**
   * The command line without program and script: `--name value`, `--group-name=value`, `--flag`, `--noflag`,
   * `--config-file PATH` and `--config-dir PATH`, both repeatable. Hyphens and underscores count the same.
   */
  readonly arguments?: readonly string[];
  /** Variables named `OS_GROUP__NAME`, as in `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Files to read when the command line names none; a later one outranks an earlier one. */
  readonly files?: readonly FileSource[];
  /** Directories whose `*.conf` are read after the files, in order of name, when the command line names none. */
  readonly directories?: readonly string[];
  /** Values that take the place of declared defaults. */
  readonly defaults?: V;
  /**
   * `'oslo'` reads exactly as oslo.config 9.0.0 does, including what `divergences.ts` lists. The first problem ends
   * it, as there. @default strict
   */
  readonly compat?: 'oslo';
}
