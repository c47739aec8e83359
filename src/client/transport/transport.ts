import type { Result } from "../../schema/result.ts";
import type { DueTimer, ReadHealth } from "./socket-backend.ts";

/** The value of a header by its name in small letters; null where the response has none. */
export type HeaderOf = (name: string) => string | null;

/**
 * Takes one response as it arrives. A buffer is lent: it is valid during the call and used again after it.
 * Times are those of `TransportOptions.now`: when the kernel took the bytes in, where it says so, else when they were read,
 * before anything looked at them.
 */
export interface Receiver {
  onHead(status: number, header: HeaderOf): void;
  /** Bytes `from` (included) to `to` (excluded) of the body, framing taken off. */
  onBody(buffer: Buffer, from: number, to: number, atNs: number): void;
  /** The request was written a second time: the server had closed the kept connection before it can have read the request. */
  onResent(): void;
  /** Once, and nothing after it. Null where the response came whole; otherwise what went wrong, in words. */
  onEnd(problem: string | null, atNs: number): void;
}

/** Carries requests to one endpoint. Each `send` is a POST of JSON with a connection of its own while it is open. */
export interface Transport {
  /** Tops up the waiting connections to `count`, so that none has to be made while the clock runs. A failure where the first cannot be made. */
  open(count: number): Promise<Result<void>>;
  /** Returns what cuts the request off: its connection is destroyed and the receiver is not called again. */
  send(path: string, body: Buffer, receiver: Receiver): () => void;
  /** Bytes of the largest read since the last call: what lay waiting in a socket; null where that cannot be seen. */
  largestRead(): number | null;
  /** How long bytes had waited for their reading since the last call, and how wrong their times can be; null where they are not the kernel's. */
  readHealth(): ReadHealth | null;
  /** Exact to within what the kernel takes to wake the thread; null where only Node's timers are there. */
  dueTimer(): DueTimer | null;
  /** Destroys every connection; resolves when all are gone. */
  close(): Promise<void>;
}

/**
 * Where a server closes a kept connection this soon after the write, in ns, it closed it before the request arrived: on a
 * local network the two cross within a fraction of a millisecond. Later the server may have begun to work on the request,
 * and a second copy would add work.
 */
const CROSSED_NS = 5e6;

/** True where the server cannot have read a request, since it closed the connection this long after the write. */
export function hasCrossed(tookNs: number): boolean {
  return tookNs >= 0 && tookNs <= CROSSED_NS;
}

export interface TransportOptions {
  /** `http://127.0.0.1:8000`, or with a path in front of the API's own. */
  url: string;
  /** Sent with every request, beside those of the framing. */
  headers: Readonly<Record<string, string>>;
  /** Nanoseconds of the trial's clock. */
  now: () => number;
}

export type CreateTransport = (options: TransportOptions) => Transport;
