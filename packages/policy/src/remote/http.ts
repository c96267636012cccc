import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { RemoteCheck } from '../checks/check.ts';
import { remoteUnknownChannel } from '../channels.ts';
import { withSystem } from '../checks/credentials.ts';
import type { AskRemote, Question } from '../checks/walk.ts';
import { EvaluationError, RemoteCheckError } from '../errors.ts';
import type { ResolvedPolicyOptions } from '../options.ts';
import { dumpJson } from '../python/json.ts';
import { entriesOf, isDict, Opaque, typeName } from '../python/values.ts';

/** A server's answer: the status and the body as text. */
export interface RemoteAnswer {
  readonly status: number;
  readonly body: string;
}

/** An answer of a server that is neither `True` nor `False`; the decision as a whole is a denial. */
export class UnknownAnswer extends Error {
  override readonly name = 'UnknownAnswer';
}

type Options = Pick<
  ResolvedPolicyOptions,
  | 'compat'
  | 'remoteConcurrency'
  | 'remoteContentType'
  | 'remoteSslCaCrtFile'
  | 'remoteSslClientCrtFile'
  | 'remoteSslClientKeyFile'
  | 'remoteSslVerifyServerCrt'
  | 'remoteTimeout'
>;

const MAX_REDIRECTS = 30;
const MAX_BODY_BYTES = 1_000_000;

/** Opaque objects at the top of the target are sent as empty ones. */
const plainTarget = (target: unknown): unknown => {
  if (!isDict(target)) {
    throw new EvaluationError('AttributeError', `'${typeName(target)}' object has no attribute 'keys'`);
  }
  return new Map(
    Array.from(entriesOf(target), ([key, value]) => [
      key,
      value instanceof Opaque && value.type === 'object' ? {} : value,
    ]),
  );
};

/** The body of the request: rule, target and credentials, each a JSON text of its own in a form. */
const payloadOf = (question: Question, contentType: Options['remoteContentType']): string => {
  const rule = question.context.currentRule;
  const target = plainTarget(question.target);
  const credentials = withSystem(question.credentials);
  if (contentType === 'application/json')
    return dumpJson(
      new Map<string, unknown>([
        ['rule', rule],
        ['target', target],
        ['credentials', credentials],
      ]),
    );
  return new URLSearchParams({
    rule: dumpJson(rule),
    target: dumpJson(target),
    credentials: dumpJson(credentials),
  }).toString();
};

const readable = (name: string, path: string): Buffer => {
  if (!existsSync(path)) throw new EvaluationError('RuntimeError', `Unable to find ${name}  : ${path}`);
  try {
    accessSync(path, constants.R_OK);
    return readFileSync(path);
  } catch (cause) {
    throw new EvaluationError('RuntimeError', `Unable to access ${name}  : ${path}`, { cause });
  }
};

const tlsOptions = (options: Options): RequestOptions & Record<string, unknown> => {
  const { remoteSslClientCrtFile: cert, remoteSslClientKeyFile: key, remoteSslCaCrtFile: ca } = options;
  return {
    ...(cert ? { cert: readable('ssl cert_file', cert) } : {}),
    ...(key ? { key: readable('ssl key_file', key) } : {}),
    ...(options.remoteSslVerifyServerCrt && ca ? { ca: readable('ca cert_file', ca) } : {}),
    rejectUnauthorized: options.remoteSslVerifyServerCrt,
  };
};

const charsetOf = (response: IncomingMessage): string =>
  /charset=["']?([^"';\s]+)/i.exec(response.headers['content-type'] ?? '')?.[1] ?? 'utf-8';

const decodeBody = (bytes: Buffer, charset: string): string => {
  try {
    return new TextDecoder(charset, { ignoreBOM: charset.toLowerCase() === 'utf-8' }).decode(bytes);
  } catch {
    return bytes.toString('utf8');
  }
};

const readBody = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return decodeBody(Buffer.concat(chunks), charsetOf(response));
};

interface Call {
  readonly url: URL;
  readonly method: 'POST' | 'GET';
  readonly body: string;
}

const send = ({ url, method, body }: Call, options: Options, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const headers =
      method === 'GET'
        ? {}
        : { 'content-type': options.remoteContentType, 'content-length': Buffer.byteLength(body) };
    const request = (isSecure ? requestHttps : requestHttp)(
      url,
      {
        method,
        headers: { accept: '*/*', ...headers },
        signal,
        agent: false,
        ...(isSecure ? tlsOptions(options) : {}),
      },
      resolve,
    );
    request.on('error', reject);
    request.end(method === 'GET' ? undefined : body);
  });

const redirectOf = (response: IncomingMessage, call: Call): Call | undefined => {
  const { statusCode: status = 0, headers } = response;
  if (headers.location === undefined || ![301, 302, 303, 307, 308].includes(status)) return undefined;
  const url = new URL(headers.location, call.url);
  return { ...call, url, method: status < 304 ? 'GET' : call.method };
};

/** Asks once; Oslo follows redirects, the strict mode takes them for an unknown answer. */
const ask = async (first: Call, options: Options): Promise<RemoteAnswer> => {
  const signal = AbortSignal.timeout(options.remoteTimeout);
  let call = first;
  try {
    for (let redirects = 0; ; redirects++) {
      const response = await send(call, options, signal);
      const next = options.compat === 'oslo' ? redirectOf(response, call) : undefined;
      if (next === undefined) return { status: response.statusCode ?? 0, body: await readBody(response) };
      response.resume();
      if (redirects >= MAX_REDIRECTS) throw new Error('too many redirects');
      call = next;
    }
  } catch (cause) {
    if (cause instanceof EvaluationError) throw cause;
    const server = first.url.origin;
    if (signal.aborted)
      throw new RemoteCheckError('RuntimeError', server, 'Timeout in REST API call', { cause });
    throw new RemoteCheckError('ConnectionError', server, cause instanceof Error ? cause.message : '', {
      cause,
    });
  }
};

const stripQuotes = (body: string): string => body.replace(/^"+/, '').replace(/"+$/, '');

/** What an answer decides. Oslo looks at the body only, and takes everything but `True` for a denial. */
const decide = ({ status, body }: RemoteAnswer, server: string, isOslo: boolean): boolean => {
  const text = stripQuotes(body);
  if (isOslo) return text === 'True';
  if (status === 200 && (text === 'True' || text === 'False')) return text === 'True';
  if (remoteUnknownChannel.hasSubscribers) remoteUnknownChannel.publish({ server, status });
  throw new UnknownAnswer(`${server} answered neither True nor False`);
};

const parseUrl = (address: string): URL => {
  try {
    return new URL(address);
  } catch (cause) {
    throw new EvaluationError('ValueError', 'the address of a remote check is no URL', { cause });
  }
};

/** Lets a number of tasks run at a time; the others wait for their turn, in order. */
const limitOf = (maximum: number): (<Result>(task: () => Promise<Result>) => Promise<Result>) => {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= maximum) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      // The place goes on to whoever waits longest.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
};

/**
 * Asks remote servers about `http:` and `https:` checks, a limited number at a time. Unless `compat: 'oslo'`, questions
 * that are the same in every byte and asked at the same time share one answer.
 * @throws RemoteCheckError (ERR_POLICY_REMOTE_CHECK) when a server cannot be reached in time
 * @throws EvaluationError (RuntimeError) when a certificate or key file cannot be read
 * @parity oslo.policy 6.0.0 _external.py HttpCheck, HttpsCheck — same with `compat: 'oslo'`
 */
export const createRemote = (options: Options): AskRemote => {
  const isOslo = options.compat === 'oslo';
  const limit = limitOf(options.remoteConcurrency);
  const asked = new Map<string, Promise<boolean>>();
  return async (_check: RemoteCheck, address: string, question: Question): Promise<boolean> => {
    const url = parseUrl(address);
    const call: Call = { url, method: 'POST', body: payloadOf(question, options.remoteContentType) };
    const start = (): Promise<boolean> =>
      limit(async () => decide(await ask(call, options), url.origin, isOslo));
    if (isOslo) return start();
    const key = `${url.href}\n${call.body}`;
    const known = asked.get(key);
    if (known !== undefined) return known;
    const answer = start().finally(() => asked.delete(key));
    asked.set(key, answer);
    return answer;
  };
};
