import { promises as names } from "node:dns";
import { isIP } from "node:net";
import { ArrivalClock } from "./arrival-clock.ts";
import { Arrivals } from "./arrivals.ts";
import type { Libc } from "./libc.ts";
import { Poller } from "./poller.ts";
import { ReadPause } from "./read-pause.ts";
import { SocketCalls, type Address } from "./socket-calls.ts";
import { SystemSocket, type SocketHost } from "./system-socket.ts";
import type { Wire, WireOptions } from "../transport/wire.ts";

/**
 * Sockets by the system's own calls, epoll(7) and recvmsg(2), called from here: less CPU time than Node's own for a read, and the time of a read is
 * the kernel's, taken when its last byte arrived, however late it is looked at.
 */
export function openSystemSockets(libc: Libc, { host, port, now }: WireOptions): Wire {
  const clock = new ArrivalClock(libc, now);
  const pause = new ReadPause();
  const poller = new Poller(libc, clock, pause);
  const arrivals = new Arrivals(clock);
  const calls = new SocketCalls(libc, arrivals);
  const known = isIP(host);
  const shared: SocketHost = {
    calls,
    arrivals,
    poller,
    pause,
    port,
    addresses: known === 0 ? null : [{ address: host, family: known === 6 ? 6 : 4 }],
    async lookUp() {
      return (shared.addresses ??= (await names.lookup(host, { all: true, order: "verbatim" })) as Address[]);
    },
    now,
  };
  return {
    connect: (events) => new SystemSocket(shared, events),
    look() {
      poller.look();
      return Promise.resolve();
    },
    readHealth: () => arrivals.take(),
    alarm: {
      set: (atNs, ring) => poller.setAlarm(atNs - now(), ring),
      clear: () => poller.clearAlarm(),
      leave: () => poller.leave(),
    },
    close: () => poller.close(),
  };
}
