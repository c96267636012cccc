import { rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '@oslofjord/services';
import type { Child } from '../real/child.ts';
import type { Deployment, Node } from '../real/deployment.ts';

/** Something that happens to a part. */
export interface Fault {
  readonly name: string;
  /** Whether every request has to succeed meanwhile. */
  readonly isDrain: boolean;
  /** Whether it ends a process of the service, and happens in few rounds, so that processes also grow old. */
  readonly isRare: boolean;
  /** Lets it happen for a while and makes it good again. */
  run(milliseconds: number): Promise<void>;
}

const fault = (name: string, run: Fault['run'], kinds: Partial<Fault> = {}): Fault => ({
  ...{ name, isDrain: false, isRare: false, run },
  ...kinds,
});

const freezeServer = (server: Server): Fault =>
  fault(`${server.name} stands still`, async (milliseconds) => {
    await server.freeze();
    await sleep(milliseconds);
    await server.resume();
  });

const killServer = (server: Server): Fault =>
  fault(`${server.name} is killed`, async (milliseconds) => {
    await server.kill();
    await sleep(milliseconds);
    await server.restart();
  });

const freezeChild = (child: Child): Fault =>
  fault(`${child.name} stands still`, async (milliseconds) => {
    child.signal('SIGSTOP');
    await sleep(milliseconds);
    child.signal('SIGCONT');
  });

const killChild = (child: Child): Fault =>
  fault(
    `${child.name} is killed`,
    async (milliseconds) => {
      await child.end('SIGKILL');
      await sleep(milliseconds / 2);
      child.start();
    },
    { isRare: true },
  );

const drainByFile = (node: Node): Fault =>
  fault(
    `${node.name} is drained by a file`,
    async (milliseconds) => {
      await writeFile(node.disableFile, '');
      await sleep(milliseconds);
      await rm(node.disableFile);
    },
    { isDrain: true },
  );

const drainBySignal = (node: Node): Fault =>
  fault(
    `${node.name} is told to end, and started again`,
    async () => {
      const code = await node.end('SIGTERM');
      if (code !== 0) throw new Error(`${node.name} ended with ${String(code)}: ${node.log}`);
      node.start();
    },
    { isDrain: true, isRare: true },
  );

/** Everything that happens, in turn. */
export const faultsOf = ({ servers, nodes, worker, collector }: Deployment): Fault[] => {
  const { postgresql, cache, keystone, rabbitmq } = servers;
  const [first, second] = nodes;
  if (first === undefined || second === undefined) return [];
  return [
    ...[drainByFile(first), killServer(cache), killChild(worker), freezeServer(postgresql)],
    ...[drainByFile(second), freezeServer(keystone), killChild(second), freezeServer(cache)],
    ...[drainBySignal(second), killServer(rabbitmq), freezeChild(first), freezeChild(worker)],
    ...[freezeServer(rabbitmq), killServer(postgresql), killServer(keystone), killChild(collector)],
  ];
};
