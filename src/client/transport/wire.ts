import type { ReadHealth } from "../native/arrivals.ts";

/** What a connection tells whoever opened it. Times are those of `WireOptions.now`. */
export interface WireEvents {
  onConnect(): void;
  /** Bytes `from` to `to` of a buffer that is lent for the call, and when they arrived. */
  onRead(buffer: Buffer, from: number, to: number, atNs: number): void;
  /** The other side sends nothing more; `onClose` follows. */
  onEnd(atNs: number): void;
  /** Once, and nothing after it. With the reason where it was not the wish of one side. */
  onClose(error: Error | null, atNs: number): void;
}

/** One connection. */
export interface WireSocket {
  /** Sends all of it, in the order of the calls; before the connection is made, as soon as it is. From then on something is expected. */
  write(bytes: Buffer): void;
  /** Nothing is expected of it until the next `write`. */
  rest(): void;
  /** True where the other side has ended it, as far as that is known without waiting. */
  isEnded(): boolean;
  destroy(): void;
}

/** Wakes somebody at a time of the trial's clock, to within what the kernel takes to wake a thread, and without a turn of Node's loop. */
export interface Alarm {
  /** In place of the one before. */
  set(atNs: number, ring: () => void): void;
  clear(): void;
  /** Gives Node's loop its turn at once, from within what a wire or an alarm called: for a promise that was resolved there and shall go on. */
  leave(): void;
}

/** How connections to one address are made and read. */
export interface Wire {
  connect(events: WireEvents): WireSocket;
  /** Tells of what happened to connections that rest, where nobody may have looked; resolves when all was told. */
  look(): Promise<void>;
  /** How long bytes had waited for their reading since the last call, and how wrong their times can be; null where they are not the kernel's. */
  readHealth(): ReadHealth | null;
  /** Exact where this wire waits for itself; null where only Node's timers are there, in whole milliseconds. */
  alarm: Alarm | null;
  /** After the last connection was destroyed. */
  close(): void;
}

export interface WireOptions {
  host: string;
  port: number;
  /** Nanoseconds of the trial's clock. */
  now: () => number;
}

export type OpenWire = (options: WireOptions) => Wire;
