import { expect, it } from "vitest";
import type { Transport } from "../../../src/client/transport/transport.ts";
import { createHttp1Transport } from "../../../src/client/transport/index.ts";
import { http1Over } from "../../../src/client/transport/http1.ts";
import { createUndiciTransport } from "../../../src/client/transport/undici.ts";
import { createNodeBackend } from "../../../src/client/transport/node-sockets.ts";
import { startStreamServer } from "../../support/stream-server.ts";

/** The problem with which one request ends, whose body goes to `onBody`. */
function problemOf(transport: Transport, onBody: () => void): Promise<string | null> {
  return new Promise((resolve) => {
    const silent = { onHead: () => {}, onResent: () => {} };
    transport.send("/v1/completions", Buffer.from("{}"), { ...silent, onBody, onEnd: resolve });
  });
}

it.each([
  ["http1", createHttp1Transport],
  ["http1 over Node's sockets", http1Over(createNodeBackend)],
  ["undici", createUndiciTransport],
])("%s fails the one request in whose reading an error is thrown, and carries the next", async (_name, create) => {
  const server = await startStreamServer(() => ({ pieces: ["a"] }));
  const transport = create({ url: server.url, headers: {}, now: () => 0 });
  const problem = await problemOf(transport, () => {
    throw new RangeError("out of bounds");
  });
  expect(problem).toMatch(/out of bounds/);
  expect(await problemOf(transport, () => {})).toBeNull();
  await transport.close();
  await server.close();
});

it.each([
  ["http1", createHttp1Transport],
  ["http1 over Node's sockets", http1Over(createNodeBackend)],
])(
  "%s keeps connections after requests that were cut off within the read of their whole answer",
  async (_name, create) => {
    const server = await startStreamServer(() => ({ pieces: ["a"] }));
    const transport = create({ url: server.url, headers: {}, now: () => performance.now() * 1e6 });
    for (let cut = 0; cut < 4; cut += 1) {
      await new Promise<void>((resolve) => {
        const cancel = transport.send("/v1/completions", Buffer.from("{}"), {
          onHead: () => {},
          onResent: () => {},
          onBody() {
            cancel();
            resolve();
          },
          onEnd: () => {},
        });
      });
    }
    for (let request = 0; request < 5; request += 1) expect(await problemOf(transport, () => {})).toBeNull();
    expect(server.connectionsMade()).toBe(5);
    await transport.close();
    await server.close();
  },
);
