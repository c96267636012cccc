/** What a library says of itself. */
export interface LibraryDescription {
  /** The part of the package's name after the scope. */
  readonly name: string;
}

/** Answers which library this is; replace it by the first real thing. */
export const describeLibrary = (): LibraryDescription => ({ name: 'constraints' });
