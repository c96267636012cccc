/** Versions that were tested together. */
export interface TestedSet {
  /** The series that they belong to, such as `2026.2`. */
  readonly series: string;
  /** Package → version, such as `{ '@oslofjord/cache': '0.2.0' }`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Package → what it needs → the lowest and the highest version that it was tested with. */
  readonly dependencies: Readonly<
    Record<string, Readonly<Record<string, readonly [lowest: string, highest: string]>>>
  >;
}
