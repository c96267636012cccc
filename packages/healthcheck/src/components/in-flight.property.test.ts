// Law: the ring of counters knows of calls what a list of them would, however the clock jumps; nothing falls below zero.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InFlight } from './in-flight.ts';

const runs = 300 * Number(process.env.PROPERTY_RUNS ?? 1);
const seed = Number(process.env.PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));

const step = fc.oneof(
  fc.constant({ kind: 'begin' as const }),
  fc.record({ kind: fc.constant('end' as const), which: fc.nat(20), isOk: fc.boolean() }),
  fc.record({ kind: fc.constant('advance' as const), by: fc.constantFrom(1, 1, 1, 2, 3, 7, 8, 9, 40) }),
  fc.record({ kind: fc.constant('writeOff' as const), ago: fc.nat(4) }),
);

test('calls in flight are counted as a list of them would', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 6 }), (steps, limit) => {
      let now = 1000;
      const ring = new InFlight(now, limit, 0.5);
      let open: { begun: number; isWrittenOff: boolean }[] = [];
      const oks: number[] = [];
      let before = -1;
      for (const one of steps) {
        switch (one.kind) {
          case 'begin':
            ring.begin();
            open.push({ begun: now, isWrittenOff: false });
            break;
          case 'end': {
            const call = open[one.which];
            if (call === undefined) break;
            if (one.isOk) ring.endOk(call.begun);
            else ring.end(call.begun);
            if (one.isOk) oks.push(now);
            // Calls of one tick are alike: whichever of them ends, the same is left.
            open = open.filter((other) => other !== call);
            break;
          }
          case 'advance':
            now += one.by;
            ring.advance(now);
            break;
          case 'writeOff':
            // The state machine writes off up to a moment that only goes forward, and leaves nothing ancient behind.
            if (now - one.ago <= before || now - one.ago > now) break;
            before = now - one.ago;
            if (open.some(({ begun, isWrittenOff }) => !isWrittenOff && begun >= before && now - begun > 7))
              break;
            ring.writeOff(before);
            open = open.map((call) => (call.begun < before ? { ...call, isWrittenOff: true } : call));
            break;
        }
        const counted = open.filter(({ isWrittenOff }) => !isWrittenOff);
        expect(ring.count).toBe(counted.length);
        expect(ring.abandoned).toBe(open.length - counted.length);
        const stuck = counted.filter(({ begun }) => now - begun >= limit).length;
        const ended = oks.filter((at) => at > now - limit).length;
        const most = stuck > 0 && stuck >= 0.5 * (stuck + ended);
        expect(ring.stuck).toBe(stuck === 0 ? 'none' : most ? 'most' : 'some');
      }
    }),
    { numRuns: runs, seed },
  );
});
