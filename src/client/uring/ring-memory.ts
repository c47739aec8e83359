import { CLOSE_ON_EXEC, nativeBytes, NON_BLOCKING, type Libc } from "../epoll/libc.ts";

/** Numbers of the system calls: the same on every architecture since they came (syscalls(2)). */
const SETUP = 425;
export const ENTER = 426;
const REGISTER = 427;

/** Entries of the queue of orders, and of that of results: more than one turn's. */
const ORDERS = 64;
const RESULTS = 1024;

/** Read at once: more connections than these are read in turns. A power of two. */
const BUFFERS = 256;
/** Of what one read takes. Not a power of two, so that the beginnings of all do not fall into the same lines of the cache. */
export const BUFFER_BYTES = 4096 + 64;
/** The one group of buffers that a ring has. */
export const GROUP = 0;

const CLAMPED_RESULTS = 1 << 3;
const ONE_THREAD = 1 << 12;
/** What has come is read when this thread asks, not in the midst of it (Linux 6.1). */
const WHEN_ASKED = 1 << 13;
const REGISTER_BELL = 4;
const REGISTER_BUFFERS = 22;

const READ_WRITE = 3;
const SHARED_POPULATED = 0x8001;
const ORDERS_AT = 0x10000000n;

const PAGE = 4096;
const ORDER_BYTES = 64;
const RESULT_BYTES = 16;
const PLACE_BYTES = 16;

/** Where things lie in `struct io_uring_params`, in words. */
const params = { flags: 2, resultEntries: 1, orderEntries: 0, orders: 10, results: 20, words: 30 } as const;
/** And in its two lists of offsets. */
const offsets = { head: 0, tail: 1, mask: 2, array: 6, entries: 5 } as const;

/** Words of memory that the kernel shares, and where in them things lie. */
export interface RingMemory {
  fd: number;
  /** An eventfd(2) that the kernel counts up when something has come. */
  bell: number;
  words: Uint32Array;
  /** Of orders to the kernel. */
  orderTail: number;
  orderMask: number;
  /** Of its results. */
  resultHead: number;
  resultTail: number;
  resultMask: number;
  results: number;
  orders: Uint32Array;
  /** The places where buffers are handed to the kernel: words, and halves of them for what is shorter. */
  places: Uint32Array;
  placeHalves: Uint16Array;
  bufferCount: number;
  /** All buffers, one after the other. */
  buffers: Buffer;
  bufferWords: Uint32Array;
  bufferAddress: bigint;
  unmap(): void;
}

/**
 * A ring of io_uring(7) with buffers that the kernel chooses from; null where the system has none, or an older one, or does not
 * let this process have one: before Linux 6.1, and in containers whose profile forbids it.
 */
export function openRingMemory(libc: Libc, bufferCount = BUFFERS): RingMemory | null {
  const settings = nativeBytes(params.words * 4);
  settings.words[params.flags] = CLAMPED_RESULTS | ONE_THREAD | WHEN_ASKED;
  settings.words[params.resultEntries] = RESULTS;
  const fd = libc.syscall(SETUP, ORDERS, settings.address, 0n, 0, 0n, 0n);
  if (fd < 0) return null;
  const order = (name: keyof typeof offsets): number => settings.words[params.orders + offsets[name]]!;
  const result = (name: keyof typeof offsets): number => settings.words[params.results + offsets[name]]!;
  const orderEntries = settings.words[params.orderEntries]!;
  const resultEntries = settings.words[params.resultEntries]!;
  const ringBytes = Math.max(order("array") + orderEntries * 4, result("entries") + resultEntries * RESULT_BYTES);
  const ring = map(libc, fd, ringBytes, 0n);
  const orders = map(libc, fd, orderEntries * ORDER_BYTES, ORDERS_AT);
  const bell = libc.eventfd(0, CLOSE_ON_EXEC | NON_BLOCKING);
  const buffers = nativeBytes(bufferCount * BUFFER_BYTES);
  const places = pageOf(bufferCount * PLACE_BYTES);
  const unmap = (): void => {
    if (ring !== null) libc.munmap(ring.address, ring.length);
    if (orders !== null) libc.munmap(orders.address, orders.length);
    libc.close(fd);
    libc.close(bell);
  };
  if (
    ring === null ||
    orders === null ||
    !hasBell(libc, fd, bell) ||
    !hasBuffers(libc, fd, places.address, bufferCount)
  ) {
    unmap();
    return null;
  }
  const { words } = ring;
  for (let place = 0; place < orderEntries; place += 1) words[order("array") / 4 + place] = place;
  return {
    fd,
    bell,
    words,
    orderTail: order("tail") / 4,
    orderMask: words[order("mask") / 4]!,
    resultHead: result("head") / 4,
    resultTail: result("tail") / 4,
    resultMask: words[result("mask") / 4]!,
    results: result("entries") / 4,
    orders: orders.words,
    places: places.words,
    placeHalves: new Uint16Array(places.words.buffer, places.words.byteOffset, places.words.length * 2),
    bufferCount,
    buffers: buffers.bytes,
    bufferWords: buffers.words,
    bufferAddress: buffers.address,
    unmap,
  };
}

interface Mapped {
  address: bigint;
  length: number;
  words: Uint32Array;
}

function map(libc: Libc, fd: number, length: number, offset: bigint): Mapped | null {
  const address = libc.mmap(0n, length, READ_WRITE, SHARED_POPULATED, fd, offset);
  if (address === -1n) return null;
  const room = process.getBuiltinModule("node:ffi").toArrayBuffer(address, length, false);
  return { address, length, words: new Uint32Array(room) };
}

/** Zeroed, and beginning at a page. */
function pageOf(length: number): { words: Uint32Array; address: bigint } {
  const { words, address } = nativeBytes(length + PAGE);
  const skipped = (PAGE - Number(address % BigInt(PAGE))) % PAGE;
  return { words: words.subarray(skipped / 4, (skipped + length) / 4), address: address + BigInt(skipped) };
}

function hasBell(libc: Libc, fd: number, bell: number): boolean {
  const { words, address } = nativeBytes(4);
  words[0] = bell;
  return libc.syscall(REGISTER, fd, BigInt(REGISTER_BELL), address, 1, 0n, 0n) === 0;
}

function hasBuffers(libc: Libc, fd: number, address: bigint, count: number): boolean {
  const { words, bytes, address: given } = nativeBytes(40);
  bytes.writeBigUInt64LE(address, 0);
  words[2] = count;
  words[3] = GROUP;
  return libc.syscall(REGISTER, fd, BigInt(REGISTER_BUFFERS), given, 1, 0n, 0n) === 0;
}
