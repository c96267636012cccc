// A service of a test: a process on a free port, ended by its id.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** @returns {Promise<number>} a port that nobody listens on */
export const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => {
        resolve(port);
      });
    });
  });

/**
 * Starts a script and waits until it answers.
 * @param {string} folder
 * @param {string} script
 * @param {number} port that it will listen on; it is told in PORT
 * @returns {Promise<{ stop: () => Promise<void> }>}
 */
export const startService = async (folder, script, port) => {
  const child = spawn(process.execPath, [script], {
    cwd: folder,
    env: { ...process.env, PORT: String(port) },
  });
  let said = '';
  child.stderr.on('data', (text) => (said += String(text)));
  const stop = async () => {
    if (child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`${script} ended: ${said}`);
    try {
      await fetch(`http://127.0.0.1:${String(port)}/nothing`, { method: 'HEAD' });
      return { stop };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  await stop();
  throw new Error(`${script} does not answer: ${said}`);
};
