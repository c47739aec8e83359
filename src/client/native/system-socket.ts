import { getSystemErrorName } from "node:util";
import type { WireEvents, WireSocket } from "../transport/wire.ts";
import type { Arrivals } from "./arrivals.ts";
import { READABLE, WRITABLE, type Poller, type Watch, type Watched } from "./poller.ts";
import type { ReadPause } from "./read-pause.ts";
import type { Address, SocketCalls } from "./socket-calls.ts";

/** What the sockets of one wire share. */
export interface SocketHost {
  calls: SocketCalls;
  arrivals: Arrivals;
  poller: Poller;
  pause: ReadPause;
  port: number;
  /** Where they connect to, each tried in turn; null until the name was looked up. */
  addresses: readonly Address[] | null;
  lookUp(): Promise<readonly Address[]>;
  now: () => number;
}

/** One connection by the system's own calls. */
export class SystemSocket implements WireSocket, Watched {
  private readonly host: SocketHost;
  private readonly events: WireEvents;
  private watch: Watch | null = null;
  private isConnected = false;
  private isOver = false;
  private isBusy = false;
  /** Something was ever written to it. */
  private isAsked = false;
  private tried = 0;
  /** When its last request was written, and when it was read last since then (0: not yet), in ns. */
  private writtenNs = 0;
  private readNs = 0;
  /** What could not be written yet. */
  private unsent: Buffer | null = null;

  constructor(host: SocketHost, events: WireEvents) {
    this.host = host;
    this.events = events;
    this.busy();
    if (host.addresses !== null) this.connect(host.addresses);
    else void this.resolve();
  }

  write(given: Buffer): void {
    this.busy();
    this.isAsked = true;
    if (this.isOver) return;
    this.writtenNs = this.host.now();
    this.readNs = 0;
    const ahead = this.unsent;
    if (this.isConnected && ahead === null) this.send(given);
    else this.unsent = ahead === null ? given : Buffer.concat([ahead, given]);
  }

  rest(): void {
    if (!this.isBusy) return;
    this.isBusy = false;
    if (this.readNs > 0) this.host.pause.sawRequest(this.readNs - this.writtenNs);
    this.host.poller.letGo();
  }

  isEnded(): boolean {
    return this.isOver || (this.isConnected && this.host.calls.isAtEnd(this.watch!.fd));
  }

  destroy(): void {
    this.over(null);
  }

  onEvents(mask: number): void {
    if (!this.isConnected && !this.connected()) return;
    if ((mask & WRITABLE) !== 0) this.drain();
    if ((mask & ~WRITABLE) !== 0 && this.watch !== null) this.read(this.watch.fd);
  }

  private read(fd: number): void {
    const { calls, arrivals, pause } = this.host;
    const length = calls.receive(fd);
    if (length < 0) {
      const errno = calls.receiveError();
      if (errno !== 0) this.over(errorOf(errno));
      return;
    }
    if (length === 0) {
      this.events.onEnd(arrivals.clock.nowNs);
      this.over(null);
      return;
    }
    const atNs = calls.arrivedNs(Math.max(this.readNs, this.writtenNs));
    if (!arrivals.isStamped) pause.sawNoStamp();
    else if (this.readNs > 0) pause.sawGap(atNs - this.readNs, atNs - this.writtenNs);
    this.readNs = atNs;
    this.events.onRead(calls.read, 0, length, atNs);
  }

  private busy(): void {
    if (this.isBusy) return;
    this.isBusy = true;
    this.host.poller.hold();
  }

  private async resolve(): Promise<void> {
    try {
      const addresses = await this.host.lookUp();
      if (!this.isOver) this.connect(addresses);
    } catch (error) {
      this.over(error as Error);
    }
  }

  /** To the next address that takes the attempt. */
  private connect(to: readonly Address[]): void {
    const { calls, poller, port } = this.host;
    let errno = 0;
    while (this.tried < to.length) {
      const opened = calls.open(to[this.tried]!, port);
      this.tried += 1;
      if ("fd" in opened) {
        this.watch = poller.watch(opened.fd, opened.isConnected ? READABLE : READABLE | WRITABLE, this);
        if (opened.isConnected) this.connectedAtOnce();
        return;
      }
      ({ errno } = opened);
    }
    this.over(errorOf(errno));
  }

  /** Told later than to whoever opened it, as by every socket of Node. */
  private connectedAtOnce(): void {
    this.isConnected = true;
    if (this.unsent !== null) this.drain();
    queueMicrotask(() => {
      if (this.isOver) return;
      if (!this.isAsked) this.rest();
      this.events.onConnect();
    });
  }

  /** The attempt has ended: true where it is a connection. */
  private connected(): boolean {
    const { calls, poller, addresses } = this.host;
    const errno = calls.pendingError(this.watch!.fd);
    if (errno === 0) {
      this.isConnected = true;
      poller.change(this.watch!, READABLE);
      if (this.unsent === null) this.rest();
      else this.drain();
      this.events.onConnect();
      return !this.isOver;
    }
    this.letGoOfSocket();
    if (addresses !== null && this.tried < addresses.length) this.connect(addresses);
    else this.over(errorOf(errno));
    return false;
  }

  private drain(): void {
    const left = this.unsent;
    this.unsent = null;
    if (this.watch !== null) this.host.poller.change(this.watch, READABLE);
    if (left !== null) this.send(left);
  }

  private send(given: Buffer): void {
    const { calls, poller } = this.host;
    const sent = calls.send(this.watch!.fd, given);
    if (sent === given.length) return;
    this.unsent = given.subarray(sent);
    poller.change(this.watch!, READABLE | WRITABLE);
  }

  private letGoOfSocket(): void {
    if (this.watch === null) return;
    this.host.poller.forget(this.watch);
    this.host.calls.close(this.watch.fd);
    this.watch = null;
  }

  /** Told later than to whoever ended it, as by every socket of Node. */
  private over(error: Error | null): void {
    if (this.isOver) return;
    this.isOver = true;
    this.letGoOfSocket();
    this.rest();
    const atNs = this.host.now();
    queueMicrotask(() => this.events.onClose(error, atNs));
  }
}

function errorOf(errno: number): Error {
  const code = errno > 0 ? getSystemErrorName(-errno) : "EIO";
  return Object.assign(new Error(code), { code });
}
