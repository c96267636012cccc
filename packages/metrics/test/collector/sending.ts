import { loadLibc } from '../../src/receivers/libc.ts';

const libc = loadLibc();

const EAGER = 500;

/** Sends datagrams, each as soon as there is room for it. */
export const sendDatagrams = async (path: string, datagrams: readonly (string | Buffer)[]): Promise<void> => {
  if (libc === undefined) throw new Error('neither node:ffi nor koffi is there');
  const descriptor = libc.socket();
  try {
    if (libc.connect(descriptor, path) < 0) throw new Error(`nobody receives at ${path}`);
    const end = performance.now() + 20_000;
    for (const datagram of datagrams) {
      const bytes = Buffer.from(datagram);
      for (let tries = 0; libc.send(descriptor, bytes) < 0; tries += 1) {
        // There is room again in microseconds, or somebody is really slow.
        if (tries < EAGER) continue;
        if (performance.now() > end) throw new Error('there was no room for a datagram in time');
        await new Promise((resolve) => {
          setTimeout(resolve, 1);
        });
      }
    }
  } finally {
    libc.close(descriptor);
  }
};

/** Whether somebody receives at a path. */
export const isReceiving = (path: string): boolean => {
  if (libc === undefined) throw new Error('neither node:ffi nor koffi is there');
  const descriptor = libc.socket();
  const answer = libc.connect(descriptor, path);
  libc.close(descriptor);
  return answer >= 0;
};

/** A message of oslo.messaging's client, with one method of its own. */
export const startMessage = (method: string, process_ = 'p'): string =>
  `{"module": "oslo_messaging", "name": "rpc_client_invocation_start_total", "action": {"value": null, "action": "inc"}, "labels": {"call_type": "call", "exchange": null, "topic": "t", "namespace": null, "version": null, "server": null, "fanout": null, "method": ${JSON.stringify(method)}, "timeout": null, "process": ${JSON.stringify(process_)}}}`;

/** Waits until something is so. */
export const until = async (condition: () => unknown, what: string, milliseconds = 20_000): Promise<void> => {
  const end = performance.now() + milliseconds;
  while (!(await condition())) {
    if (performance.now() > end)
      throw new Error(`in ${String(milliseconds)} ms it did not come to pass: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
};

/** The sum of all samples of a name on a text page. */
export const totalOf = (page: string, name: string): number =>
  page
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
