import { endianness } from "node:os";

/** Of every descriptor that is made here; Linux has the same numbers for sockets, pipes, timers and epoll. */
export const CLOSE_ON_EXEC = 0o2000000;
export const NON_BLOCKING = 0o4000;

/** What is called of the C library, and of the libuv that Node is made of. Results are those of C: -1 is a failure. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  connect(fd: number, address: bigint, length: number): number;
  setsockopt(fd: number, level: number, name: number, value: bigint, length: number): number;
  getsockopt(fd: number, level: number, name: number, value: bigint, length: bigint): number;
  send(fd: number, bytes: bigint, length: number, flags: number): number;
  recvmsg(fd: number, message: bigint, flags: number): number;
  close(fd: number): number;
  inet_pton(family: number, text: string, into: bigint): number;
  epoll_create1(flags: number): number;
  epoll_ctl(epoll: number, operation: number, fd: number, event: bigint): number;
  epoll_wait(epoll: number, events: bigint, room: number, timeoutMs: number): number;
  timerfd_create(clock: number, flags: number): number;
  timerfd_settime(fd: number, flags: number, time: bigint, before: bigint): number;
  pipe2(ends: bigint, flags: number): number;
  read(fd: number, bytes: bigint, length: number): number;
  write(fd: number, bytes: bigint, length: number): number;
  usleep(us: number): number;
  clock_gettime(clock: number, time: bigint): number;
  /** A call of the kernel that the library has no name for; what a call does not take is 0. */
  syscall(call: number, a: number, b: bigint, c: bigint, d: number, e: bigint, f: bigint): number;
  /** The descriptor that is readable when the event loop has something to do. */
  uv_backend_fd(loop: bigint): number;
  /** Milliseconds until its next timer; 0 where it has work at once, -1 where it has none. */
  uv_backend_timeout(loop: bigint): number;
  /** Of the call that failed last. */
  errno(): number;
  /** The event loop of this thread. */
  loop: bigint;
}

/** `size_t` and `ssize_t` are given as 32 bits: a big integer for each read would cost more than the call. None of ours is longer. */
const signatures = {
  socket: { arguments: ["i32", "i32", "i32"], return: "i32" },
  connect: { arguments: ["i32", "pointer", "i32"], return: "i32" },
  setsockopt: { arguments: ["i32", "i32", "i32", "pointer", "i32"], return: "i32" },
  getsockopt: { arguments: ["i32", "i32", "i32", "pointer", "pointer"], return: "i32" },
  send: { arguments: ["i32", "pointer", "u32", "i32"], return: "i32" },
  recvmsg: { arguments: ["i32", "pointer", "i32"], return: "i32" },
  close: { arguments: ["i32"], return: "i32" },
  inet_pton: { arguments: ["i32", "string", "pointer"], return: "i32" },
  epoll_create1: { arguments: ["i32"], return: "i32" },
  epoll_ctl: { arguments: ["i32", "i32", "i32", "pointer"], return: "i32" },
  epoll_wait: { arguments: ["i32", "pointer", "i32", "i32"], return: "i32" },
  timerfd_create: { arguments: ["i32", "i32"], return: "i32" },
  timerfd_settime: { arguments: ["i32", "i32", "pointer", "pointer"], return: "i32" },
  pipe2: { arguments: ["pointer", "i32"], return: "i32" },
  read: { arguments: ["i32", "pointer", "u32"], return: "i32" },
  write: { arguments: ["i32", "pointer", "u32"], return: "i32" },
  usleep: { arguments: ["u32"], return: "i32" },
  clock_gettime: { arguments: ["i32", "pointer"], return: "i32" },
  syscall: { arguments: ["u32", "u32", "pointer", "pointer", "u32", "pointer", "pointer"], return: "i32" },
  uv_backend_fd: { arguments: ["pointer"], return: "i32" },
  uv_backend_timeout: { arguments: ["pointer"], return: "i32" },
  __errno_location: { arguments: [], return: "pointer" },
} as const;

/** Those whose structures `poller.ts` and the wire lay out: 64 bits, the low byte first. */
const architectures: ReadonlySet<string> = new Set(["x64", "arm64"]);

let loaded: Libc | null | undefined;

/**
 * The C library of this process, by `node:ffi` (Node 26.1 and later, experimental); null where the system is not Linux or
 * this Node cannot call it: then `--no-experimental-ffi` was given, it is older, or it was built without.
 */
export function loadLibc(): Libc | null {
  if (loaded === undefined) loaded = bind();
  return loaded;
}

function bind(): Libc | null {
  if (process.platform !== "linux" || !architectures.has(process.arch) || endianness() !== "LE") return null;
  const ffi = process.getBuiltinModule("node:ffi") as typeof import("node:ffi") | undefined;
  if (ffi === undefined) return null;
  try {
    const { functions } = ffi.dlopen(null, signatures);
    const { __errno_location: errnoLocation, ...calls } = functions;
    return {
      ...calls,
      errno: () => ffi.getInt32(errnoLocation()),
      loop: ffi.getCurrentEventLoop(),
    };
  } catch {
    // A C library without one of the names, or a Node that may not call it (`--permission`).
    return null;
  }
}

/** Bytes whose address C may keep: they are never moved. */
export interface NativeBytes {
  bytes: Buffer;
  words: Uint32Array;
  address: bigint;
}

/** So many bytes (a multiple of 4), zeroed, for as long as what is returned is kept. */
export function nativeBytes(length: number): NativeBytes {
  // A buffer of its own, since short ones of Node lie in a pool or on the heap.
  const room = new ArrayBuffer(length);
  const address = process.getBuiltinModule("node:ffi").getRawPointer(room);
  return { bytes: Buffer.from(room), words: new Uint32Array(room), address };
}
