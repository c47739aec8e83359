import type { StampHealth } from "../../schema/observation.ts";

/** What a connection reports to its owner. Times are those of the trial's clock, in ns. */
export interface SocketEvents {
  onConnect(): void;
  /** Bytes `from` to `to` of a buffer that is lent for the call, and when they arrived. */
  onRead(buffer: Buffer, from: number, to: number, atNs: number): void;
  /** The other side sends nothing more; `onClose` follows. */
  onEnd(atNs: number): void;
  /** Once, and nothing after it. With the reason where neither side asked for it. */
  onClose(error: Error | null, atNs: number): void;
}

/** One connection. */
export interface ClientSocket {
  /** Sends all of it, in the order of the calls; before the connection is made, as soon as it is. From then on an answer is expected. */
  write(bytes: Buffer): void;
  /** No answer is expected until the next `write`. */
  rest(): void;
  /** True where the other side has closed it, as far as that is known without waiting. */
  isEnded(): boolean;
  destroy(): void;
}

/** How good the kernel's time stamps were since the last call: how long bytes waited to be read, and how wrong their times can be. */
export type ReadHealth = Pick<StampHealth, "boundMs" | "clampedShare"> & { delayMs: StampHealth["boundMs"] };

/** The connections to one address. */
export interface Sockets {
  connect(events: SocketEvents): ClientSocket;
  /** Since the last call; null where times are not the kernel's. */
  readHealth(): ReadHealth | null;
  /** To be called after the last connection was destroyed. */
  close(): void;
}

/** Calls at a time of the trial's clock, to within what the kernel takes to wake the thread. */
export interface DueTimer {
  /** In place of the one before. */
  set(atNs: number, onDue: () => void): void;
  clear(): void;
}

/** One way to make and read connections, and to wait for due times beside them. */
export interface SocketBackend {
  openSockets(address: { host: string; port: number }): Sockets;
  /** Null where only Node's timers are there, in whole milliseconds. */
  dueTimer: DueTimer | null;
}

/** `now` is the trial's clock, in ns. Null where this machine or this Node lacks what the backend needs. */
export type CreateSocketBackend = (now: () => number) => SocketBackend | null;
