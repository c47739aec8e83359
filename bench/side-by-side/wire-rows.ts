/** What `wire.c` wrote, and how bytes come of it again. */

/** One TCP segment that bore data, or opened or closed a connection. */
export interface Segment {
  /** Since the first of the capture, in ns. */
  atNs: number;
  seq: number;
  /** The client's; the server's is the same for all. */
  port: number;
  fromServer: boolean;
  opens: boolean;
  /** Its sender sends nothing after it (FIN). */
  closes: boolean;
  /** The connection is gone (RST). */
  resets: boolean;
  payload: Buffer;
}

/** `struct row` of wire.c: at_ns, seq, length, cut, port, from_server, flags. */
const headerBytes = 24;
const FIN = 1;
const SYN = 2;
const RST = 4;

/**
 * The rows of a capture in the order of their times, which is not quite that of the file.
 * @throws RangeError where its end is missing
 */
export function readSegments(file: Buffer): Segment[] {
  const segments: Segment[] = [];
  const baseNs = file.length === 0 ? 0n : file.readBigInt64LE(0);
  for (let at = 0; at < file.length;) {
    const from = at + headerBytes;
    const to = from + file.readUInt32LE(at + 12) - file.readUInt32LE(at + 16);
    if (to > file.length) throw new RangeError("the capture's last row is not whole");
    const flags = file[at + 23]!;
    segments.push({
      atNs: Number(file.readBigInt64LE(at) - baseNs),
      seq: file.readUInt32LE(at + 8),
      port: file.readUInt16LE(at + 20),
      fromServer: file[at + 22] === 1,
      opens: (flags & SYN) !== 0,
      closes: (flags & FIN) !== 0,
      resets: (flags & RST) !== 0,
      payload: file.subarray(from, to),
    });
    at = to;
  }
  return segments.toSorted((a, b) => a.atNs - b.atNs);
}

/** Hears of one direction of a connection, in the order of its bytes. */
export interface StreamSink {
  onBytes(bytes: Buffer, atNs: number): void;
  onClose(): void;
}

/**
 * One direction of one connection: hands its bytes on once and in order, each with the time from which it and all before it
 * were there. What was sent again is passed over; what came too early waits for what is missing (RFC 9293, section 3.10.7.4).
 */
export class ByteOrder {
  /** Bytes that came a second time. */
  repeated = 0;
  private readonly sink: StreamSink;
  private next: number | null = null;
  private early: Segment[] = [];

  constructor(sink: StreamSink) {
    this.sink = sink;
  }

  /** True where what came later waits for bytes that never came. */
  get isBroken(): boolean {
    return this.early.length > 0;
  }

  take(segment: Segment): void {
    if (segment.opens) {
      // Its number counts as a byte of its own.
      this.next ??= (segment.seq + 1) >>> 0;
      return;
    }
    this.next ??= segment.seq;
    if (segment.resets) {
      this.sink.onClose();
      return;
    }
    if (this.ahead(segment) > 0) {
      this.early.push(segment);
      return;
    }
    this.hand(segment, segment.atNs);
    for (let ready = this.ready(); ready !== undefined; ready = this.ready()) this.hand(ready, segment.atNs);
  }

  /** Bytes between what is known and where it begins; under zero where it begins before. Numbers go round at 2^32. */
  private ahead({ seq }: Segment): number {
    return (seq - this.next!) | 0;
  }

  private ready(): Segment | undefined {
    const place = this.early.findIndex((segment) => this.ahead(segment) <= 0);
    return place < 0 ? undefined : this.early.splice(place, 1)[0];
  }

  private hand(segment: Segment, atNs: number): void {
    const { payload, closes } = segment;
    const known = Math.min(-this.ahead(segment), payload.length);
    this.repeated += known;
    if (known < payload.length) {
      this.next = (this.next! + payload.length - known) >>> 0;
      this.sink.onBytes(payload.subarray(known), atNs);
    }
    if (closes) this.sink.onClose();
  }
}
