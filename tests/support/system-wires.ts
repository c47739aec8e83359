import { openEpollWire } from "../../src/client/wires/epoll.ts";
import { openUringWire } from "../../src/client/wires/uring.ts";
import type { OpenWire, Wire } from "../../src/client/wire.ts";
import { libc } from "./libc.ts";

function openUring(options: Parameters<OpenWire>[0]): Wire | null {
  return libc === null ? null : openUringWire(libc, options);
}

const probe = openUring({ host: "127.0.0.1", port: 1, now: () => 0 });
probe?.close();

/** The wires of the system's own calls that this machine has, by name. Kernels before 6.1, and some containers, have no ring. */
export const systemWires: [string, OpenWire][] = [
  ...(libc === null ? [] : [["epoll", (options) => openEpollWire(libc!, options)] satisfies [string, OpenWire]]),
  ...(probe === null ? [] : [["io_uring", (options) => openUring(options)!] satisfies [string, OpenWire]]),
];
