import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { codeOf } from "../../../src/client/stream/failure-text.ts";
import { createNativeBackend } from "../../../src/client/native/index.ts";
import type { SocketEvents, Sockets } from "../../../src/client/transport/socket-backend.ts";
import { libc } from "../../support/libc.ts";
import { eventually } from "../../support/stream-server.ts";

const now = (): number => Math.round(performance.now() * 1e6);

let server: Server | null = null;
let sockets: Sockets | null = null;

async function listen(host: string, onConnection: (socket: Socket) => void): Promise<number> {
  server = createServer({ noDelay: true }, onConnection);
  await new Promise<void>((resolve) => void server!.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

interface Log extends SocketEvents {
  text: string;
  atNs: number[];
  said: string[];
}

function log(): Log {
  const seen: Log = {
    text: "",
    atNs: [],
    said: [],
    onConnect: () => void seen.said.push("connect"),
    onRead(buffer, from, to, atNs) {
      seen.text += buffer.toString("latin1", from, to);
      seen.atNs.push(atNs);
    },
    onEnd: () => void seen.said.push("end"),
    onClose: (error) => void seen.said.push(`close ${error === null ? "well" : codeOf(error)}`),
  };
  return seen;
}

afterEach(async () => {
  sockets?.close();
  sockets = null;
  await new Promise<void>((resolve) => (server === null ? resolve() : void server.close(() => resolve())));
  server = null;
});

const open = (address: { host: string; port: number }): Sockets => createNativeBackend(now)!.openSockets(address);

describe.skipIf(libc === null)("native sockets", () => {
  for (const [name, host] of [
    ["an address of IPv4", "127.0.0.1"],
    ["an address of IPv6", "::1"],
    ["a name, every address of which is tried", "localhost"],
  ] as const) {
    it(`connects to ${name}`, async () => {
      const port = await listen(host === "localhost" ? "127.0.0.1" : host, (socket) => {
        socket.resume().end("hello");
      });
      sockets = open({ host, port });
      const seen = log();
      sockets.connect(seen).write(Buffer.from("x"));
      expect(await eventually(() => seen.said.length === 3)).toBe(true);
      expect(seen).toMatchObject({ text: "hello", said: ["connect", "end", "close well"] });
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
    sockets = open({ host: "127.0.0.1", port });
    const seen = log();
    const socket = sockets.connect(seen);
    const errorNs = async (round: number): Promise<number> => {
      socket.write(Buffer.from("x"));
      expect(await eventually(() => seen.atNs.length === round)).toBe(true);
      socket.rest();
      return Math.abs(seen.atNs.at(-1)! - wroteNs);
    };
    // The kernel begins to stamp a little after the first socket of the machine asks for it.
    let begun = 1;
    while (begun < 30 && (await errorNs(begun)) > 15e6) begun += 1;
    const errorsNs: number[] = [];
    for (let round = 1; round <= 10; round += 1) errorsNs.push(await errorNs(begun + round));
    expect(errorsNs.toSorted((left, right) => left - right)[4]).toBeLessThan(15e6);
    const { p50, max } = sockets.readHealth()!.delayMs;
    expect(p50).toBeGreaterThan(25);
    expect(max).toBeGreaterThanOrEqual(p50);
    socket.destroy();
  });

  it("sends what is longer than the system takes at once, in order", async () => {
    const chunks: Buffer[] = [];
    const port = await listen("127.0.0.1", (socket) => void socket.on("data", (data) => chunks.push(data as Buffer)));
    sockets = open({ host: "127.0.0.1", port });
    const socket = sockets.connect(log());
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
    const opened = open({ host: "127.0.0.1", port });
    sockets = opened;
    const logs = Array.from({ length: connections }, log);
    const all = logs.map((seen) => opened.connect(seen));
    for (const socket of all) socket.write(Buffer.from("x"));
    expect(await eventually(() => logs.every(({ text }) => text.length === answer.length))).toBe(true);
    expect(logs.filter(({ text }) => text !== answer)).toEqual([]);
    for (const socket of all) socket.destroy();
  });

  it("hears nothing more of a connection that it destroyed, and its server sees the end", async () => {
    let ended = 0;
    const port = await listen("127.0.0.1", (socket) => {
      socket.on("error", () => {}).on("close", () => (ended += 1));
      socket.on("data", (data) => socket.write(data));
    });
    sockets = open({ host: "127.0.0.1", port });
    for (let round = 0; round < 5; round += 1) {
      const dropped = log();
      const kept = log();
      const first = sockets.connect(dropped);
      const second = sockets.connect(kept);
      first.write(Buffer.from(`first ${round}`));
      second.write(Buffer.from(`second ${round}`));
      expect(await eventually(() => kept.text !== "" && dropped.text !== "")).toBe(true);
      first.write(Buffer.from("more"));
      first.destroy();
      const third = sockets.connect(log());
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
    sockets = open({ host: "127.0.0.1", port });
    const seen = log();
    sockets.connect(seen).write(Buffer.from("x"));
    expect(await eventually(() => seen.said.length > 1)).toBe(true);
    expect(seen.said).toEqual(["connect", "close ECONNRESET"]);
  });

  it("says why there is no connection: nobody listens, or no such name", async () => {
    const port = await listen("127.0.0.1", () => {});
    await new Promise<void>((resolve) => void server!.close(() => resolve()));
    server = null;
    sockets = open({ host: "127.0.0.1", port });
    const refused = log();
    sockets.connect(refused);
    expect(await eventually(() => refused.said.length > 0)).toBe(true);
    expect(refused.said).toEqual(["close ECONNREFUSED"]);
    sockets.close();
    sockets = open({ host: "no-such-host.invalid", port });
    const unknown = log();
    sockets.connect(unknown);
    expect(await eventually(() => unknown.said.length > 0)).toBe(true);
    expect(unknown.said[0]).toMatch(/^close E(NOTFOUND|AI_AGAIN)$/);
  });
});
