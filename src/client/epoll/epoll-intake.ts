import type { Heard, Intake } from "./intake.ts";
import { READABLE } from "./poller.ts";
import type { SocketCalls } from "./socket-calls.ts";

/** Reads a descriptor with recvmsg(2) when epoll(7) says that it has something: on every Linux. */
export class EpollIntake implements Intake {
  readonly mask = READABLE;
  private readonly calls: SocketCalls;

  constructor(calls: SocketCalls) {
    this.calls = calls;
  }

  hear(fd: number): number {
    return fd;
  }

  isReadable(fd: number, heard: Heard): void {
    const { calls } = this;
    const length = calls.receive(fd);
    if (length > 0) return heard.onBytes(calls.read, 0, length, calls.arrivedNs());
    if (length === 0) return heard.onEndOfBytes();
    const errno = calls.receiveError();
    if (errno !== 0) heard.onReadError(errno);
  }

  forget(): void {
    // With the descriptor the kernel closes its watch.
  }

  close(): void {
    // The poller is closed by whoever opened it.
  }
}
