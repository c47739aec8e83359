import { loadLibc } from "../epoll/libc.ts";
import type { OpenWire } from "../wire.ts";
import { openEpollWire } from "./epoll.ts";
import { openNodeSockets } from "./node-sockets.ts";
import { openUringWire } from "./uring.ts";

/** The cheapest wire of this machine and this Node: the system's own calls where they can be called, else Node's sockets. */
export const openWire: OpenWire = (options) => {
  const libc = loadLibc();
  if (libc === null) return openNodeSockets(options);
  return openUringWire(libc, options) ?? openEpollWire(libc, options);
};
