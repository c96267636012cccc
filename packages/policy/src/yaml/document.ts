import type { Position } from '../errors.ts';

/** A value read from YAML, and where its top-level keys stand. */
export interface YamlDocument {
  /** The Python value of the document; null when the text holds nothing. */
  readonly value: unknown;
  /** Where the value of a top-level key starts; undefined when there is no such key. The last one counts. */
  locate(key: string): Position | undefined;
}
