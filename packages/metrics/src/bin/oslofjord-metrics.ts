#!/usr/bin/env node
import { runMetricsTool } from '../cli/main.ts';
import { EXIT } from '../cli/command.ts';

const ending = new AbortController();
let received: NodeJS.Signals = 'SIGTERM';
const end = (signal: NodeJS.Signals): void => {
  received = signal;
  ending.abort();
};
process.once('SIGTERM', end);
process.once('SIGINT', end);

void runMetricsTool(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  environment: process.env,
  signal: ending.signal,
}).then((code) => {
  if (code === EXIT.stuck) {
    // Everything is done but a thread that waits for a datagram, on which an ordinary end would wait for ever. Ended
    // by its signal a service counts as ended well.
    process.removeAllListeners(received);
    process.kill(process.pid, received);
    return;
  }
  process.exitCode = code;
});
