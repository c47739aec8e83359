import { TIMESTAMPS, type Arrivals } from "./arrivals.ts";
import { nativeBytes, type Libc, type NativeBytes } from "./libc.ts";

/** One read of a socket takes at most so much; all sockets read into the same bytes, since each read is used up at once. */
const READ_BYTES = 65_536;
/** Written at once; what is longer goes in pieces. */
const SEND_BYTES = 262_144;

const NO_SIGNAL = 0x4000;
const PEEK = 2;
const SOL_SOCKET = 1;

const EINTR = 4;
const EAGAIN = 11;

/** Where things lie in the bytes that C is handed. Words are of 4 bytes. */
const layout = {
  /** `struct msghdr`: the length of its control data is the word that every call changes. */
  message: 0,
  controlLengthWord: 10,
  vector: 64,
  /** `struct cmsghdr`, 16 bytes, then a `timespec`. */
  control: 128,
  controlBytes: 64,
  option: 256,
  bytes: 260,
} as const;

/** The system's calls on connected sockets, with the bytes that they share. */
export class SocketCalls {
  /** What was read last. */
  readonly read: Buffer;
  private readonly libc: Libc;
  private readonly arrivals: Arrivals;
  private readonly scratch: NativeBytes = nativeBytes(layout.bytes);
  private readonly sent: NativeBytes = nativeBytes(SEND_BYTES);
  /** Kept: the scratch bytes hold its address. */
  private readonly incoming: NativeBytes = nativeBytes(READ_BYTES);

  constructor(libc: Libc, arrivals: Arrivals) {
    this.libc = libc;
    this.arrivals = arrivals;
    this.read = this.incoming.bytes;
    const { bytes } = this.scratch;
    bytes.writeBigUInt64LE(this.incoming.address, layout.vector);
    bytes.writeBigUInt64LE(BigInt(READ_BYTES), layout.vector + 8);
    bytes.writeBigUInt64LE(this.at(layout.vector), layout.message + 16);
    bytes.writeBigUInt64LE(1n, layout.message + 24);
    bytes.writeBigUInt64LE(this.at(layout.control), layout.message + 32);
    bytes.writeInt32LE(1, layout.option);
  }

  /** From now on the kernel says when the bytes of each read arrived. */
  askForStamps(fd: number): void {
    this.libc.setsockopt(fd, SOL_SOCKET, TIMESTAMPS, this.at(layout.option), 4);
  }

  /** Bytes that are in `read` now; 0 at the end; less where there are none. */
  receive(fd: number): number {
    this.scratch.words[layout.controlLengthWord] = layout.controlBytes;
    return this.libc.recvmsg(fd, this.scratch.address, 0);
  }

  /** Why `receive` gave nothing, an errno; 0 where there is just nothing to read yet. */
  receiveError(): number {
    const errno = this.libc.errno();
    return errno === EAGAIN || errno === EINTR ? 0 : errno;
  }

  /** When the bytes of the last `receive` arrived, not before `earliestNs`. */
  arrivedNs(earliestNs: number): number {
    const { words } = this.scratch;
    return this.arrivals.atNs(words, layout.control / 4, words[layout.controlLengthWord]! > 0, earliestNs);
  }

  /** True where the other side has said that it sends nothing more, and nothing is left to read before that. */
  isAtEnd(fd: number): boolean {
    this.scratch.words[layout.controlLengthWord] = 0;
    return this.libc.recvmsg(fd, this.scratch.address, PEEK) === 0;
  }

  /**
   * Writes; returns how far it came. Less than all where the system takes no more now; all where the other side has hung
   * up: what it said before is read first, and the read says how it ended.
   */
  send(fd: number, given: Buffer): number {
    let from = 0;
    while (from < given.length) {
      const length = given.copy(this.sent.bytes, 0, from, from + SEND_BYTES);
      const done = this.libc.send(fd, this.sent.address, length, NO_SIGNAL);
      if (done > 0) from += done;
      else if (this.libc.errno() === EAGAIN) return from;
      else if (this.libc.errno() !== EINTR) return given.length;
    }
    return from;
  }

  private at(offset: number): bigint {
    return this.scratch.address + BigInt(offset);
  }
}
