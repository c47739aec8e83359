import { connect, type LookupFunction, type Socket } from "node:net";
import { getSystemErrorName } from "node:util";
import type { ClientSocket, SocketEvents } from "../transport/socket-backend.ts";
import type { Arrivals } from "./arrivals.ts";
import { READABLE, WRITABLE, type EventHandler, type Poller } from "./poller.ts";
import type { ReadPause } from "./read-pause.ts";
import type { SocketCalls } from "./socket-calls.ts";

/** What the sockets of one address share. */
export interface SocketHost {
  calls: SocketCalls;
  arrivals: Arrivals;
  poller: Poller;
  pause: ReadPause;
  host: string;
  port: number;
  lookup: LookupFunction;
  now: () => number;
}

/** One connection: Node makes and closes it, and everything between is read and written by the system's own calls. */
export class NativeSocket implements ClientSocket, EventHandler {
  private readonly shared: SocketHost;
  private readonly events: SocketEvents;
  private readonly connection: Socket;
  /** Null before it is connected, and after its end. */
  private fd: number | null = null;
  private isBusy = false;
  private failure: Error | null = null;
  /** When it ended, in ns; null before. */
  private endedNs: number | null = null;
  /** When its last request was written, and when it was read last since then (0: not yet), in ns. */
  private writtenNs = 0;
  private readNs = 0;
  /** What could not be written yet. */
  private unsent: Buffer | null = null;

  constructor(shared: SocketHost, events: SocketEvents) {
    const { host, port, lookup } = shared;
    this.shared = shared;
    this.events = events;
    this.connection = connect({ host, port, lookup, noDelay: true })
      // Node itself is to read nothing.
      .pause()
      .on("connect", () => this.onConnect())
      .on("error", (error) => (this.failure = error))
      .on("close", () => this.onClose());
  }

  write(given: Buffer): void {
    if (this.endedNs !== null) return;
    if (!this.isBusy) this.shared.poller.hold();
    this.isBusy = true;
    this.writtenNs = this.shared.now();
    this.readNs = 0;
    const ahead = this.unsent;
    if (this.fd !== null && ahead === null) this.send(this.fd, given);
    else this.unsent = ahead === null ? given : Buffer.concat([ahead, given]);
  }

  rest(): void {
    if (!this.isBusy) return;
    this.isBusy = false;
    if (this.readNs > 0) this.shared.pause.sawRequest(this.readNs - this.writtenNs);
    this.shared.poller.release();
  }

  isEnded(): boolean {
    return this.endedNs !== null || (this.fd !== null && this.shared.calls.isAtEnd(this.fd));
  }

  destroy(): void {
    this.end(null);
  }

  onEvents(mask: number): void {
    if ((mask & WRITABLE) !== 0) this.drain();
    if ((mask & ~WRITABLE) !== 0 && this.fd !== null) this.read(this.fd);
  }

  private onConnect(): void {
    const { calls, poller } = this.shared;
    if (this.endedNs !== null) return;
    // Not documented, and as old as Node: the tests of this folder would notice if it went.
    this.fd = (this.connection as unknown as { _handle: { fd: number } })._handle.fd;
    calls.askForStamps(this.fd);
    poller.subscribe(this.fd, READABLE, this);
    if (this.unsent !== null) this.drain();
    this.events.onConnect();
  }

  private onClose(): void {
    this.rest();
    this.events.onClose(this.failure, this.endedNs ?? this.shared.now());
  }

  private read(fd: number): void {
    const { calls, arrivals, pause } = this.shared;
    const length = calls.receive(fd);
    if (length < 0) {
      const errno = calls.receiveError();
      if (errno !== 0) this.end(errorOf(errno));
      return;
    }
    if (length === 0) {
      this.events.onEnd(arrivals.nowNs);
      this.end(null);
      return;
    }
    const atNs = calls.arrivedNs(Math.max(this.readNs, this.writtenNs));
    if (!arrivals.isStamped) pause.sawNoStamp();
    else if (this.readNs > 0) pause.sawGap(atNs - this.readNs, atNs - this.writtenNs);
    this.readNs = atNs;
    this.events.onRead(calls.read, 0, length, atNs);
  }

  private drain(): void {
    const left = this.unsent;
    this.unsent = null;
    if (this.fd === null) return;
    this.shared.poller.modify(this.fd, READABLE);
    if (left !== null) this.send(this.fd, left);
  }

  private send(fd: number, given: Buffer): void {
    const { calls, poller } = this.shared;
    const sent = calls.send(fd, given);
    if (sent === given.length) return;
    this.unsent = given.subarray(sent);
    poller.modify(fd, READABLE | WRITABLE);
  }

  private end(failure: Error | null): void {
    if (this.endedNs !== null) return;
    const { poller, now } = this.shared;
    this.endedNs = now();
    this.failure ??= failure;
    if (this.fd !== null) poller.unsubscribe(this.fd);
    this.fd = null;
    this.rest();
    // Node closes it, and says when it is closed.
    this.connection.destroy();
    poller.yieldToEventLoop();
  }
}

function errorOf(errno: number): Error {
  const code = errno > 0 ? getSystemErrorName(-errno) : "EIO";
  return Object.assign(new Error(code), { code });
}
