import { createRequire } from 'node:module';

/**
 * The few functions of the C library that datagrams need and Node.js does not offer, on 64-bit Linux. A negative answer
 * means that the system refused.
 */
export interface Libc {
  /** How it is called: `node:ffi` or `koffi`. */
  readonly name: 'node:ffi' | 'koffi';
  /** A new datagram socket of the Unix family. */
  socket(): number;
  bind(descriptor: number, path: string): number;
  connect(descriptor: number, path: string): number;
  /** Makes receiving wait at most this long. */
  setReceiveTimeout(descriptor: number, milliseconds: number): number;
  /** Makes reads wait, whoever made the socket. */
  setBlocking(descriptor: number): number;
  /** Fills as many `mmsghdr` as there are datagrams, at least one, and answers how many. */
  receiveMany(descriptor: number, headers: Buffer, count: number): number;
  /** Sends without waiting. */
  send(descriptor: number, bytes: Buffer): number;
  /** Lets nobody send any more; what waits can still be received. */
  shutdown(descriptor: number): number;
  close(descriptor: number): number;
  /** Where a buffer lies. It must not be collected while the address is in use. */
  addressOf(buffer: Buffer): bigint;
}

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2_000_000;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_WAITFORONE = 0x1_0000;
const SHUT_RD = 0;
const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

/** Of the path in an address of the Unix family, its end included. */
export const MOST_PATH_BYTES = 107;

const socketAddress = (path: string): Buffer => {
  const address = Buffer.alloc(2 + MOST_PATH_BYTES + 1);
  address.writeUInt16LE(AF_UNIX, 0);
  address.write(path, 2);
  return address;
};

/** The functions as they are called, with addresses as both ways of calling take them. */
interface Functions {
  socket(domain: number, type: number, protocol: number): number;
  bind(descriptor: number, address: unknown, length: number): number;
  connect(descriptor: number, address: unknown, length: number): number;
  setsockopt(descriptor: number, level: number, name: number, value: unknown, length: number): number;
  fcntl(descriptor: number, command: number, value: number): number;
  recvmmsg(descriptor: number, headers: unknown, count: number, flags: number, timeout: unknown): number;
  send(descriptor: number, bytes: unknown, length: unknown, flags: number): number | bigint;
  shutdown(descriptor: number, how: number): number;
  close(descriptor: number): number;
}

const over = (
  name: Libc['name'],
  functions: Functions,
  pointer: (buffer: Buffer) => unknown,
  nothing: unknown,
  size: (bytes: number) => unknown,
  addressOf: (buffer: Buffer) => bigint,
): Libc => {
  const withAddress = (call: 'bind' | 'connect', descriptor: number, path: string): number => {
    const address = socketAddress(path);
    return functions[call](descriptor, pointer(address), address.length);
  };
  return {
    name,
    addressOf,
    socket: () => functions.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0),
    bind: (descriptor, path) => withAddress('bind', descriptor, path),
    connect: (descriptor, path) => withAddress('connect', descriptor, path),
    setReceiveTimeout: (descriptor, milliseconds) => {
      const time = Buffer.alloc(16);
      time.writeBigInt64LE(BigInt(Math.floor(milliseconds / 1000)), 0);
      time.writeBigInt64LE(BigInt((milliseconds % 1000) * 1000), 8);
      return functions.setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, pointer(time), time.length);
    },
    setBlocking: (descriptor) =>
      functions.fcntl(descriptor, F_SETFL, functions.fcntl(descriptor, F_GETFL, 0) & ~O_NONBLOCK),
    receiveMany: (descriptor, headers, count) =>
      functions.recvmmsg(descriptor, pointer(headers), count, MSG_WAITFORONE, nothing),
    send: (descriptor, bytes) =>
      Number(functions.send(descriptor, pointer(bytes), size(bytes.length), MSG_DONTWAIT | MSG_NOSIGNAL)),
    shutdown: (descriptor) => functions.shutdown(descriptor, SHUT_RD),
    close: (descriptor) => functions.close(descriptor),
  };
};

/** What of `node:ffi` is used. */
interface NodeFfi {
  dlopen(
    library: string,
    functions: Record<string, { readonly arguments: readonly string[]; readonly return: string }>,
  ): { readonly functions: unknown };
  getRawPointer(buffer: Buffer): bigint;
}

const overNode = (): Libc | undefined => {
  const ffi = process.getBuiltinModule('node:ffi' as 'node:fs') as unknown as NodeFfi | undefined;
  if (ffi === undefined) return undefined;
  const int = (...types: readonly string[]): { arguments: readonly string[]; return: string } => ({
    arguments: types,
    return: 'i32',
  });
  try {
    const { functions } = ffi.dlopen('libc.so.6', {
      socket: int('i32', 'i32', 'i32'),
      bind: int('i32', 'pointer', 'u32'),
      connect: int('i32', 'pointer', 'u32'),
      setsockopt: int('i32', 'i32', 'i32', 'pointer', 'u32'),
      fcntl: int('i32', 'i32', 'i32'),
      recvmmsg: int('i32', 'pointer', 'u32', 'i32', 'pointer'),
      send: { arguments: ['i32', 'pointer', 'u64', 'i32'], return: 'i64' },
      shutdown: int('i32', 'i32'),
      close: int('i32'),
    });
    const address = (buffer: Buffer): bigint => ffi.getRawPointer(buffer);
    return over('node:ffi', functions as Functions, address, 0n, BigInt, address);
  } catch {
    return undefined;
  }
};

/** What of koffi is used. */
interface Koffi {
  load(library: string): { func(definition: string): (...values: readonly unknown[]) => unknown };
  address(buffer: Buffer): bigint;
}

const DEFINITIONS = [
  'int socket(int, int, int)',
  'int bind(int, void *, uint32_t)',
  'int connect(int, void *, uint32_t)',
  'int setsockopt(int, int, int, void *, uint32_t)',
  'int fcntl(int, int, int)',
  'int recvmmsg(int, void *, uint32_t, int, void *)',
  'int64_t send(int, void *, size_t, int)',
  'int shutdown(int, int)',
  'int close(int)',
];

const overKoffi = (): Libc | undefined => {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as Koffi;
    const library = koffi.load('libc.so.6');
    const functions = Object.fromEntries(
      DEFINITIONS.map((definition) => [/(\w+)\(/u.exec(definition)?.[1] ?? '', library.func(definition)]),
    ) as unknown as Functions;
    const pass = (buffer: Buffer): unknown => buffer;
    return over('koffi', functions, pass, null, Number, (buffer) => koffi.address(buffer));
  } catch {
    return undefined;
  }
};

/** @returns the C library by `node:ffi`, else by the optional peer koffi; undefined where neither is there */
export const loadLibc = (): Libc | undefined => {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) return undefined;
  return overNode() ?? overKoffi();
};
