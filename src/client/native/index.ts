import { lookUpOnce } from "../transport/lookup.ts";
import type { SocketBackend } from "../transport/socket-backend.ts";
import { Arrivals } from "./arrivals.ts";
import { loadLibc } from "./libc.ts";
import { NativeSocket } from "./native-socket.ts";
import { Poller } from "./poller.ts";
import { ReadPause } from "./read-pause.ts";
import { SocketCalls } from "./socket-calls.ts";

/**
 * Sockets read by the system's own calls: less CPU time than Node's own for a read, and the time of a read is the kernel's,
 * taken when its last byte arrived, however late it is looked at. `README.md` explains how it waits.
 */
export function createNativeBackend(now: () => number): SocketBackend | null {
  const libc = loadLibc();
  if (libc === null) return null;
  const arrivals = new Arrivals(libc, now);
  const pause = new ReadPause();
  const poller = new Poller(libc, arrivals, pause);
  const calls = new SocketCalls(libc, arrivals);
  return {
    openSockets(address) {
      const shared = { calls, arrivals, poller, pause, ...address, lookup: lookUpOnce(), now };
      return {
        connect: (events) => new NativeSocket(shared, events),
        readHealth: () => arrivals.take(),
        close: () => poller.close(),
      };
    },
    dueTimer: {
      set: (atNs, onDue) => poller.setDue(atNs - now(), onDue),
      clear: () => poller.clearDue(),
    },
  };
}
