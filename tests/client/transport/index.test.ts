import { createServer, type AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { http1Over } from "../../../src/client/transport/http1.ts";
import { createHttp1Transport, socketBackends, transports } from "../../../src/client/transport/index.ts";
import type { CreateTransport, Transport } from "../../../src/client/transport/transport.ts";
import { createUndiciTransport } from "../../../src/client/transport/undici.ts";
import { poster } from "../../support/post-to.ts";
import {
  eventually,
  startStreamServer,
  type ReceivedRequest,
  type Reply,
  type StreamServer,
} from "../../support/stream-server.ts";

/** Those that this machine and this Node have. */
const backends = socketBackends.filter((create) => {
  const backend = create(() => 0);
  backend?.openSockets({ host: "127.0.0.1", port: 1 }).close();
  return backend !== null;
});

const kinds: [string, CreateTransport][] = [
  ...backends.map((create): [string, CreateTransport] => [
    `http1 over ${create.name}`,
    http1Over((now) => create(now)!),
  ]),
  ["undici", createUndiciTransport],
];

let server: StreamServer;
let transport: Transport;

async function start(create: CreateTransport, script: (request: ReceivedRequest) => Reply): Promise<void> {
  server = await startStreamServer(script);
  transport = create({
    url: server.url,
    headers: { authorization: "Bearer sk-1" },
    now: () => Math.round(performance.now() * 1e6),
  });
}

const post = poster(() => transport);

afterEach(async () => {
  await transport.close();
  await server.close();
});

describe.each(kinds)("%s transport", (_, create) => {
  for (const framing of ["chunked", "length", "close"] as const) {
    it(`carries a body that is framed by ${framing}, in pieces of any size`, async () => {
      await start(create, ({ index }) => ({
        framing,
        pieces: ["one 🙂 ", "two ", "three"],
        ...(index === 0 ? {} : { writeBytes: index * 3 }),
      }));
      for (let round = 0; round < 4; round++) {
        const { status, body, problem } = await post().ended;
        expect({ status, body, problem }).toEqual({ status: 200, body: "one 🙂 two three", problem: null });
      }
    });
  }

  it("sends path, headers and body as they are", async () => {
    await start(create, () => ({ pieces: ["x"] }));
    await post('{"prompt":"é🙂"}', "/v1/chat/completions").ended;
    const [request] = server.requests;
    expect(request).toMatchObject({ path: "/v1/chat/completions", body: { prompt: "é🙂" } });
    expect(request?.headers).toMatchObject({
      host: server.url.slice("http://".length),
      authorization: "Bearer sk-1",
      "content-type": "application/json",
    });
  });

  it("puts the address's own path in front", async () => {
    await start(create, () => ({ pieces: ["x"] }));
    await transport.close();
    transport = create({ url: `${server.url}/base/`, headers: {}, now: () => 0 });
    await post().ended;
    expect(server.requests[0]?.path).toBe("/base/v1/completions");
  });

  it("stamps each read in order", async () => {
    await start(create, () => ({ pieces: ["a", "b", "c"], gapMs: 5 }));
    const { arrivals, body } = await post().ended;
    expect(body).toBe("abc");
    expect(arrivals.length).toBeGreaterThan(1);
    expect(arrivals).toEqual(arrivals.toSorted((left, right) => left - right));
  });

  it("makes its connections ahead, uses them again, and makes no more", async () => {
    await start(create, () => ({ pieces: ["a", "b"], gapMs: 1 }));
    expect(await transport.open(3)).toMatchObject({ ok: true });
    expect(await eventually(() => server.connectionsMade() === 3)).toBe(true);
    for (let round = 0; round < 3; round++) await Promise.all([post().ended, post().ended, post().ended]);
    await transport.open(3);
    expect(server.connectionsMade()).toBe(3);
    expect(server.maxOpen()).toBe(3);
  });

  it("makes another where the server said that it ends this one", async () => {
    await start(create, () => ({ pieces: ["a"], lastOnConnection: true }));
    await transport.open(1);
    expect((await post().ended).problem).toBeNull();
    expect((await post().ended).problem).toBeNull();
    expect(server.connectionsMade()).toBe(2);
  });

  // A request is sent again only where its connection closes within milliseconds: a busy machine may need a second try.
  it("loses nothing when the server has dropped the waiting connections", { retry: 4 }, async () => {
    await start(create, () => ({ pieces: ["a"] }));
    await transport.open(2);
    await eventually(() => server.sockets() === 2);
    await server.dropIdle();
    // Sent before the client can have heard of it.
    const heard = await Promise.all([post().ended, post().ended]);
    expect(heard.map(({ problem, body }) => [problem, body])).toEqual([
      [null, "a"],
      [null, "a"],
    ]);
  });

  // Likewise: where the client learns of the close too late, the request fails and was sent once.
  it("sends a request again where its kept connection is dropped at once, and says so", { retry: 4 }, async () => {
    await start(create, ({ index }) => (index === 1 ? { pieces: [], dropMs: 0 } : { pieces: ["a"] }));
    expect(await post().ended).toMatchObject({ body: "a", resent: 0 });
    expect(await post().ended).toMatchObject({ problem: null, body: "a", resent: 1 });
    expect(server.requests).toHaveLength(3);
  });

  it("sends nothing twice where the server had time to begin with it", async () => {
    await start(create, ({ index }) => (index === 0 ? { pieces: ["a"] } : { pieces: [], dropMs: 60 }));
    await post().ended;
    const dropped = await post().ended;
    expect(dropped).toMatchObject({ status: null, resent: 0 });
    expect(dropped.problem).toMatch(/closed the connection|reset by the server/);
    expect(server.requests).toHaveLength(2);
  });

  it("says that an answer was cut off", async () => {
    await start(create, () => ({ pieces: ["a", "b", "c"], breakAfter: 1, gapMs: 1 }));
    const { status, problem } = await post().ended;
    expect(status).toBe(200);
    expect(problem).toMatch(/closed the connection|reset by the server/);
  });

  it("says that nobody listens, at the opening and at a request", async () => {
    await start(create, () => ({ pieces: ["a"] }));
    await server.close();
    expect(await transport.open(4)).toMatchObject({
      ok: false,
      problem: { code: "endpoint-unreachable", message: expect.stringMatching(/connection refused \(ECONNREFUSED\)/) },
    });
    expect((await post().ended).problem).toBe("connection refused (ECONNREFUSED)");
  });

  it("cuts a request off, and hears no more of it", async () => {
    await start(create, ({ index }) => (index === 0 ? { pieces: [], hang: true } : { pieces: ["a"] }));
    const { heard, cancel } = post();
    expect(await eventually(() => server.requests.length === 1)).toBe(true);
    cancel();
    expect(await eventually(() => server.sockets() === 0)).toBe(true);
    expect(heard).toMatchObject({ status: null, problem: undefined });
    expect((await post().ended).body).toBe("a");
  });

  it("hears nothing more of the read in which it was cut off", async () => {
    const chunks = ["one", "two", "three"];
    await start(create, () => ({ pieces: chunks, writeBytes: 4096 }));
    let bodies = 0;
    let ended = false;
    const cancel = transport.send("/v1/completions", Buffer.from("{}"), {
      onHead: () => {},
      onResent: () => {},
      onBody() {
        bodies += 1;
        cancel();
      },
      onEnd: () => void (ended = true),
    });
    expect(await eventually(() => bodies > 0 && server.sockets() === 0)).toBe(true);
    expect({ bodies, ended }).toEqual({ bodies: 1, ended: false });
  });

  it("leaves no socket when it is closed, busy or not", async () => {
    await start(create, () => ({ pieces: [], hang: true }));
    await transport.open(3);
    const { heard } = post();
    await eventually(() => server.openNow() === 1);
    await transport.close();
    expect(await eventually(() => server.sockets() === 0)).toBe(true);
    // The one that was open may be told, but not that it succeeded.
    expect(heard.problem).not.toBeNull();
  });

  it("says that the other side does not speak HTTP", async () => {
    await start(create, () => ({ pieces: ["a"] }));
    const other = createServer(
      (socket) =>
        void socket
          .on("error", () => {})
          .resume()
          .end("SSH-2.0-OpenSSH_9.6\r\n\r\n"),
    );
    await new Promise<void>((resolve) => void other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    await transport.close();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    transport = create({ url: `http://127.0.0.1:${port}`, headers: {}, now: () => 0 });
    expect((await post().ended).problem).toBeTypeOf("string");
    await transport.close();
    await new Promise<void>((resolve) => void other.close(() => resolve()));
  });
});

/** A server that hears what comes after it has said its last on a connection, and counts the requests of each. */
async function startEnding() {
  const asked: number[] = [];
  const own = createServer({ allowHalfOpen: true }, (socket) => {
    const place = asked.push(0) - 1;
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      asked[place]! += bytes.toString("latin1").split("POST ").length - 1;
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na");
    });
  });
  await new Promise<void>((resolve) => void own.listen(0, "127.0.0.1", resolve));
  const { port } = own.address() as AddressInfo;
  const now = () => performance.now() * 1e6;
  const toIt = createHttp1Transport({ url: `http://127.0.0.1:${port}`, headers: {}, now });
  const stop = async () => {
    await toIt.close();
    await new Promise<void>((resolve) => void own.close(() => resolve()));
  };
  return { asked, toIt, stop };
}

describe.skipIf(backends.length === 1)("a connection that its server has ended without a word", () => {
  it("gets no request any more", async () => {
    const { asked, toIt, stop } = await startEnding();
    for (let round = 0; round < 5; round += 1) {
      // In one turn: nobody reads what the kernel already knows.
      const blockedUntil = performance.now() + 5;
      expect((await poster(() => toIt)().ended).problem).toBeNull();
      while (performance.now() < blockedUntil);
    }
    expect(asked).toEqual([1, 1, 1, 1, 1]);
    await stop();
  });

  it("is not kept any more after a few of them", async () => {
    const { asked, toIt, stop } = await startEnding();
    // Each is sent within the turn that reads the answer before it, when nobody knows yet.
    for (let round = 0; round < 12; round += 1) expect((await poster(() => toIt)().ended).problem).toBeNull();
    expect(asked).toHaveLength(12);
    expect(asked.slice(4)).toEqual(asked.slice(4).map(() => 1));
    await stop();
  });
});

it("has a transport for each protocol, loaded when it is asked for", async () => {
  expect(
    await Promise.all(Object.entries(transports).map(async ([protocol, load]) => [protocol, await load()])),
  ).toEqual([
    ["http:", createHttp1Transport],
    ["https:", createUndiciTransport],
  ]);
});
