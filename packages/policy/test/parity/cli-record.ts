import { readRecordedText } from './services.ts';

/** A command line that was run, and what it answered. */
export interface RecordedCommand {
  /** As it was typed. */
  readonly line: string;
  readonly exitCode: number;
  /** Lines of standard output. */
  readonly output: readonly string[];
}

/** The command lines recorded of oslo.policy 6.0.0; standard error was recorded in part and does not count. */
export const readRecordedCommands = (): RecordedCommand[] =>
  readRecordedText('cli.txt')
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const [line = '', ...rest] = text.split('\n');
      return {
        line: line.trim(),
        exitCode: Number(/^rc=(\d+)$/m.exec(text)?.[1]),
        output: rest.filter((one) => one.startsWith('out| ')).map((one) => one.slice(5)),
      };
    });

/**
 * The same command for `oslofjord-policy`: services are named with the place of their rules. `policy.yaml` of the
 * recorded upgrade has another name here, because other commands are to find none.
 */
export const translate = (line: string): string[] =>
  line
    .replace(/^oslopolicy-/, '')
    .replace(/--namespace (polsvc|poltwo)/, '--namespace $1=$1.json')
    .replace('--policy policy.yaml', '--policy upgrade.yaml')
    .split(' ')
    .filter((word) => word !== '');
