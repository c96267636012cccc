import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { connect } from 'node:http2';
import * as grpc from '@grpc/grpc-js';
import { originalsMissing, PYTHON } from '@oslofjord/services';
import protobuf from 'protobufjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Health, type Component } from '../../src/index.ts';
import { startGrpcHealth, type GrpcHealthServer } from '../../src/protocols.ts';

const { root } = protobuf.parse(readFileSync(new URL('health.proto', import.meta.url), 'utf8'));
const [Request, Response, ListRequest, ListResponse] = [
  'HealthCheckRequest',
  'HealthCheckResponse',
  'HealthListRequest',
  'HealthListResponse',
].map((name) => root.lookupType(`grpc.health.v1.${name}`)) as [
  protobuf.Type,
  protobuf.Type,
  protobuf.Type,
  protobuf.Type,
];

let health: Health;
let database: Component;
let server: GrpcHealthServer;
let client: grpc.Client;
beforeEach(async () => {
  health = new Health({ tick: '20ms' });
  database = health.component('database', { groups: ['readiness', 'writes'] });
  await health.start();
  server = await startGrpcHealth(health, { port: 0, services: { 'volumes.v1.Volumes': 'writes' } });
  client = new grpc.Client(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure());
});
afterEach(async () => {
  client.close();
  await server.close();
  health.close();
});
const breakIt = (): void => {
  for (let call = 0; call < 3; call += 1) database.fail(database.begin());
};
const encode =
  (type: protobuf.Type) =>
  (value: object): Buffer =>
    Buffer.from(type.encode(type.create(value)).finish());
const decode =
  (type: protobuf.Type) =>
  (bytes: Buffer): unknown =>
    type.toObject(type.decode(bytes), { enums: String, defaults: true });

const unary = async (call: string, request: Buffer, type: protobuf.Type): Promise<unknown> =>
  new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      `/grpc.health.v1.Health/${call}`,
      (bytes: Buffer) => bytes,
      decode(type),
      request,
      (error, value) => (error === null ? resolve(value) : reject(error)),
    );
  });
const check = async (service: string): Promise<string> =>
  ((await unary('Check', encode(Request)({ service }), Response)) as { status: string }).status;

test('grpc-js asks for the whole, for groups and for services', async () => {
  expect(await check('')).toBe('SERVING');
  expect(await check('liveness')).toBe('SERVING');
  expect(await check('volumes.v1.Volumes')).toBe('SERVING');
  breakIt();
  expect(await check('')).toBe('NOT_SERVING');
  expect(await check('volumes.v1.Volumes')).toBe('NOT_SERVING');
  expect(await check('liveness')).toBe('SERVING');
  await expect(check('nope')).rejects.toMatchObject({ code: grpc.status.NOT_FOUND });
  await expect(check('__proto__')).rejects.toMatchObject({ code: grpc.status.NOT_FOUND });
  await expect(unary('Nope', Buffer.alloc(0), Response)).rejects.toMatchObject({
    code: grpc.status.UNIMPLEMENTED,
  });
});

test('a shutdown makes every service one that does not serve', async () => {
  health.drain();
  expect(await check('')).toBe('NOT_SERVING');
  expect(await check('liveness')).toBe('NOT_SERVING');
});

test('List tells all', async () => {
  breakIt();
  const { statuses } = (await unary('List', encode(ListRequest)({}), ListResponse)) as {
    statuses: Record<string, { status: string }>;
  };
  const told = Object.fromEntries(Object.entries(statuses).map(([name, { status }]) => [name, status]));
  expect(told).toEqual({
    '': 'NOT_SERVING',
    liveness: 'SERVING',
    startup: 'SERVING',
    readiness: 'NOT_SERVING',
    writes: 'NOT_SERVING',
    'volumes.v1.Volumes': 'NOT_SERVING',
  });
});

test('Watch tells the state and each change, and that a service is unknown', async () => {
  const watch = (service: string): { seen: string[]; end: () => void } => {
    const seen: string[] = [];
    const stream = client.makeServerStreamRequest(
      '/grpc.health.v1.Health/Watch',
      (bytes: Buffer) => bytes,
      decode(Response),
      encode(Request)({ service }),
    );
    stream.on('data', ({ status }: { status: string }) => seen.push(status));
    stream.on('error', () => undefined);
    return { seen, end: () => stream.cancel() };
  };
  const [all, unknown] = [watch(''), watch('nope')];
  await expect.poll(() => [...all.seen, ...unknown.seen]).toEqual(['SERVING', 'SERVICE_UNKNOWN']);
  breakIt();
  await expect.poll(() => all.seen).toEqual(['SERVING', 'NOT_SERVING']);
  for (let call = 0; call < 2; call += 1) database.ok(database.begin());
  await expect.poll(() => all.seen).toEqual(['SERVING', 'NOT_SERVING', 'SERVING']);
  all.end();
  unknown.end();
});

const missing = await originalsMissing({ grpcio: '' }, ['python3-grpcio']);
test.skipIf(missing !== undefined)(
  `Python’s client understands it${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  async () => {
    const script = fileURLToPath(new URL('grpc-client.py', import.meta.url));
    const { stdout } = await promisify(execFile)(PYTHON, [
      script,
      String(server.port),
      '',
      'liveness',
      'nope',
    ]);
    expect(stdout.trim().split('\n')).toEqual(['1', '1', 'NOT_FOUND']);
  },
);

test(
  'ten thousand messages of garbage and connections of noise leave it standing',
  { timeout: 60_000 },
  async () => {
    const session = connect(`http://127.0.0.1:${server.port}`);
    session.on('error', () => undefined);
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % below;
    };
    const send = async (): Promise<void> =>
      new Promise((resolve) => {
        const stream = session.request({
          ':method': 'POST',
          ':path': `/grpc.health.v1.Health/${['Check', 'List', 'Nope'][random(3)]!}`,
          'content-type': 'application/grpc',
        });
        stream
          .on('error', () => undefined)
          .on('close', resolve)
          .resume();
        const bytes = Buffer.from(Array.from({ length: random(60) }, () => random(256)));
        const framed = Buffer.concat([Buffer.from([0, 0, 0, 0, bytes.length]), bytes]);
        stream.end(random(2) === 0 ? bytes : framed);
      });
    for (let turn = 0; turn < 100; turn += 1) await Promise.all(Array.from({ length: 100 }, send));
    session.close();
    for (let turn = 0; turn < 20; turn += 1) {
      const socket = connectTcp(server.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.end(Buffer.from(Array.from({ length: 200 }, () => random(256))));
    }
    expect(await check('')).toBe('SERVING');
  },
);
