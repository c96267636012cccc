import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A region of oslo.cache in a Python process. */
export interface PythonRegion extends AsyncDisposable {
  ask(request: unknown): Promise<unknown>;
}

/** Starts a Python process with one region, configured by options of `[cache]`. */
export const pythonRegion = (options: Readonly<Record<string, unknown>>): PythonRegion => {
  const script = fileURLToPath(new URL('oslo.py', import.meta.url));
  const child = spawn('/usr/bin/python3', [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.write(`${JSON.stringify(options)}\n`);
  return {
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const next = await lines.next();
      if (next.done === true) throw new Error(`Python ended: ${complaint.slice(-2000)}`);
      return JSON.parse(next.value) as unknown;
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
};
