/** Where a command writes, and what surrounds it. */
export interface CommandContext {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborts where the command should end: SIGTERM or SIGINT. */
  readonly signal: AbortSignal;
}

/** How a command ends. */
export const EXIT = {
  ok: 0,
  /** It could not be done. */
  failed: 1,
  /** The command line was not understood. */
  usage: 2,
  /** Done, and it found problems. */
  problems: 3,
  /** The daemon's work is done, but a thread of it cannot be ended: the process has to be. */
  stuck: 4,
} as const;

/** The command line makes no sense. */
export class UsageMistake extends Error {
  override readonly name: string = 'UsageMistake';
}

/** One of the tool's commands. */
export interface Command {
  readonly synopsis: string;
  readonly summary: string;
  readonly run: (words: readonly string[], context: CommandContext) => Promise<number>;
}
