import type { AddressInfo } from "node:net";
import { createServer, getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createUndiciTransport } from "../../../src/client/transport/undici.ts";
import { identity } from "../../support/tls-identity.ts";

const trusted = getCACertificates("default");
beforeAll(() => setDefaultCACertificates([...trusted, identity.slice(identity.indexOf("-----BEGIN CERTIFICATE"))]));
afterAll(() => setDefaultCACertificates(trusted));

// Over HTTP/1.1 without TLS: index.test.ts.
it("keeps no TLS connection any more where its server has ended a few of them without a word", async () => {
  let asked = 0;
  const ending = createServer({ key: identity, cert: identity }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", () => (asked += 1));
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na");
      setTimeout(() => socket.end(), 2);
    });
  });
  await new Promise<void>((resolve) => void ending.listen(0, "127.0.0.1", resolve));
  const url = `https://127.0.0.1:${(ending.address() as AddressInfo).port}`;
  // A slow clock: what the client calls 5 ms may take 50 on a busy machine.
  const transport = createUndiciTransport({ url, headers: {}, now: () => performance.now() * 1e5 });
  let resent = 0;
  /** Each within the call that tells the end of the one before, as a load does. */
  const send = (left: number): Promise<(string | null)[]> =>
    new Promise((resolve) => {
      transport.send("/v1/completions", Buffer.from("{}"), {
        onHead: () => {},
        onBody: () => {},
        onResent: () => void (resent += 1),
        onEnd: (problem) =>
          void (left > 1 ? send(left - 1) : Promise.resolve([])).then((later) => resolve([problem, ...later])),
      });
    });
  expect(await send(12)).toEqual(Array.from({ length: 12 }, () => null));
  expect(asked).toBe(12 + resent);
  expect(resent).toBeLessThanOrEqual(3);
  await transport.close();
  await new Promise<void>((resolve) => void ending.close(() => resolve()));
});
