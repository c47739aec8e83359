import { endianness } from "node:os";

/** Flags of descriptors; Linux has the same numbers for pipes, timers and epoll. */
export const CLOSE_ON_EXEC = 0o2000000;
export const NON_BLOCKING = 0o4000;

/**
 * What is called of the C library, and of the libuv inside Node. Results are those of C: -1 is a failure. `size_t` and
 * `ssize_t` are given as 32 bits: a big integer for each read would cost more than the call, and no length here is longer.
 */
const signatures = {
  setsockopt: { arguments: ["i32", "i32", "i32", "pointer", "i32"], return: "i32" },
  send: { arguments: ["i32", "pointer", "u32", "i32"], return: "i32" },
  recvmsg: { arguments: ["i32", "pointer", "i32"], return: "i32" },
  close: { arguments: ["i32"], return: "i32" },
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
  /** The descriptor that is readable when an event loop has something to do. */
  uv_backend_fd: { arguments: ["pointer"], return: "i32" },
  /** Milliseconds until its next timer; 0 where it has work at once, -1 where it has none. */
  uv_backend_timeout: { arguments: ["pointer"], return: "i32" },
  __errno_location: { arguments: [], return: "pointer" },
} as const;

/** Those whose structures are laid out in this folder: 64 bits, the low byte first. */
const architectures: ReadonlySet<string> = new Set(["x64", "arm64"]);

export type Libc = NonNullable<ReturnType<typeof bind>>;

let loaded: Libc | null | undefined;

/**
 * The C library of this process, by `node:ffi` (Node 26.1 and later, experimental); null where the system is not Linux or
 * this Node cannot call it: it is older, was built without, or was started with `--no-experimental-ffi`.
 */
export function loadLibc(): Libc | null {
  if (loaded === undefined) loaded = bind();
  return loaded;
}

function bind() {
  if (process.platform !== "linux" || !architectures.has(process.arch) || endianness() !== "LE") return null;
  const ffi = process.getBuiltinModule("node:ffi") as typeof import("node:ffi") | undefined;
  if (ffi === undefined) return null;
  try {
    const { functions } = ffi.dlopen(null, signatures);
    const { __errno_location: errnoLocation, ...calls } = functions;
    return {
      ...calls,
      /** Of the call that failed last. */
      errno: () => ffi.getInt32(errnoLocation()),
      /** The event loop of this thread. */
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
  // A buffer of its own: Node puts short ones in a pool or on the heap.
  const room = new ArrayBuffer(length);
  const address = process.getBuiltinModule("node:ffi").getRawPointer(room);
  return { bytes: Buffer.from(room), words: new Uint32Array(room), address };
}
