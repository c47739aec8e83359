import { TIMESTAMPS, type Arrivals } from "./arrivals.ts";
import { CLOSE_ON_EXEC, nativeBytes, NON_BLOCKING, type Libc, type NativeBytes } from "./libc.ts";

/** One read of a socket takes at most so much; all sockets read into the same bytes, since each read is used up at once. */
const READ_BYTES = 65_536;
/** Written at once; what is longer goes in pieces. */
const SEND_BYTES = 262_144;

const STREAM = 1;
const NO_SIGNAL = 0x4000;
const LOOK_ONLY = 2;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;

const EAGAIN = 11;
const EINTR = 4;
const EALREADY = 114;
const EINPROGRESS = 115;

/** Address families, and the lengths of their `sockaddr`. */
const families = { 4: { family: 2, length: 16, addressAt: 4 }, 6: { family: 10, length: 28, addressAt: 8 } } as const;

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
  address: 320,
  bytes: 512,
} as const;

export interface Address {
  address: string;
  family: 4 | 6;
}

/** The system's calls on sockets, with the bytes that they share. A class at the module's level, so that all wires run the same compiled code. */
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
  }

  /** A socket that connects, and whether it is connected already; where the system refuses at once, its errno. */
  open({ address, family }: Address, port: number): { fd: number; isConnected: boolean } | { errno: number } {
    const { libc } = this;
    const { bytes } = this.scratch;
    const kind = families[family];
    const fd = libc.socket(kind.family, STREAM | CLOSE_ON_EXEC | NON_BLOCKING, 0);
    if (fd < 0) return { errno: libc.errno() };
    this.setOption(fd, IPPROTO_TCP, TCP_NODELAY);
    this.setOption(fd, SOL_SOCKET, TIMESTAMPS);
    bytes.fill(0, layout.address, layout.address + kind.length);
    bytes.writeUInt16LE(kind.family, layout.address);
    bytes.writeUInt16BE(port, layout.address + 2);
    libc.inet_pton(kind.family, address, this.at(layout.address + kind.addressAt));
    // The first answers before it knows; on the loopback the second finds it done.
    for (let asked = 0; asked < 2; asked += 1) {
      if (libc.connect(fd, this.at(layout.address), kind.length) === 0) return { fd, isConnected: true };
      const errno = libc.errno();
      if (errno === EINPROGRESS || errno === EALREADY) continue;
      libc.close(fd);
      return { errno };
    }
    return { fd, isConnected: false };
  }

  /** What went wrong with a socket while nobody called: an errno, or 0. */
  pendingError(fd: number): number {
    const { bytes } = this.scratch;
    bytes.writeInt32LE(4, layout.option + 8);
    this.libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, this.at(layout.option), this.at(layout.option + 8));
    return bytes.readInt32LE(layout.option);
  }

  /** Bytes that are in `read` now; 0 at the end; less where there are none. */
  receive(fd: number): number {
    this.scratch.words[layout.controlLengthWord] = layout.controlBytes;
    return this.libc.recvmsg(fd, this.scratch.address, 0);
  }

  /** When the bytes of the last `receive` arrived: by the kernel's stamp where it came along, else at the clock's moment. Not before `earliestNs`. */
  arrivedNs(earliestNs: number): number {
    const { words } = this.scratch;
    return this.arrivals.atNs(words, layout.control / 4, words[layout.controlLengthWord]! > 0, earliestNs);
  }

  /** True where the other side has said that it sends nothing more, and nothing is left to read before that. */
  isAtEnd(fd: number): boolean {
    this.scratch.words[layout.controlLengthWord] = 0;
    return this.libc.recvmsg(fd, this.scratch.address, LOOK_ONLY) === 0;
  }

  /** Why `receive` gave nothing; 0 where there is just nothing to read yet. */
  receiveError(): number {
    const errno = this.libc.errno();
    return errno === EAGAIN || errno === EINTR ? 0 : errno;
  }

  /**
   * Writes from a place on; returns how far it came. Less than all where the system takes no more now; all where the other
   * side has hung up: what it said before is read first, and the read says how it ended.
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

  close(fd: number): void {
    this.libc.close(fd);
  }

  private setOption(fd: number, level: number, name: number): void {
    this.scratch.bytes.writeInt32LE(1, layout.option);
    this.libc.setsockopt(fd, level, name, this.at(layout.option), 4);
  }

  private at(offset: number): bigint {
    return this.scratch.address + BigInt(offset);
  }
}
