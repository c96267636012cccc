/** Where a command writes, and what surrounds it. */
export interface CommandContext {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** How a command ends; kept from `nova-manage limits`. */
export const EXIT = {
  /** Done, or nothing to do. */
  ok: 0,
  /** It could not be done. */
  failed: 1,
  /** The command was not understood, or there are changes to make. */
  changes: 2,
  /** Resources are not registered, or Keystone would refuse. */
  missing: 3,
} as const;

/** The command line makes no sense. */
export class UsageMistake extends Error {
  override readonly name: string = 'UsageMistake';
}
