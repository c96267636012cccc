// 32 clients, each with a connection that it keeps, one request after the other: as many as fit in the time asked for.
import { once } from 'node:events';
import { connect } from 'node:net';

const [port, path] = process.argv.slice(2);
const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n`;
let isRunning = false;
let count = 0;
let waiting = 0;
let onIdle = () => undefined;

const sockets = await Promise.all(
  Array.from({ length: 32 }, async () => {
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.setNoDelay(true);
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      if (!received.startsWith('HTTP/1.1 200')) throw new Error(received.slice(0, 200));
      received = '';
      count += 1;
      if (isRunning) socket.write(request);
      else if (--waiting === 0) onIdle();
    });
    return socket;
  }),
);

process.on('message', ({ milliseconds }) => {
  count = 0;
  isRunning = true;
  waiting = sockets.length;
  onIdle = () => process.send({ count });
  for (const socket of sockets) socket.write(request);
  setTimeout(() => {
    isRunning = false;
  }, milliseconds);
});
process.send({});
