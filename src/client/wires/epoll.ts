import { promises as names } from "node:dns";
import { isIP } from "node:net";
import { getSystemErrorName } from "node:util";
import { ArrivalClock } from "../epoll/arrival-clock.ts";
import { DelayHistogram } from "../epoll/delay-histogram.ts";
import { nativeBytes, type Libc } from "../epoll/libc.ts";
import { Poller, READABLE, WRITABLE, type Watch, type Watched } from "../epoll/poller.ts";
import type { Wire, WireEvents, WireOptions, WireSocket } from "../wire.ts";

/** One read of a socket takes at most so much; all sockets read into the same bytes, since each read is used up at once. */
const READ_BYTES = 65_536;
/** Written at once; what is longer goes in pieces. */
const SEND_BYTES = 262_144;

const STREAM = 1;
const CLOSE_ON_EXEC = 0o2000000;
const NON_BLOCKING = 0o4000;
const NO_SIGNAL = 0x4000;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
/** With time stamps of the kernel in nanoseconds: `SO_TIMESTAMPNS`, whose messages bear the same number. */
const TIMESTAMPS = 35;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;

const EAGAIN = 11;
const EINTR = 4;
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
  controlTypeWord: (128 + 12) / 4,
  stampWord: (128 + 16) / 4,
  controlBytes: 64,
  option: 256,
  address: 320,
  bytes: 512,
} as const;

interface Address {
  address: string;
  family: 4 | 6;
}

/**
 * Sockets that are read with epoll(7) and recvmsg(2), called from here: about half the CPU time of Node's own for a read,
 * and the time of a read is the kernel's, taken when its last byte arrived, however late it is looked at.
 */
export function openEpollWire(libc: Libc, { host, port, now }: WireOptions): Wire {
  const clock = new ArrivalClock(libc, now);
  const poller = new Poller(libc, () => clock.read());
  const delays = new DelayHistogram();
  const scratch = nativeBytes(layout.bytes);
  const read = nativeBytes(READ_BYTES);
  const sent = nativeBytes(SEND_BYTES);
  const known = isIP(host);
  let addresses: readonly Address[] | null = known === 0 ? null : [{ address: host, family: known === 6 ? 6 : 4 }];

  const { bytes, words } = scratch;
  const at = (offset: number): bigint => scratch.address + BigInt(offset);
  bytes.writeBigUInt64LE(read.address, layout.vector);
  bytes.writeBigUInt64LE(BigInt(READ_BYTES), layout.vector + 8);
  bytes.writeBigUInt64LE(at(layout.vector), layout.message + 16);
  bytes.writeBigUInt64LE(1n, layout.message + 24);
  bytes.writeBigUInt64LE(at(layout.control), layout.message + 32);

  const setOption = (fd: number, level: number, name: number): void => {
    bytes.writeInt32LE(1, layout.option);
    libc.setsockopt(fd, level, name, at(layout.option), 4);
  };

  /** What went wrong with a socket while nobody called. */
  const pendingError = (fd: number): number => {
    bytes.writeInt32LE(4, layout.option + 8);
    libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, at(layout.option), at(layout.option + 8));
    return bytes.readInt32LE(layout.option);
  };

  /** A socket that connects; -1 where the system refuses at once. */
  const open = ({ address, family }: Address): number => {
    const kind = families[family];
    const fd = libc.socket(kind.family, STREAM | CLOSE_ON_EXEC | NON_BLOCKING, 0);
    if (fd < 0) return -1;
    setOption(fd, IPPROTO_TCP, TCP_NODELAY);
    setOption(fd, SOL_SOCKET, TIMESTAMPS);
    bytes.fill(0, layout.address, layout.address + kind.length);
    bytes.writeUInt16LE(kind.family, layout.address);
    bytes.writeUInt16BE(port, layout.address + 2);
    libc.inet_pton(kind.family, address, at(layout.address + kind.addressAt));
    if (libc.connect(fd, at(layout.address), kind.length) === 0 || libc.errno() === EINPROGRESS) return fd;
    const failed = libc.errno();
    libc.close(fd);
    return -failed || -1;
  };

  /** Bytes of a read, and how old they are: with the kernel's stamp where it came along. */
  const receive = (fd: number): number => {
    words[layout.controlLengthWord] = layout.controlBytes;
    return libc.recvmsg(fd, scratch.address, 0);
  };
  const arrivedNs = (): number => {
    const isStamped = words[layout.controlLengthWord]! > 0 && words[layout.controlTypeWord] === TIMESTAMPS;
    if (!isStamped) return clock.nowNs;
    const ageNs = clock.ageNs(words, layout.stampWord);
    delays.add(Math.max(0, ageNs));
    return clock.nowNs - ageNs;
  };

  class EpollSocket implements WireSocket, Watched {
    private readonly events: WireEvents;
    private watch: Watch | null = null;
    private isConnected = false;
    private isOver = false;
    private isBusy = false;
    private tried = 0;
    /** What could not be written yet. */
    private unsent: Buffer | null = null;

    constructor(events: WireEvents) {
      this.events = events;
      this.busy();
      if (addresses !== null) this.connect(addresses);
      else void this.resolve();
    }

    write(given: Buffer): void {
      this.busy();
      if (this.isOver) return;
      const ahead = this.unsent;
      if (this.isConnected && ahead === null) this.send(given);
      else this.unsent = ahead === null ? given : Buffer.concat([ahead, given]);
    }

    rest(): void {
      if (!this.isBusy) return;
      this.isBusy = false;
      poller.letGo();
    }

    destroy(): void {
      this.over(null);
    }

    onEvents(mask: number): void {
      if (!this.isConnected && !this.connected()) return;
      if ((mask & WRITABLE) !== 0) this.drain();
      if ((mask & ~WRITABLE) !== 0) this.receive();
    }

    private busy(): void {
      if (this.isBusy) return;
      this.isBusy = true;
      poller.hold();
    }

    private async resolve(): Promise<void> {
      try {
        addresses ??= (await names.lookup(host, { all: true, order: "verbatim" })) as Address[];
        if (!this.isOver) this.connect(addresses);
      } catch (error) {
        this.over(error as Error);
      }
    }

    /** To the next address that takes the attempt. */
    private connect(to: readonly Address[]): void {
      let errno = 0;
      while (this.tried < to.length) {
        const fd = open(to[this.tried]!);
        this.tried += 1;
        if (fd >= 0) {
          this.watch = poller.watch(fd, READABLE | WRITABLE, this);
          return;
        }
        errno = -fd;
      }
      this.over(errorOf(errno));
    }

    /** The attempt has ended: true where it is a connection. */
    private connected(): boolean {
      const { fd } = this.watch!;
      const errno = pendingError(fd);
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

    private receive(): void {
      if (this.watch === null) return;
      const length = receive(this.watch.fd);
      if (length > 0) return this.events.onRead(read.bytes, length, arrivedNs());
      if (length === 0) {
        this.events.onEnd(clock.nowNs);
        return this.over(null);
      }
      const errno = libc.errno();
      if (errno !== EAGAIN && errno !== EINTR) this.over(errorOf(errno));
    }

    private drain(): void {
      const left = this.unsent;
      this.unsent = null;
      if (left !== null) this.send(left);
      else if (this.watch !== null) poller.change(this.watch, READABLE);
    }

    private send(given: Buffer): void {
      const { fd } = this.watch!;
      for (let from = 0; from < given.length;) {
        const length = given.copy(sent.bytes, 0, from, from + SEND_BYTES);
        const done = libc.send(fd, sent.address, length, NO_SIGNAL);
        if (done > 0) from += done;
        else if (libc.errno() === EAGAIN) {
          this.unsent = given.subarray(from);
          return poller.change(this.watch!, READABLE | WRITABLE);
        } else if (libc.errno() !== EINTR) {
          // What the server said before it hung up is read first; then the read says how it ended.
          return;
        }
      }
    }

    private letGoOfSocket(): void {
      if (this.watch === null) return;
      poller.forget(this.watch);
      libc.close(this.watch.fd);
      this.watch = null;
    }

    /** Later than whoever ended it, as with every socket of Node. */
    private over(error: Error | null): void {
      if (this.isOver) return;
      this.isOver = true;
      this.letGoOfSocket();
      this.rest();
      queueMicrotask(() => this.events.onClose(error, now()));
    }
  }

  return {
    connect: (events) => new EpollSocket(events),
    look() {
      poller.look();
      return Promise.resolve();
    },
    readDelayMs: () => delays.take(),
    alarm: {
      set: (atNs, ring) => poller.setAlarm(atNs - now(), ring),
      clear: () => poller.clearAlarm(),
    },
    close: () => poller.close(),
  };
}

function errorOf(errno: number): Error {
  const code = errno > 0 ? getSystemErrorName(-errno) : "EIO";
  return Object.assign(new Error(code), { code });
}
