import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { bytesOfRecorded, type RecordedDatagram } from '../collector/recording.ts';
import { resolveDaemonOptions } from '../collector/options.ts';
import { createTally } from '../collector/tally.ts';
import { ReceiverUnavailableError } from '../errors.ts';
import { renderText } from '../exposition/text.ts';
import { loadLibc } from '../receivers/libc.ts';
import { type Command, type CommandContext, EXIT, UsageMistake } from './command.ts';

/** What the words say: ours taken out, the rest is the daemon's. */
interface ReplayWords {
  readonly file: string;
  readonly until: number;
  readonly to: string | undefined;
  readonly rest: readonly string[];
}

const readWords = ([file, ...words]: readonly string[]): ReplayWords => {
  if (file === undefined || file.startsWith('-')) throw new UsageMistake('say which file to replay');
  const rest: string[] = [];
  let until = Infinity;
  let to: string | undefined;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--until') {
      index += 1;
      until = Number(words[index]);
      if (Number.isNaN(until)) throw new UsageMistake('--until takes seconds since the recording began');
    } else if (word === '--to') {
      index += 1;
      to = words[index];
      if (to === undefined) throw new UsageMistake('--to takes the socket to send to');
    } else rest.push(word);
  }
  return { file, until, to, rest };
};

async function* recorded(file: string, until: number): AsyncGenerator<RecordedDatagram> {
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (line.trim() === '') continue;
    const datagram = JSON.parse(line) as RecordedDatagram;
    if (datagram.t > until) return;
    yield datagram;
  }
}

const show = async ({ file, until, rest }: ReplayWords, context: CommandContext): Promise<number> => {
  const { collector: options } = resolveDaemonOptions({
    arguments: rest,
    environment: context.environment,
  });
  let now = 0;
  const tally = createTally(options, {
    now: () => now,
    onRejected: () => undefined,
    onUnencodable: () => undefined,
  });
  tally.settle();
  for await (const datagram of recorded(file, until)) {
    now = datagram.time;
    tally.take(bytesOfRecorded(datagram));
  }
  tally.settle();
  context.out(renderText(tally.registry, { numbers: 'python', created: options.isOslo }));
  return EXIT.ok;
};

const send = async (file: string, until: number, to: string, context: CommandContext): Promise<number> => {
  const libc = loadLibc();
  if (libc === undefined)
    throw new ReceiverUnavailableError('datagrams cannot be sent without node:ffi or koffi');
  const descriptor = libc.socket();
  try {
    if (libc.connect(descriptor, to) < 0) throw new Error(`nobody receives at ${to}`);
    let count = 0;
    for await (const datagram of recorded(file, until)) {
      const bytes = bytesOfRecorded(datagram);
      while (libc.send(descriptor, bytes) < 0) {
        if (libc.connect(descriptor, to) < 0) throw new Error(`nobody receives at ${to} any more`);
        await pause(1, undefined, { signal: context.signal });
      }
      count += 1;
    }
    context.err(`${String(count)} datagrams sent to ${to}\n`);
    return EXIT.ok;
  } finally {
    libc.close(descriptor);
  }
};

export const replay: Command = {
  synopsis: 'FILE [--until SECONDS] [--to SOCKET] [options of daemon]',
  summary: 'shows the page as it was after a recording, or sends the recording again',
  run: async (words, context) => {
    const read = readWords(words);
    return read.to === undefined ? show(read, context) : send(read.file, read.until, read.to, context);
  },
};
