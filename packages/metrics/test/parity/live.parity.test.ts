import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { originalsMissing } from '@oslofjord/services';
import { expect, test } from 'vitest';
import { effort, seed } from '../property.ts';
import { answer } from './answer.ts';
import { makeStream, Random } from './generate.ts';

const reason = await originalsMissing({ 'oslo.metrics': '0.5.0' }, ['python3-oslo.metrics']);
const LENGTH = 25;
const datagrams = 20_000 * effort;

test.skipIf(reason !== undefined)(
  `the oslo.metrics of this machine has the same page after ${String(datagrams)} random datagrams${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  { timeout: 120_000 + datagrams },
  async () => {
    const random = new Random(seed);
    const python = spawn('/usr/bin/python3', [fileURLToPath(new URL('oracle.py', import.meta.url))], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
    try {
      for (let done = 0; done < datagrams; done += LENGTH) {
        const stream = makeStream(random, LENGTH).map((bytes) => bytes.toString('base64'));
        python.stdin.write(`${JSON.stringify(stream)}\n`);
        const { text } = answer({ replay: stream.map((b64) => ({ b64 })) }) as { text: string };
        const theirs = JSON.parse((await answers.next()).value as string) as string;
        if (text !== theirs) {
          const shown = `PROPERTY_SEED=${String(seed)}, datagram ${String(done)}: ${JSON.stringify(stream)}`;
          expect(text, shown).toBe(theirs);
        }
      }
    } finally {
      python.stdin.end();
      await once(python, 'close');
    }
  },
);
