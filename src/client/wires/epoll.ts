import { EpollIntake } from "../epoll/epoll-intake.ts";
import type { Libc } from "../epoll/libc.ts";
import type { Wire, WireOptions } from "../wire.ts";
import { openSystemSockets } from "./system-sockets.ts";

/** Sockets that are read with epoll(7) and recvmsg(2). */
export function openEpollWire(libc: Libc, options: WireOptions): Wire {
  return openSystemSockets(libc, ({ calls }) => new EpollIntake(calls), options);
}
