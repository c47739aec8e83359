import { loadLibc } from "../epoll/libc.ts";
import type { OpenWire } from "../wire.ts";
import { openEpollWire } from "./epoll.ts";
import { openNodeSockets } from "./node-sockets.ts";

/** The cheapest wire of this machine and this Node: epoll where it can be called, else Node's own sockets. */
export const openWire: OpenWire = (options) => {
  const libc = loadLibc();
  return libc === null ? openNodeSockets(options) : openEpollWire(libc, options);
};
