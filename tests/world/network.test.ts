import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { realNetwork } from "../../src/world/network.ts";

async function asked(listener: RequestListener, timeoutMs = 10_000) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await realNetwork.request({ url: `http://me:geheim-0123@127.0.0.1:${port}/v1/models`, timeoutMs });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("an answer", () => {
  it("is read to its end", async () => {
    const answer = await asked((_, response) => void response.end("ünd"));
    expect(answer).toMatchObject({ ok: true, value: { status: 200, text: "ünd" } });
  });

  it("without an end is given up, by its bytes or by its time, and no message has the user of the address", async () => {
    const part = Buffer.alloc(1 << 20, 0x20);
    const endless = await asked((_, response) => {
      const more = (): void => void (response.write(part) ? setImmediate(more) : response.once("drain", more));
      more();
    });
    expect(endless).toMatchObject({ ok: false, problem: { code: "answer-too-large" } });
    const slow = await asked((_, response) => {
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    }, 200);
    const message = expect.stringMatching(/^no answer from .* within 0\.2 s$/) as string;
    expect(slow).toMatchObject({ ok: false, problem: { code: "no-answer", message } });
    expect(JSON.stringify([endless, slow])).not.toContain("geheim");
  });
});
