import { sharedArena, type SharedArenaMemory } from '../arenas/shared.ts';
import type { CardinalityReport } from '../cardinality/report.ts';
import { receiverOf } from '../receivers/receiver.ts';
import type { RejectionReason } from '../wire/message.ts';
import { CONTROL, type Control } from './control.ts';
import { Recording } from './recording.ts';
import { createTally, type TallyOptions } from './tally.ts';

/** What a receiving thread is started with. */
export interface ReceivingData extends TallyOptions {
  readonly memory: SharedArenaMemory;
  readonly control: Control;
  readonly isPlain: boolean;
  /** Whether the socket outlives this process, and with it what waits there. */
  readonly isInherited: boolean;
  /** Where datagrams are recorded; undefined for nowhere. */
  readonly recordFile: string | undefined;
}

/** What the thread tells the collector. */
export type News =
  /** It has declared its metrics and begins to receive. */
  | { readonly type: 'ready' }
  /** Datagrams that were turned away for one reason since it was last told, and what was wrong with the last. */
  | {
      readonly type: 'rejected';
      readonly reason: RejectionReason;
      readonly message: string;
      readonly count: number;
    }
  /** Who writes too many series. */
  | { readonly type: 'cardinality'; readonly report: readonly CardinalityReport[] };

/** How often the thread tells of one reason. */
const NEWS_INTERVAL = 1000;
/** How often it looks for expired series. */
const EXPIRY_INTERVAL = 10_000;

/** Tells of rejections, of each reason once a second at most. */
const calmly = (tell: (news: News) => void): ((reason: RejectionReason, message: string) => void) => {
  const pending = new Map<RejectionReason, { count: number; told: number }>();
  return (reason, message) => {
    const now = Date.now();
    const known = pending.get(reason) ?? { count: 0, told: -Infinity };
    known.count += 1;
    pending.set(reason, known);
    if (now - known.told < NEWS_INTERVAL) return;
    tell({ type: 'rejected', reason, message, count: known.count });
    known.count = 0;
    known.told = now;
  };
};

/**
 * Receives and counts until it should end: the work of the receiving thread, which does nothing else, so that neither
 * who scrapes nor what else the process does keeps senders waiting.
 */
export const receiveUntilStopped = (data: ReceivingData, tell: (news: News) => void): void => {
  const { memory, control, isPlain, isInherited, recordFile } = data;
  let now = Date.now();
  const tally = createTally(data, {
    arena: sharedArena(memory),
    now: () => now,
    onRejected: calmly(tell),
    onUnencodable: () => {
      Atomics.store(control, CONTROL.unencodable, 1);
    },
  });
  const recording = recordFile === undefined ? undefined : new Recording(recordFile);
  let descriptor = Atomics.load(control, CONTROL.descriptor);
  let receiver = receiverOf(descriptor, isPlain);
  let count = 0;
  const take = (bytes: Buffer): void => {
    // The end of a socket reads as an empty datagram, and what wakes a thread up to end it is no message either.
    const isEnding = Atomics.load(control, CONTROL.stop) !== 0;
    const isMoving = Atomics.load(control, CONTROL.descriptor) !== descriptor;
    if (bytes.length === 0 && (isEnding || isMoving)) return;
    if (isPlain && isEnding) return;
    if (count % CLOCK === 0) now = Date.now();
    count += 1;
    recording?.note(bytes, now);
    tally.take(bytes);
  };
  /** Counts what waits in a socket that nobody can send to any more. */
  const drain = (): void => {
    for (let before = -1; count !== before;) {
      before = count;
      receiver.receive(take);
    }
  };
  let reports = 0;
  let looked = now;
  tally.settle();
  tell({ type: 'ready' });
  while (Atomics.load(control, CONTROL.stop) === 0) {
    const wanted = Atomics.load(control, CONTROL.descriptor);
    if (wanted !== descriptor) {
      drain();
      descriptor = wanted;
      receiver = receiverOf(descriptor, isPlain);
    }
    const before = count;
    receiver.receive(take);
    if (count === before || count % CLOCK === 0) now = Date.now();
    recording?.flush();
    tally.settle();
    const asked = Atomics.load(control, CONTROL.report);
    if (asked !== reports) {
      reports = asked;
      tell({ type: 'cardinality', report: tally.registry.cardinality() });
    }
    if (now - looked > EXPIRY_INTERVAL) {
      looked = now;
      tally.registry.expire();
    }
  }
  if (!isInherited) drain();
  recording?.close();
};

/** How many datagrams share one look at the clock, where they come without a pause. */
const CLOCK = 16;
