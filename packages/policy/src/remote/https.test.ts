import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificates } from '@oslofjord/services';
import { afterEach, describe, expect, test } from 'vitest';
import { Enforcer } from '../enforcer.ts';
import { EvaluationError, RemoteCheckError } from '../errors.ts';
import { enforceAll } from './batch.ts';
import type { PolicyOptions } from '../options.ts';

const files = await certificates();
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A policy server that allows whoever shows a certificate, or anybody. */
const serve = async (wantsCertificate = false): Promise<string> => {
  server = createServer(
    {
      key: readFileSync(files.serverKey),
      cert: readFileSync(files.serverCertificate),
      ca: readFileSync(files.ca),
      requestCert: wantsCertificate,
      rejectUnauthorized: false,
    },
    (request, response) => {
      request.resume();
      response.end(
        !wantsCertificate || ('authorized' in request.socket && request.socket.authorized === true)
          ? 'True'
          : 'False',
      );
    },
  );
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const decide = (address: string, options: PolicyOptions): Promise<boolean> =>
  new Enforcer({ rules: { r: `https://${address}/` }, useConf: false, ...options }).enforceAsync('r', {}, {});

describe('https checks', () => {
  test('a server whose certificate nobody vouches for is not believed', async () => {
    await expect(decide(await serve(), {})).rejects.toBeInstanceOf(RemoteCheckError);
  });

  test('a server vouched for by the authority that the options name is believed', async () => {
    expect(await decide(await serve(), { remoteSslCaCrtFile: files.ca })).toBe(true);
  });

  test('as Oslo has it, any certificate will do', async () => {
    expect(await decide(await serve(), { compat: 'oslo' })).toBe(true);
  });

  test('the client shows its own certificate', async () => {
    const address = await serve(true);
    const options = { remoteSslCaCrtFile: files.ca };
    expect(await decide(address, options)).toBe(false);
    expect(
      await decide(address, {
        ...options,
        remoteSslClientCrtFile: files.clientCertificate,
        remoteSslClientKeyFile: files.clientKey,
      }),
    ).toBe(true);
  });

  test('a certificate file that is not there is named', async () => {
    const missing = join(tmpdir(), 'no-such-authority.pem');
    await expect(decide(await serve(), { remoteSslCaCrtFile: missing })).rejects.toThrow(EvaluationError);
    await expect(decide(await serve(), { remoteSslCaCrtFile: missing })).rejects.toThrow(missing);
  });

  test('a key that is none is an error, not a denial', async () => {
    const key = join(mkdtempSync(join(tmpdir(), 'policy-tls-')), 'key.pem');
    writeFileSync(key, 'no key');
    const options = { remoteSslClientCrtFile: files.clientCertificate, remoteSslClientKeyFile: key };
    await expect(decide(await serve(true), options)).rejects.toBeInstanceOf(RemoteCheckError);
  });
});

describe('many remote checks at once', () => {
  /** A plain server that counts how many questions it has open at a time. */
  const counting = async (): Promise<{
    address: string;
    most: () => number;
    asked: () => number;
    close: () => void;
  }> => {
    let [open, most, asked] = [0, 0, 0];
    const plain = createPlainServer((request, response) => {
      request.resume();
      open += 1;
      asked += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.end('True');
      }, 20);
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    return {
      address: `127.0.0.1:${(plain.address() as AddressInfo).port}`,
      most: () => most,
      asked: () => asked,
      close: () => plain.close(),
    };
  };

  test('no more are open than the options allow, and all are answered in order', async () => {
    const plain = await counting();
    const enforcer = new Enforcer({
      rules: { r: `http://${plain.address}/%(id)s` },
      useConf: false,
      remoteConcurrency: 4,
    });
    const requests = Array.from({ length: 20 }, (_, id) => ({ rule: 'r', target: { id }, requester: {} }));
    expect(await enforceAll(enforcer, requests)).toEqual(requests.map(() => true));
    expect([plain.most(), plain.asked()]).toEqual([4, 20]);
    plain.close();
  });

  test('the same question is asked once', async () => {
    const plain = await counting();
    const enforcer = new Enforcer({ rules: { r: `http://${plain.address}/` }, useConf: false });
    const request = { rule: 'r', target: { id: 1 }, requester: { roles: ['a'] } };
    expect(await enforceAll(enforcer, [request, request, request])).toEqual([true, true, true]);
    expect(plain.asked()).toBe(1);
    plain.close();
  });
});
