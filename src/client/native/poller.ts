import { Socket } from "node:net";
import { NS_PER_MS, NS_PER_S } from "../trial-clock.ts";
import { CLOSE_ON_EXEC, nativeBytes, NON_BLOCKING, type Libc } from "./libc.ts";

/** What can happen to a descriptor (epoll_ctl(2)). */
export const READABLE = 0x1;
export const WRITABLE = 0x4;

const ADD = 1;
const MODIFY = 3;
const MONOTONIC = 1;

/** Taken from the kernel at once: more descriptors than this are looked at in turns. */
const EVENTS_AT_ONCE = 512;
/** Words of `struct epoll_event`, which is packed on x86-64 alone, and where its data begin. */
const EVENT_WORDS = process.arch === "x64" ? 3 : 4;
const DATA_WORD = process.arch === "x64" ? 1 : 2;

/** Who hears of a descriptor. */
export interface Watched {
  /** `mask` has what happened: `READABLE`, `WRITABLE`, and errors, which a read will tell. */
  onEvents(mask: number): void;
}

const US_PER_MS = 1000;
/** What the kernel adds to a sleep: 50 µs by default (prctl(2), PR_SET_TIMERSLACK), and what it takes to wake the thread. */
const WAKING_US = 60;
/** A shorter sleep costs more than it saves. */
const WORTH_US = 100;

/** A turn of Node's loop costs more than reading a token: what can wait for one waits so long, in ms. */
const LATEST_TURN_MS = 1;

/**
 * The longest wait, in ms. The events of one read all have the time of its last byte, and came at the earliest when the socket
 * was last seen to be empty. To keep that bound small, sockets are looked at this often even where nothing happens.
 */
const LONGEST_WAIT_MS = 4;

const noPause = { us: (): number => 0 };

/** The clock that is read before and after each wait: `arrival-clock.ts`. */
export interface Woken {
  wait(sawAll: boolean): void;
  read(): void;
}

/** Where a descriptor is watched. */
export interface Watch {
  fd: number;
  slot: number;
}

/**
 * Waits for descriptors with epoll(7), and for Node's own event loop with them: libuv's descriptor is one of them, and
 * its next timer ends the wait (libuv, "uv_backend_fd": how one loop is put into another). While somebody holds it, the
 * thread sleeps here and not in libuv, which saves per wake-up what libuv and Node do around each callback: two more
 * system calls (Node asks for idle times, so that libuv polls twice) and a scope of callbacks. Node's loop gets its
 * turn whenever it has something to do, and wakes this one with a byte in a pipe: where it reads that, libuv says truly when
 * its next timer is due, and that it has work at once where somebody waits for `setImmediate`.
 */
export class Poller {
  private readonly libc: Libc;
  private readonly epoll: number;
  private readonly timer: number;
  private readonly bell: Socket;
  private readonly rope: number;
  private readonly watched: (Watched | null)[] = [];
  private readonly generations: number[] = [];
  private readonly free: number[] = [];
  private readonly events = nativeBytes(EVENTS_AT_ONCE * 4 * EVENT_WORDS);
  /** Of the events that were last taken from the kernel: how many there are, and which is handed on next. */
  private taken = 0;
  private next = 0;
  private readonly scratch = nativeBytes(64);
  /** `struct itimerspec`: no interval, then seconds and nanoseconds of 64 bits each. */
  private readonly firing = nativeBytes(32);
  private readonly woken: Woken;
  private readonly pause: { us(): number };
  private holds = 0;
  private isTurnDue = false;
  private isTurning = false;
  /** When a turn of Node's loop was first wanted, since its last. */
  private wantedMs = Infinity;
  private mustLeave = false;
  private isClosed = false;
  /** When the timer fires, in ms of `performance.now`. */
  private armedMs = Infinity;
  private alarmMs = Infinity;
  /** When Node's own next timer is due. */
  private loopMs = Infinity;
  private ring: (() => void) | null = null;

  /** The clock is read after each wait that found something, before anybody hears of it. `pause` is how long to wait then, in µs. */
  constructor(libc: Libc, woken: Woken, pause: { us(): number } = noPause) {
    this.libc = libc;
    this.woken = woken;
    this.pause = pause;
    this.epoll = libc.epoll_create1(CLOSE_ON_EXEC);
    this.timer = libc.timerfd_create(MONOTONIC, CLOSE_ON_EXEC | NON_BLOCKING);
    libc.pipe2(this.scratch.address, CLOSE_ON_EXEC | NON_BLOCKING);
    const [bell = 0, rope = 0] = this.scratch.words;
    this.rope = rope;
    const onread = { buffer: Buffer.alloc(64), callback: () => this.turn() };
    this.bell = new Socket({ fd: bell, readable: true, writable: false, onread }).unref();
    this.watch(libc.uv_backend_fd(libc.loop), READABLE, { onEvents: () => this.leave() });
    this.watch(this.timer, READABLE, { onEvents: () => this.onTimer() });
  }

  watch(fd: number, mask: number, watched: Watched): Watch {
    const slot = this.free.pop() ?? this.watched.length;
    this.watched[slot] = watched;
    this.generations[slot] ??= 0;
    this.control(ADD, fd, slot, mask);
    return { fd, slot };
  }

  change({ fd, slot }: Watch, mask: number): void {
    this.control(MODIFY, fd, slot, mask);
  }

  /** To be called before the descriptor is closed, which ends the kernel's own watch. */
  forget({ slot }: Watch): void {
    this.watched[slot] = null;
    // What was taken from the kernel at once with its last event may still name it.
    this.generations[slot] = (this.generations[slot]! + 1) | 0;
    this.free.push(slot);
  }

  /** From now until `letGo` the thread waits here. Counted. */
  hold(): void {
    this.holds += 1;
    if (!this.isTurning) this.nextTurn();
  }

  /** Something is over, and somebody may have resolved a promise for it: Node's loop gets its turn within a millisecond. */
  letGo(): void {
    this.drop();
    if (this.wantedMs === Infinity) this.wantedMs = performance.now();
  }

  /** Calls once, so many ns from now, to within what the kernel takes to wake the thread. One at a time. */
  setAlarm(leftNs: number, ring: () => void): void {
    this.clearAlarm();
    this.ring = ring;
    this.alarmMs = performance.now() + leftNs / NS_PER_MS;
    this.hold();
  }

  clearAlarm(): void {
    if (this.ring === null) return;
    this.ring = null;
    this.alarmMs = Infinity;
    this.drop();
  }

  /** Gives Node's loop its turn before the next wait: promises were resolved, which shall go on now, or something closed. */
  leave(): void {
    this.mustLeave = true;
  }

  /** Tells of what has happened by now. */
  look(): void {
    if (!this.isClosed) this.take(0);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.libc.close(this.timer);
    this.libc.close(this.epoll);
    this.libc.close(this.rope);
    this.bell.destroy();
  }

  private nextTurn(): void {
    if (this.isTurnDue || this.isClosed) return;
    this.isTurnDue = true;
    this.bell.ref();
    this.libc.write(this.rope, this.scratch.address, 1);
  }

  private turn(): true {
    this.isTurnDue = false;
    this.isTurning = true;
    const turnMs = performance.now();
    this.mustLeave = false;
    this.wantedMs = Infinity;
    while (this.holds > 0 && !this.isClosed && !this.mustLeave) {
      // As libuv counts it: from when this turn of its loop began.
      const timeoutMs = this.libc.uv_backend_timeout(this.libc.loop);
      this.loopMs = timeoutMs < 0 ? Infinity : turnMs + timeoutMs;
      if (timeoutMs !== 0) this.wakeAt(Math.min(this.loopMs, this.alarmMs));
      const isWanted = this.wantedMs !== Infinity;
      const found = this.take(timeoutMs === 0 ? 0 : isWanted ? LATEST_TURN_MS : LONGEST_WAIT_MS);
      if (timeoutMs === 0 || (isWanted && (!found || performance.now() - this.wantedMs >= LATEST_TURN_MS))) break;
      if (found && !this.mustLeave && this.wantedMs === Infinity) this.gather();
    }
    this.isTurning = false;
    if (this.holds > 0) this.nextTurn();
    else this.bell.unref();
    return true;
  }

  private drop(): void {
    this.holds -= 1;
    if (this.holds === 0) this.leave();
  }

  /** Lets more come in before the next look, or before somebody is due. */
  private gather(): void {
    const us = this.pause.us();
    if (us === 0) return;
    const leftUs = (Math.min(this.armedMs, this.alarmMs) - performance.now()) * US_PER_MS - WAKING_US;
    if (leftUs >= WORTH_US) this.libc.usleep(Math.floor(Math.min(us, leftUs)));
  }

  /** An early wake-up is harmless, and setting a timer is dear in a virtual machine: one that is set is left. */
  private wakeAt(atMs: number): void {
    if (this.armedMs <= atMs) return;
    const nowMs = performance.now();
    this.armedMs = atMs;
    const leftNs = Math.max(1, Math.ceil((atMs - nowMs) * NS_PER_MS));
    const { words, address } = this.firing;
    words[4] = Math.floor(leftNs / NS_PER_S);
    words[6] = leftNs % NS_PER_S;
    this.libc.timerfd_settime(this.timer, 0, address, 0n);
  }

  private onTimer(): void {
    this.libc.read(this.timer, this.scratch.address, 8);
    this.armedMs = Infinity;
    const nowMs = performance.now();
    if (nowMs >= this.loopMs) this.leave();
    const { ring } = this;
    if (ring === null || nowMs < this.alarmMs) return;
    this.ring = null;
    this.alarmMs = Infinity;
    // It may set the next one.
    ring();
    this.drop();
  }

  /** True where something had happened. */
  private take(timeoutMs: number): boolean {
    // The handler of an event may look for more. What is left of the events before is handed on first, since their bytes are used again.
    this.tell();
    this.woken.wait(this.taken < EVENTS_AT_ONCE);
    let count = this.wait(0);
    if (count === 0 && timeoutMs !== 0) {
      // All sockets were seen to be empty just now.
      this.woken.wait(true);
      count = this.wait(timeoutMs);
    }
    // A signal, which Node's loop will hear of.
    if (count < 0) this.leave();
    this.taken = Math.max(0, count);
    this.next = 0;
    if (count <= 0) return false;
    this.woken.read();
    this.tell();
    return true;
  }

  private wait(timeoutMs: number): number {
    return this.libc.epoll_wait(this.epoll, this.events.address, EVENTS_AT_ONCE, timeoutMs);
  }

  private tell(): void {
    const { words } = this.events;
    while (this.next < this.taken) {
      const at = this.next * EVENT_WORDS;
      this.next += 1;
      const slot = words[at + DATA_WORD]!;
      const watched = this.watched[slot];
      if (watched && (words[at + DATA_WORD + 1]! | 0) === this.generations[slot]) watched.onEvents(words[at]!);
    }
  }

  private control(operation: number, fd: number, slot: number, mask: number): void {
    const { words, address } = this.scratch;
    words[0] = mask;
    words[DATA_WORD] = slot;
    words[DATA_WORD + 1] = this.generations[slot]!;
    if (this.libc.epoll_ctl(this.epoll, operation, fd, address) < 0) {
      throw new Error(`epoll_ctl failed with errno ${this.libc.errno()}`);
    }
  }
}
