import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { codeOf } from "../../../src/client/stream/failure-text.ts";
import type { OpenWire, Wire, WireEvents } from "../../../src/client/transport/wire.ts";
import { openSystemSockets } from "../../../src/client/native/system-sockets.ts";
import { libc } from "../../support/libc.ts";
import { eventually } from "../../support/stream-server.ts";

const now = (): number => Math.round(performance.now() * 1e6);

let server: Server | null = null;
let wire: Wire | null = null;

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
    onRead(buffer, from, to, atNs) {
      told.text += buffer.toString("latin1", from, to);
      told.atNs.push(atNs);
    },
    onEnd: () => void told.said.push("end"),
    onClose: (error) => void told.said.push(`close ${error === null ? "well" : codeOf(error)}`),
  };
  return told;
}

afterEach(async () => {
  wire?.close();
  wire = null;
  await new Promise<void>((resolve) => (server === null ? resolve() : void server.close(() => resolve())));
  server = null;
});

const open: OpenWire = (options) => openSystemSockets(libc!, options);

describe.skipIf(libc === null)("the system's sockets", () => {
  for (const [name, host] of [
    ["an address of IPv4", "127.0.0.1"],
    ["an address of IPv6", "::1"],
    ["a name, every address of which is tried", "localhost"],
  ] as const) {
    it(`connects to ${name}`, async () => {
      const port = await listen(host === "localhost" ? "127.0.0.1" : host, (socket) => {
        socket.resume().end("hello");
      });
      wire = open({ host, port, now });
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
    wire = open({ host: "127.0.0.1", port, now });
    const told = log();
    const socket = wire.connect(told);
    const errorNs = async (round: number): Promise<number> => {
      socket.write(Buffer.from("x"));
      expect(await eventually(() => told.atNs.length === round)).toBe(true);
      socket.rest();
      return Math.abs(told.atNs.at(-1)! - wroteNs);
    };
    // The kernel begins to stamp a little after the first socket of the machine asks for it.
    let begun = 1;
    while (begun < 30 && (await errorNs(begun)) > 15e6) begun += 1;
    const errorsNs: number[] = [];
    for (let round = 1; round <= 10; round += 1) errorsNs.push(await errorNs(begun + round));
    expect(errorsNs.toSorted((left, right) => left - right)[4]).toBeLessThan(15e6);
    const { p50, max } = wire.readHealth()!.delayMs;
    expect(p50).toBeGreaterThan(25);
    expect(max).toBeGreaterThanOrEqual(p50);
    socket.destroy();
  });

  it("sends what is longer than the system takes at once, in order", async () => {
    const chunks: Buffer[] = [];
    const port = await listen("127.0.0.1", (socket) => void socket.on("data", (data) => chunks.push(data as Buffer)));
    wire = open({ host: "127.0.0.1", port, now });
    const socket = wire.connect(log());
    const long = Buffer.alloc(12_000_000, "0123456789");
    socket.write(long);
    socket.write(Buffer.from("end"));
    const length = (): number => chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    expect(await eventually(() => length() === long.length + 3)).toBe(true);
    expect(Buffer.concat(chunks).equals(Buffer.concat([long, Buffer.from("end")]))).toBe(true);
    socket.destroy();
  });

  it("reads many connections, and more bytes than come at once", async () => {
    const connections = 300;
    const answer = Array.from({ length: 600 }, (_, place) => `token ${place};`).join("");
    const port = await listen(
      "127.0.0.1",
      (socket) => void socket.on("error", () => {}).once("data", () => socket.write(answer)),
    );
    const opened = open({ host: "127.0.0.1", port, now });
    wire = opened;
    const logs = Array.from({ length: connections }, log);
    const sockets = logs.map((told) => opened.connect(told));
    for (const socket of sockets) socket.write(Buffer.from("x"));
    expect(await eventually(() => logs.every(({ text }) => text.length === answer.length))).toBe(true);
    expect(logs.filter(({ text }) => text !== answer)).toEqual([]);
    for (const socket of sockets) socket.destroy();
  });

  it("hears nothing more of a connection that it destroyed, and its server sees the end", async () => {
    let ended = 0;
    const port = await listen("127.0.0.1", (socket) => {
      socket.on("error", () => {}).on("close", () => (ended += 1));
      socket.on("data", (data) => socket.write(data));
    });
    wire = open({ host: "127.0.0.1", port, now });
    for (let round = 0; round < 5; round += 1) {
      const dropped = log();
      const kept = log();
      const first = wire.connect(dropped);
      const second = wire.connect(kept);
      first.write(Buffer.from(`first ${round}`));
      second.write(Buffer.from(`second ${round}`));
      expect(await eventually(() => kept.text !== "" && dropped.text !== "")).toBe(true);
      first.write(Buffer.from("more"));
      first.destroy();
      const third = wire.connect(log());
      third.write(Buffer.from("third"));
      second.rest();
      third.rest();
      expect(await eventually(() => ended === round * 3 + 1)).toBe(true);
      expect([dropped.text, dropped.said]).toEqual([`first ${round}`, ["connect", "close well"]]);
      expect(kept.text).toBe(`second ${round}`);
      second.destroy();
      third.destroy();
      expect(await eventually(() => ended === round * 3 + 3)).toBe(true);
    }
  });

  it("says that the other side has broken off", async () => {
    const port = await listen("127.0.0.1", (socket) => void socket.once("data", () => socket.resetAndDestroy()));
    wire = open({ host: "127.0.0.1", port, now });
    const told = log();
    wire.connect(told).write(Buffer.from("x"));
    expect(await eventually(() => told.said.length > 1)).toBe(true);
    expect(told.said).toEqual(["connect", "close ECONNRESET"]);
  });

  it("says why there is no connection: nobody listens, or no such name", async () => {
    const port = await listen("127.0.0.1", () => {});
    await new Promise<void>((resolve) => void server!.close(() => resolve()));
    server = null;
    wire = open({ host: "127.0.0.1", port, now });
    const refused = log();
    wire.connect(refused);
    expect(await eventually(() => refused.said.length > 0)).toBe(true);
    expect(refused.said).toEqual(["close ECONNREFUSED"]);
    wire.close();
    wire = open({ host: "no-such-host.invalid", port, now });
    const unknown = log();
    wire.connect(unknown);
    expect(await eventually(() => unknown.said.length > 0)).toBe(true);
    expect(unknown.said[0]).toMatch(/^close E(NOTFOUND|AI_AGAIN)$/);
  });
});
