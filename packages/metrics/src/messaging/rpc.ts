import { RpcRemoteError } from '../errors.ts';

/** Methods by name. */
export type RpcEndpoint = Readonly<Record<string, (args: never) => unknown>>;

/** What a server serves: endpoints by name, of which each has methods. */
export type RpcEndpoints = Readonly<Record<string, RpcEndpoint>>;

/** What travels to a server. */
export interface RpcRequest {
  readonly method: string;
  readonly args: unknown;
  readonly namespace?: string;
  readonly version?: string;
}

/** What travels back. */
export type RpcReply =
  { readonly result: unknown } | { readonly error: { readonly type: string; readonly message: string } };

/** @returns the first endpoint that has a method, and the method */
export const findMethod = (
  endpoints: RpcEndpoints,
  method: string,
): { readonly endpoint: string; readonly run: (args: unknown) => unknown } | undefined => {
  for (const [endpoint, methods] of Object.entries(endpoints)) {
    const found = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (found !== undefined) return { endpoint, run: found as (args: unknown) => unknown };
  }
  return undefined;
};

export const encodeRequest = (request: RpcRequest): Buffer => Buffer.from(JSON.stringify(request));

/** @returns what a message asks for; undefined where it is no request */
export const decodeRequest = (bytes: Uint8Array): RpcRequest | undefined => {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString()) as Partial<RpcRequest> | null;
    return typeof value?.method === 'string' ? (value as RpcRequest) : undefined;
  } catch {
    return undefined;
  }
};

export const encodeReply = (reply: RpcReply): Buffer =>
  Buffer.from(JSON.stringify('result' in reply ? { result: reply.result ?? null } : reply));

/** @throws RpcRemoteError where the server failed */
export const decodeReply = (bytes: Uint8Array): unknown => {
  const reply = JSON.parse(Buffer.from(bytes).toString()) as RpcReply;
  if ('error' in reply) throw new RpcRemoteError(reply.error.type, reply.error.message);
  return reply.result;
};

export const failureOf = (error: unknown): RpcReply => ({
  error: {
    type: error instanceof Error ? error.name : typeof error,
    message: error instanceof Error ? error.message : String(error),
  },
});
