import type { Arguments, Flag } from './arguments.ts';

/** Where a command runs. */
export interface CommandContext {
  /** What relative paths start from. */
  readonly directory: string;
}

/** What a command came to. */
export interface CommandResult {
  /** For standard output. */
  readonly output: string;
  /** For standard error. */
  readonly errors?: string;
  /** 0 when all is well. */
  readonly exitCode: number;
}

/** A subcommand of `oslofjord-policy`. */
export interface Command {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** What stands after the name, as in `RULE…`. */
  readonly operands?: string;
  /** More help, below the options. */
  readonly notes?: string;
  readonly flags: readonly Flag[];
  run(given: Arguments, context: CommandContext): CommandResult | Promise<CommandResult>;
}

/** Ends a command with a message and a status. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, { exitCode = 1, cause }: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}
