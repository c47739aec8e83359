import type { Libc } from "../epoll/libc.ts";
import { openRingMemory } from "../uring/ring-memory.ts";
import { ringWorks } from "../uring/ring-works.ts";
import { Ring } from "../uring/ring.ts";
import type { Wire, WireOptions } from "../wire.ts";
import { openSystemSockets } from "./system-sockets.ts";

/** Sockets that are read with io_uring(7); null where the kernel gives this process no ring, or one that does not do what it must. */
export function openUringWire(libc: Libc, options: WireOptions): Wire | null {
  if (!ringWorks(libc)) return null;
  const memory = openRingMemory(libc);
  if (memory === null) return null;
  return openSystemSockets(libc, ({ arrivals, poller }) => new Ring(libc, memory, arrivals, poller), options);
}
