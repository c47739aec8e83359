import { Socket } from "node:net";
import { NS_PER_MS, NS_PER_S } from "../../math/units.ts";
import { CLOSE_ON_EXEC, nativeBytes, NON_BLOCKING, type Libc } from "./libc.ts";

/** What can happen to a descriptor (epoll_ctl(2)). */
export const READABLE = 0x1;
export const WRITABLE = 0x4;

const ADD = 1;
const REMOVE = 2;
const MODIFY = 3;
const MONOTONIC = 1;

/** Taken from the kernel at once: more descriptors than this are looked at in turns. */
const EVENTS_AT_ONCE = 512;
/** Words of `struct epoll_event`, which is packed on x86-64 alone, and where its data begin. */
const EVENT_WORDS = process.arch === "x64" ? 3 : 4;
const DATA_WORD = process.arch === "x64" ? 1 : 2;

/**
 * The longest wait, in ms. The events of one read all have the time of its last byte, and came at the earliest when the socket
 * was last seen to be empty. To keep that bound small, sockets are looked at this often even where nothing happens.
 */
const LONGEST_WAIT_MS = 4;

const US_PER_MS = 1000;
/** What the kernel adds to a sleep: 50 µs by default (prctl(2), PR_SET_TIMERSLACK), and what it takes to wake the thread. */
const WAKING_US = 60;
/** A shorter sleep costs more than it saves. */
const WORTH_US = 100;

/** Receives what happens to a descriptor. */
export interface EventHandler {
  /** `mask` has what happened: `READABLE`, `WRITABLE`, and errors, which a read will report. */
  onEvents(mask: number): void;
}

/** Told of each wait: before it, and after one that found something, before any handler runs. */
export interface WaitClock {
  beforeWait(sawAll: boolean): void;
  afterWait(): void;
}

/**
 * Waits for sockets with epoll(7), and in the same wait for Node's event loop and a due time: `README.md` explains how, and
 * when the event loop gets its turn. While it is held, the thread sleeps here and not in libuv.
 */
export class Poller {
  private readonly libc: Libc;
  private readonly clock: WaitClock;
  private readonly pause: { us(): number };
  private readonly epoll: number;
  private readonly timer: number;
  /** A byte written to this descriptor wakes Node's event loop, which calls `run`. */
  private readonly wakeDescriptor: number;
  private readonly wakeReader: Socket;
  private readonly handlers = new Map<number, EventHandler>();
  private readonly events = nativeBytes(EVENTS_AT_ONCE * 4 * EVENT_WORDS);
  private readonly scratch = nativeBytes(64);
  /** `struct itimerspec`: no interval, then seconds and nanoseconds of 64 bits each. */
  private readonly expiry = nativeBytes(32);
  private holds = 0;
  /** From the byte that was written until `run` returns. */
  private isWaking = false;
  private mustYield = false;
  private isClosed = false;
  private sawAll = true;
  /** When the kernel's timer fires, in ms of `performance.now`; when the caller is due; when Node's own next timer is. */
  private armedMs = Infinity;
  private dueMs = Infinity;
  private loopMs = Infinity;
  private onDue: (() => void) | null = null;

  /** `pause` says how long to wait after a wait that found something, in µs, before the next look. */
  constructor(libc: Libc, clock: WaitClock, pause: { us(): number }) {
    this.libc = libc;
    this.clock = clock;
    this.pause = pause;
    this.epoll = libc.epoll_create1(CLOSE_ON_EXEC);
    this.timer = libc.timerfd_create(MONOTONIC, CLOSE_ON_EXEC | NON_BLOCKING);
    libc.pipe2(this.scratch.address, CLOSE_ON_EXEC | NON_BLOCKING);
    const [from = 0, to = 0] = this.scratch.words;
    this.wakeDescriptor = to;
    const onread = { buffer: Buffer.alloc(64), callback: () => this.run() };
    this.wakeReader = new Socket({ fd: from, readable: true, writable: false, onread }).unref();
    this.subscribe(libc.uv_backend_fd(libc.loop), READABLE, { onEvents: () => this.yieldToEventLoop() });
    this.subscribe(this.timer, READABLE, { onEvents: () => this.onTimer() });
  }

  subscribe(fd: number, mask: number, handler: EventHandler): void {
    this.control(ADD, fd, mask);
    this.handlers.set(fd, handler);
  }

  modify(fd: number, mask: number): void {
    this.control(MODIFY, fd, mask);
  }

  /** To be called before the descriptor is closed. */
  unsubscribe(fd: number): void {
    this.handlers.delete(fd);
    this.libc.epoll_ctl(this.epoll, REMOVE, fd, this.scratch.address);
  }

  /** From now on until `release` the thread waits here. Counted. */
  hold(): void {
    this.holds += 1;
    this.wake();
  }

  /** Something has ended, and a promise may have been resolved for it: the event loop gets its turn. */
  release(): void {
    this.holds -= 1;
    this.yieldToEventLoop();
  }

  /** Gives Node's event loop its turn before the next wait. */
  yieldToEventLoop(): void {
    this.mustYield = true;
  }

  /** Calls once, so many ns from now, to within what the kernel takes to wake the thread. One at a time. */
  setDue(leftNs: number, onDue: () => void): void {
    this.clearDue();
    this.onDue = onDue;
    this.dueMs = performance.now() + leftNs / NS_PER_MS;
    this.hold();
  }

  clearDue(): void {
    if (this.onDue === null) return;
    this.onDue = null;
    this.dueMs = Infinity;
    this.release();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.libc.close(this.timer);
    this.libc.close(this.epoll);
    this.libc.close(this.wakeDescriptor);
    this.wakeReader.destroy();
  }

  private wake(): void {
    if (this.isWaking || this.isClosed) return;
    this.isWaking = true;
    this.wakeReader.ref();
    this.libc.write(this.wakeDescriptor, this.scratch.address, 1);
  }

  /** Called by Node's event loop. Waits and calls handlers until the event loop is to have its turn. */
  private run(): true {
    this.mustYield = false;
    const startMs = performance.now();
    while (this.holds > 0 && !this.isClosed && !this.mustYield) {
      // As libuv counts it: from when this turn of its loop began.
      const timeoutMs = this.libc.uv_backend_timeout(this.libc.loop);
      if (timeoutMs === 0) {
        this.take(0);
        break;
      }
      this.loopMs = timeoutMs < 0 ? Infinity : startMs + timeoutMs;
      this.armTimer(Math.min(this.loopMs, this.dueMs));
      if (this.take(LONGEST_WAIT_MS) && !this.mustYield) this.gather();
    }
    this.isWaking = false;
    if (this.holds > 0) this.wake();
    else this.wakeReader.unref();
    return true;
  }

  /** Waits, and hands on what happened. True where something had. */
  private take(timeoutMs: number): boolean {
    this.clock.beforeWait(this.sawAll);
    let count = this.wait(0);
    if (count === 0 && timeoutMs !== 0) {
      // All sockets were seen to be empty just now.
      this.clock.beforeWait(true);
      count = this.wait(timeoutMs);
    }
    this.sawAll = count < EVENTS_AT_ONCE;
    // A signal, which the event loop handles.
    if (count < 0) this.yieldToEventLoop();
    if (count <= 0) return false;
    this.clock.afterWait();
    const { words } = this.events;
    for (let at = 0; at < count * EVENT_WORDS; at += EVENT_WORDS) {
      // One that was unsubscribed by a handler before it has none.
      this.handlers.get(words[at + DATA_WORD]!)?.onEvents(words[at]!);
    }
    return true;
  }

  private wait(timeoutMs: number): number {
    return this.libc.epoll_wait(this.epoll, this.events.address, EVENTS_AT_ONCE, timeoutMs);
  }

  /** Lets more arrive before the next look, but not beyond the next due time. */
  private gather(): void {
    const us = this.pause.us();
    if (us === 0) return;
    const leftUs = (Math.min(this.armedMs, this.dueMs) - performance.now()) * US_PER_MS - WAKING_US;
    if (leftUs >= WORTH_US) this.libc.usleep(Math.floor(Math.min(us, leftUs)));
  }

  /** An early wake-up is harmless, and setting a timer is dear in a virtual machine: an earlier one is left as it is. */
  private armTimer(atMs: number): void {
    if (this.armedMs <= atMs) return;
    this.armedMs = atMs;
    const leftNs = Math.max(1, Math.ceil((atMs - performance.now()) * NS_PER_MS));
    const { words, address } = this.expiry;
    words[4] = Math.floor(leftNs / NS_PER_S);
    words[6] = leftNs % NS_PER_S;
    this.libc.timerfd_settime(this.timer, 0, address, 0n);
  }

  private onTimer(): void {
    this.libc.read(this.timer, this.scratch.address, 8);
    this.armedMs = Infinity;
    const nowMs = performance.now();
    if (nowMs >= this.loopMs) this.yieldToEventLoop();
    const { onDue } = this;
    if (onDue === null || nowMs < this.dueMs) return;
    this.onDue = null;
    this.dueMs = Infinity;
    // It may set the next one.
    onDue();
    this.release();
  }

  private control(operation: number, fd: number, mask: number): void {
    const { words, address } = this.scratch;
    words[0] = mask;
    words[DATA_WORD] = fd;
    if (this.libc.epoll_ctl(this.epoll, operation, fd, address) < 0) {
      throw new Error(`epoll_ctl failed with errno ${this.libc.errno()}`);
    }
  }
}
