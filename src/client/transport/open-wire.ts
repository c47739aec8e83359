import { loadLibc } from "../native/libc.ts";
import type { OpenWire } from "./wire.ts";
import { openNodeSockets } from "./node-sockets.ts";
import { openSystemSockets } from "../native/system-sockets.ts";

/** The cheapest wire of this machine and this Node: the system's own calls where they can be called, else Node's sockets. */
export const openWire: OpenWire = (options) => {
  const libc = loadLibc();
  return libc === null ? openNodeSockets(options) : openSystemSockets(libc, options);
};
