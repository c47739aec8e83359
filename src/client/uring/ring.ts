import type { Arrivals } from "../epoll/arrivals.ts";
import type { Heard, Intake } from "../epoll/intake.ts";
import { nativeBytes, type Libc, type NativeBytes } from "../epoll/libc.ts";
import { EACH_TIME, READABLE, type Poller, type Watch, type Watched } from "../epoll/poller.ts";
import { BUFFER_BYTES, ENTER, GROUP, type RingMemory } from "./ring-memory.ts";

const RECEIVE = 10;
const CANCEL = 14;
const MANY_RESULTS = 1 << 1;
const CHOOSE_BUFFER = 1 << 5;
const SILENT = 1 << 6;
const LOOK = 1;

const HAS_BUFFER = 1;
const HAS_MORE = 2;

/** Where the tail of the places lies, in halves of a word: behind the number of the first one's buffer. */
const PLACE_TAIL = 7;

const EINTR = 4;
const EAGAIN = 11;
const ENOBUFS = 105;

/** Of `struct io_uring_sqe`: operation, flags and `ioprio` in the first, then the descriptor; address 4, length 6, who asks 8, group 10. */
const ORDER_WORDS = 16;
const RESULT_WORDS = 4;

/** What a buffer begins with: `struct io_uring_recvmsg_out`, of which one word has the length of the control data, then those. */
const HEAD_BYTES = 16;
const CONTROL_LENGTH = 1;
const CONTROL_BYTES = 32;
const BYTES_AT = HEAD_BYTES + CONTROL_BYTES;

/** Of `struct msghdr`, and the word that says how much room control data have. */
const MESSAGE_BYTES = 56;
const MESSAGE_CONTROL = 10;

/** One call reads at most 20 sockets (Linux 6.14 and later): fewer results than so many, and nothing was left. */
const FULL_CALL = 16;
/** So many calls before somebody else has his turn. */
const MOST_CALLS = 64;

/** Of nobody: a slot that none has. */
const NOBODY = 0xffff_ffff;

/**
 * Reads connections with io_uring(7): the kernel is told once of each, and puts what comes into buffers of ours, with its time
 * of arrival. One call then brings what all of them have, where epoll(7) takes one for each.
 */
export class Ring implements Intake, Watched {
  /** The ring alone says what there is to read. */
  readonly mask = 0;
  private readonly libc: Libc;
  private readonly memory: RingMemory;
  private readonly arrivals: Arrivals;
  private readonly poller: Poller;
  private readonly watch: Watch;
  private readonly message: NativeBytes = nativeBytes(MESSAGE_BYTES);
  private readonly heard: (Heard | null)[] = [];
  private readonly fds: number[] = [];
  private readonly generations: number[] = [];
  private readonly free: number[] = [];
  private resultHead = 0;
  private orderTail = 0;
  private ordered = 0;
  private placeTail = 0;
  /** Of each buffer, as two words. */
  private readonly addresses: Uint32Array;
  private isClosed = false;

  constructor(libc: Libc, memory: RingMemory, arrivals: Arrivals, poller: Poller) {
    this.libc = libc;
    this.memory = memory;
    this.arrivals = arrivals;
    this.poller = poller;
    this.message.words[MESSAGE_CONTROL] = CONTROL_BYTES;
    this.addresses = new Uint32Array(memory.bufferCount * 2);
    for (let buffer = 0; buffer < memory.bufferCount; buffer += 1) {
      const address = memory.bufferAddress + BigInt(buffer * BUFFER_BYTES);
      this.addresses[buffer * 2] = Number(address & 0xffff_ffffn);
      this.addresses[buffer * 2 + 1] = Number(address >> 32n);
      this.giveBack(buffer);
    }
    this.watch = poller.watch(memory.bell, READABLE | EACH_TIME, this);
  }

  hear(fd: number, heard: Heard): number {
    const slot = this.free.pop() ?? this.heard.length;
    this.heard[slot] = heard;
    this.fds[slot] = fd;
    this.generations[slot] ??= 0;
    this.order(slot);
    this.enter(0);
    return slot;
  }

  isReadable(): void {
    // An error, or the end, which its bytes will tell.
  }

  /** Closing the descriptor alone would end neither the kernel's reading nor the connection. */
  forget(slot: number): void {
    if (this.isClosed) return;
    this.cancel(slot);
    this.heard[slot] = null;
    this.generations[slot] = (this.generations[slot]! + 1) | 0;
    this.free.push(slot);
  }

  /** The bell is rung again for every call that had a result, so that what comes after the last one is not missed. */
  onEvents(): void {
    for (let call = 0; call < MOST_CALLS && !this.isClosed; call += 1) {
      if (call > 0) this.arrivals.clock.read();
      this.enter(LOOK);
      if (this.tell() < FULL_CALL) return;
    }
  }

  close(): void {
    if (this.isClosed) return;
    // The kernel must write to no buffer when it is gone.
    this.heard.forEach((heard, slot) => heard !== null && this.forget(slot));
    this.isClosed = true;
    this.poller.forget(this.watch);
    this.memory.unmap();
  }

  private cancel(slot: number): void {
    const at = this.nextOrder();
    const { orders } = this.memory;
    orders[at] = CANCEL | (SILENT << 8);
    orders[at + 1] = -1;
    orders[at + 4] = slot;
    orders[at + 5] = this.generations[slot]!;
    orders[at + 8] = NOBODY;
    this.putOrder();
    // Looks too: only then is what was cancelled let go.
    this.enter(LOOK);
  }

  /** Tells of all results that are there; returns how many they were. */
  private tell(): number {
    const { memory } = this;
    const { words } = memory;
    const tail = Atomics.load(words, memory.resultTail);
    const count = (tail - this.resultHead) | 0;
    // Whoever hears one may look for more, and hear these too.
    while (((tail - this.resultHead) | 0) > 0 && !this.isClosed) {
      const at = memory.results + (this.resultHead & memory.resultMask) * RESULT_WORDS;
      this.resultHead = (this.resultHead + 1) >>> 0;
      this.tellOf(words[at]!, words[at + 1]! | 0, words[at + 2]! | 0, words[at + 3]!);
    }
    if (this.ordered > 0 && !this.isClosed) this.enter(0);
    return count;
  }

  private tellOf(slot: number, generation: number, result: number, flags: number): void {
    const heard = this.generations[slot] === generation ? this.heard[slot] : null;
    if ((flags & HAS_BUFFER) !== 0) {
      const buffer = flags >>> 16;
      if (heard && result > BYTES_AT) this.tellBytes(heard, buffer, result);
      this.giveBack(buffer);
    }
    if (!heard || ((flags & HAS_MORE) !== 0 && result > BYTES_AT)) return;
    // The one before may have ended it.
    if (this.heard[slot] !== heard || this.generations[slot] !== generation) return;
    if (result > BYTES_AT || result === -ENOBUFS || result === -EAGAIN || result === -EINTR) this.order(slot);
    else if (result >= 0) heard.onEndOfBytes();
    else heard.onReadError(-result);
  }

  private tellBytes(heard: Heard, buffer: number, result: number): void {
    const { bufferWords, buffers } = this.memory;
    const from = buffer * BUFFER_BYTES;
    const word = from / 4;
    const hasControl = bufferWords[word + CONTROL_LENGTH]! > 0;
    const atNs = this.arrivals.atNs(bufferWords, word + HEAD_BYTES / 4, hasControl);
    heard.onBytes(buffers, from + BYTES_AT, from + result, atNs);
  }

  /** To read one connection until it ends. */
  private order(slot: number): void {
    const at = this.nextOrder();
    const { orders } = this.memory;
    orders[at] = RECEIVE | (CHOOSE_BUFFER << 8) | (MANY_RESULTS << 16);
    orders[at + 1] = this.fds[slot]!;
    const { address } = this.message;
    orders[at + 4] = Number(address & 0xffff_ffffn);
    orders[at + 5] = Number(address >> 32n);
    orders[at + 6] = 1;
    orders[at + 8] = slot;
    orders[at + 9] = this.generations[slot]!;
    orders[at + 10] = GROUP;
    this.putOrder();
  }

  /** The word where the next order begins, zeroed. */
  private nextOrder(): number {
    const { orders, orderMask } = this.memory;
    if (this.ordered > orderMask) this.enter(0);
    if (this.ordered > orderMask) throw new Error(`io_uring_enter failed with errno ${this.libc.errno()}`);
    const at = (this.orderTail & orderMask) * ORDER_WORDS;
    orders.fill(0, at, at + ORDER_WORDS);
    return at;
  }

  private putOrder(): void {
    this.orderTail = (this.orderTail + 1) >>> 0;
    this.ordered += 1;
    Atomics.store(this.memory.words, this.memory.orderTail, this.orderTail);
  }

  /** Hands the kernel what has changed: results that were heard, buffers that are free again, orders. */
  private enter(flags: number): void {
    const { fd, words, resultHead, placeHalves } = this.memory;
    Atomics.store(words, resultHead, this.resultHead);
    Atomics.store(placeHalves, PLACE_TAIL, this.placeTail);
    const taken = this.libc.syscall(ENTER, fd, BigInt(this.ordered), 0n, flags, 0n, 0n);
    if (taken > 0) this.ordered -= taken;
  }

  private giveBack(buffer: number): void {
    const { places, placeHalves, bufferCount } = this.memory;
    const place = this.placeTail & (bufferCount - 1);
    places[place * 4] = this.addresses[buffer * 2]!;
    places[place * 4 + 1] = this.addresses[buffer * 2 + 1]!;
    places[place * 4 + 2] = BUFFER_BYTES;
    placeHalves[place * 8 + 6] = buffer;
    this.placeTail = (this.placeTail + 1) & 0xffff;
  }
}
