import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { realNetwork } from "../../../src/world/network.ts";
import type { Tls } from "../../../src/world/world.ts";

const identity = readFileSync(join(import.meta.dirname, "../../fixtures/mlflow/tls/identity.pem"), "utf8");

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer(
    { key: identity, cert: identity, ca: identity, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      response.end((request.socket as TLSSocket).authorized ? "known" : "anonymous");
    },
  );
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

const answerTo = async (tls?: Tls) => {
  const answer = await realNetwork.request({ url, timeoutMs: 10_000, ...(tls === undefined ? {} : { tls }) });
  return answer.ok ? answer.value.text : answer.problem.message;
};

describe("a tracking server with a certificate of its own", () => {
  it("is not trusted unasked", async () => {
    expect(await answerTo()).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
  });

  it("is trusted by its certificate, or without any question", async () => {
    expect(await answerTo({ authorities: identity })).toBe("anonymous");
    expect(await answerTo({ insecure: true })).toBe("anonymous");
  });

  it("knows a client by its certificate", async () => {
    expect(await answerTo({ authorities: identity, identity })).toBe("known");
  });
});
