import { appendFileSync } from 'node:fs';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type CollectorRejectedEvent, collectorRejected } from '../channels.ts';
import { runCollector } from '../collector/collector.ts';
import { type DaemonOptions, resolveDaemonOptions } from '../collector/options.ts';
import { type Command, type CommandContext, EXIT, UsageMistake } from './command.ts';

const logger = (file: string | undefined, err: (text: string) => void): ((line: string) => void) => {
  const write = (line: string): string => `${new Date().toISOString()} ${line}\n`;
  return (line) => {
    if (file === undefined) err(write(line));
    else appendFileSync(file, write(line));
  };
};

const serve = async (
  { collector: options, isDebugging, logFile }: DaemonOptions,
  { environment, err, signal }: CommandContext,
): Promise<number> => {
  const note = logger(logFile, err);
  const onRejected = (event: unknown): void => {
    const { reason, message, count } = event as CollectorRejectedEvent;
    const detail = isDebugging ? `: ${message}` : '';
    note(`WARNING ${String(count)} datagrams were not counted (${reason})${detail}`);
  };
  subscribe(collectorRejected.name, onRejected);
  try {
    const collector = await runCollector(options, {
      environment,
      onRequest: (line) => {
        note(`INFO ${line}`);
      },
    });
    note(`INFO ${collector.url} shows what is received at ${options.socketFile} by ${collector.receiver}`);
    if (!signal.aborted) await once(signal, 'abort');
    const hasEnded = await collector.close();
    note('INFO ended');
    return hasEnded ? EXIT.ok : EXIT.stuck;
  } finally {
    unsubscribe(collectorRejected.name, onRejected);
  }
};

const optionsOf = (words: readonly string[], { environment }: CommandContext): DaemonOptions =>
  resolveDaemonOptions({ arguments: words, environment });

export const daemon: Command = {
  synopsis: '[--config-file FILE] [--config-dir FOLDER] [--oslo-metrics-OPTION VALUE]',
  summary: 'receives and shows metrics, as oslo-metrics does; also without the word daemon',
  run: (words, context) => serve(optionsOf(words, context), context),
};

export const record: Command = {
  synopsis: 'FILE [options of daemon]',
  summary: 'does what daemon does, and appends every datagram to a file',
  run: ([file, ...words], context) => {
    if (file === undefined || file.startsWith('-')) throw new UsageMistake('say which file to append to');
    const options = optionsOf(words, context);
    return serve({ ...options, collector: { ...options.collector, recordFile: file } }, context);
  },
};
