// Sends the messages to a socket, over and over: `flood.js SOCKET`. For each line with a number of milliseconds it sends
// that long, waiting where the collector is slow, and prints how many it sent; `once` sends each once.
import { createInterface } from 'node:readline';
import koffi from 'koffi';
import { messages } from '../messages.js';

const libc = koffi.load('libc.so.6');
const send = libc.func('int64_t send(int, void *, size_t, int)');
const descriptor = libc.func('int socket(int, int, int)')(1, 2, 0);
const address = Buffer.alloc(110);
address.writeUInt16LE(1, 0);
address.write(process.argv[2] ?? '', 2);
if (libc.func('int connect(int, void *, uint32_t)')(descriptor, address, address.length) < 0) {
  throw new Error(`nobody receives at ${process.argv[2] ?? ''}`);
}
const datagrams = messages.map((text) => Buffer.from(text));

/** @param {number} milliseconds */
const flood = (milliseconds) => {
  const end = performance.now() + milliseconds;
  let count = 0;
  do {
    for (const datagram of datagrams) send(descriptor, datagram, datagram.length, 0);
    count += datagrams.length;
  } while (performance.now() < end);
  return count;
};

for await (const line of createInterface({ input: process.stdin })) {
  console.log(String(flood(line === 'once' ? 0 : Number(line))));
}
