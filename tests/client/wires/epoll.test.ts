import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { codeOf } from "../../../src/client/failure-text.ts";
import { openEpollWire } from "../../../src/client/wires/epoll.ts";
import type { Wire, WireEvents } from "../../../src/client/wire.ts";
import { libc } from "../../support/libc.ts";
import { eventually } from "../../support/stream-server.ts";

const now = (): number => Math.round(performance.now() * 1e6);

let server: Server | null = null;
let wire: Wire;

async function listen(host: string, heard: (socket: Socket) => void): Promise<number> {
  server = createServer({ noDelay: true }, heard);
  await new Promise<void>((resolve) => void server!.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

interface Log extends WireEvents {
  text: string;
  atNs: number[];
  said: string[];
}

function log(): Log {
  const told: Log = {
    text: "",
    atNs: [],
    said: [],
    onConnect: () => void told.said.push("connect"),
    onRead(buffer, length, atNs) {
      told.text += buffer.toString("latin1", 0, length);
      told.atNs.push(atNs);
    },
    onEnd: () => void told.said.push("end"),
    onClose: (error) => void told.said.push(`close ${error === null ? "well" : codeOf(error)}`),
  };
  return told;
}

afterEach(async () => {
  wire.close();
  await new Promise<void>((resolve) => (server === null ? resolve() : void server.close(() => resolve())));
  server = null;
});

describe.skipIf(libc === null)("the wire over epoll", () => {
  for (const [name, host] of [
    ["an address of IPv4", "127.0.0.1"],
    ["an address of IPv6", "::1"],
    ["a name, every address of which is tried", "localhost"],
  ] as const) {
    it(`connects to ${name}`, async () => {
      const port = await listen(host === "localhost" ? "127.0.0.1" : host, (socket) => {
        socket.resume().end("hello");
      });
      wire = openEpollWire(libc!, { host, port, now });
      const told = log();
      wire.connect(told).write(Buffer.from("x"));
      expect(await eventually(() => told.said.length === 3)).toBe(true);
      expect(told).toMatchObject({ text: "hello", said: ["connect", "end", "close well"] });
    });
  }

  it("has the kernel's time of arrival, however late it reads", async () => {
    let wroteNs = 0;
    const port = await listen("127.0.0.1", (socket) => {
      socket.on("data", () => {
        socket.write("token");
        wroteNs = now();
        // Nobody reads for a while: this thread is busy.
        while (now() - wroteNs < 30e6);
      });
    });
    wire = openEpollWire(libc!, { host: "127.0.0.1", port, now });
    const told = log();
    const socket = wire.connect(told);
    const errorsNs: number[] = [];
    for (let round = 1; round <= 10; round += 1) {
      socket.write(Buffer.from("x"));
      expect(await eventually(() => told.atNs.length === round)).toBe(true);
      socket.rest();
      errorsNs.push(Math.abs(told.atNs.at(-1)! - wroteNs));
    }
    // The kernel begins to stamp a little after the first socket of the machine asks for it.
    expect(errorsNs.toSorted((left, right) => left - right)[4]).toBeLessThan(15e6);
    const { p50, max } = wire.readDelayMs()!;
    expect(p50).toBeGreaterThan(25);
    expect(max).toBeGreaterThanOrEqual(p50);
    socket.destroy();
  });

  it("sends what is longer than the system takes at once, in order", async () => {
    const chunks: Buffer[] = [];
    const port = await listen("127.0.0.1", (socket) => void socket.on("data", (data) => chunks.push(data as Buffer)));
    wire = openEpollWire(libc!, { host: "127.0.0.1", port, now });
    const socket = wire.connect(log());
    const long = Buffer.alloc(12_000_000, "0123456789");
    socket.write(long);
    socket.write(Buffer.from("end"));
    const length = (): number => chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    expect(await eventually(() => length() === long.length + 3)).toBe(true);
    expect(Buffer.concat(chunks).equals(Buffer.concat([long, Buffer.from("end")]))).toBe(true);
    socket.destroy();
  });

  it("says why there is no connection: nobody listens, or no such name", async () => {
    const port = await listen("127.0.0.1", () => {});
    await new Promise<void>((resolve) => void server!.close(() => resolve()));
    server = null;
    wire = openEpollWire(libc!, { host: "127.0.0.1", port, now });
    const refused = log();
    wire.connect(refused);
    expect(await eventually(() => refused.said.length > 0)).toBe(true);
    expect(refused.said).toEqual(["close ECONNREFUSED"]);
    wire.close();
    wire = openEpollWire(libc!, { host: "no-such-host.invalid", port, now });
    const unknown = log();
    wire.connect(unknown);
    expect(await eventually(() => unknown.said.length > 0)).toBe(true);
    expect(unknown.said[0]).toMatch(/^close E(NOTFOUND|AI_AGAIN)$/);
  });
});
