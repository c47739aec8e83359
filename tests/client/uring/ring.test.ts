import { createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { openSystemSockets } from "../../../src/client/wires/system-sockets.ts";
import type { WireEvents } from "../../../src/client/wire.ts";
import { openRingMemory } from "../../../src/client/uring/ring-memory.ts";
import { Ring } from "../../../src/client/uring/ring.ts";
import { libc } from "../../support/libc.ts";
import { eventually } from "../../support/stream-server.ts";

const FEW = 4;
const memory = libc === null ? null : openRingMemory(libc, FEW);

/** Kernels before 6.1, and some containers, have no ring, which no script of ours can install: skipped there, in CI too. */
const skipped = memory === null ? " (skipped: the kernel gives this process none)" : "";

describe.skipIf(memory === null)(`a ring${skipped}`, () => {
  it("reads connections whose bytes found no buffer free, once there is one", async () => {
    const peers: Socket[] = [];
    const server = createServer((socket) => void peers.push(socket.resume()));
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const now = (): number => Math.round(performance.now() * 1e6);
    const wire = openSystemSockets(libc!, ({ arrivals, poller }) => new Ring(libc!, memory!, arrivals, poller), {
      host: "127.0.0.1",
      port,
      now,
    });
    const texts = Array.from({ length: 5 * FEW }, () => "");
    const sockets = texts.map((_, place) => {
      const events: WireEvents = {
        onConnect: () => {},
        onRead: (buffer, from, to) => void (texts[place] += buffer.toString("latin1", from, to)),
        onEnd: () => {},
        onClose: () => {},
      };
      const socket = wire.connect(events);
      socket.write(Buffer.from("x"));
      return socket;
    });
    expect(await eventually(() => peers.length === texts.length)).toBe(true);
    for (let round = 1; round <= 20; round += 1) {
      // In one turn: all have something when they are looked at.
      for (const peer of peers) peer.write(`${round};`);
      const whole = Array.from({ length: round }, (_, place) => `${place + 1};`).join("");
      expect(await eventually(() => texts.every((text) => text === whole))).toBe(true);
    }
    for (const socket of sockets) socket.destroy();
    wire.close();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
  });
});
