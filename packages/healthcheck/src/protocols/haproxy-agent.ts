import { createServer, type Server } from 'node:net';
import type { Health } from '../health.ts';

/** Where HAProxy's agent check is answered. */
export interface AgentOptions {
  readonly port: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** 1 to 100: the share of its weight that a node wants, by how busy its event loop is (0 to 1). @default full below half, then less */
  readonly weightOf?: (utilization: number) => number;
}

/** Full weight below half of a busy loop, a tenth from 95 % on. */
const defaultWeight = (utilization: number): number =>
  100 - 90 * Math.min(1, Math.max(0, (utilization - 0.5) / 0.45));

/** The line that HAProxy is told: `up ready 80%`, `drain`, `down # UNAVAILABLE`. */
export const agentLine = (
  health: Health,
  weightOf: (utilization: number) => number = defaultWeight,
): string => {
  const { status, reasons } = health.standing('readiness');
  if (status !== 'fail') {
    const weight = Math.min(100, Math.max(1, Math.round(weightOf(health.loop.utilization))));
    // `ready` ends what `drain` began.
    return `up ready ${weight}%\n`;
  }
  // What leaves on purpose finishes its work; what is ill gets nothing more.
  const isIll = health.standingOfComponents('readiness').status === 'fail' && health.phase !== 'draining';
  const why = reasons.filter((reason) => reason !== '' && reason !== 'OK').join(', ');
  return isIll ? `down # ${why.replace(/[^\x20-\x7e]/g, '?')}\n` : 'drain\n';
};

/**
 * Answers HAProxy's agent checks: `agent-check agent-port …`. The weight follows the load, so that a node that is too
 * busy gets less. Resolves when it listens; keeps no process alive.
 */
export const startHaproxyAgent = async (health: Health, options: AgentOptions): Promise<Server> => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.setTimeout(2000, () => socket.destroy());
    socket.end(agentLine(health, options.weightOf));
  });
  server.maxConnections = 64;
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server;
};
