import { createServer, connect } from "node:net";
import type { Agent } from "undici";
import { onceEach } from "../schema/once-each.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import { withoutUser } from "./address.ts";
import type { Network, Tls } from "./world.ts";

/** Of an answer, bytes: far above any page of metrics or list of models, far below memory. */
const largestAnswer = 64 << 20;

export const realNetwork: Network = {
  freePort() {
    return new Promise((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
      });
    });
  },
  portIsFree(port) {
    return new Promise((resolve) => {
      const socket = connect({ port, host: "127.0.0.1" });
      socket.once("connect", () => {
        socket.destroy();
        resolve(false);
      });
      socket.once("error", () => resolve(true));
    });
  },
  async request({ url, method = "GET", headers = {}, body, timeoutMs = 30_000, signal, tls }) {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const { request: httpRequest } = await import("undici"); // slow to load, and many commands ask nobody
      const answer = await httpRequest(url, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        ...(tls === undefined ? {} : { dispatcher: await agentFor(tls) }),
      });
      const flat: Record<string, string> = {};
      for (const [name, value] of Object.entries(answer.headers))
        flat[name] = Array.isArray(value) ? value.join(", ") : (value ?? "");
      const parts: Buffer[] = [];
      let size = 0;
      for await (const part of answer.body as AsyncIterable<Buffer>) {
        size += part.length;
        // Leaving the loop ends the connection.
        if (size > largestAnswer) return tooLarge(url);
        parts.push(part);
      }
      return succeed({
        status: answer.statusCode,
        headers: flat,
        text: new TextDecoder().decode(Buffer.concat(parts)),
      });
    } catch (error) {
      // What was aborted has a number as its code.
      const { code, name } = error as { code?: unknown; name: string };
      const why = typeof code === "string" ? code : name;
      return fail(
        "no-answer",
        `no answer from ${withoutUser(url)}${deadline.aborted ? ` within ${timeoutMs / 1000} s` : `: ${why}`}`,
        "Check that the server runs and that the address is right.",
      );
    }
  },
};

function tooLarge(url: string): Result<never> {
  const limit = `${largestAnswer >> 20} MiB`;
  return fail(
    "answer-too-large",
    `the answer from ${withoutUser(url)} is longer than ${limit}, and the rest of it was not read`,
    "Check that the address is that of the server that was meant.",
  );
}

/** The same network, in which an interruption ends every request: we do not wait for a server that hangs. */
export function interruptible(network: Network, interrupted: AbortSignal): Network {
  return {
    ...network,
    request: ({ signal, ...question }) =>
      network.request({
        ...question,
        signal: signal === undefined ? interrupted : AbortSignal.any([signal, interrupted]),
      }),
  };
}

/** One pool of connections for each way of trusting. */
const agentFor = onceEach(async (tls: Tls): Promise<Agent> => {
  const { Agent: Pool } = await import("undici");
  return new Pool({
    connect: {
      ...(tls.authorities === undefined ? {} : { ca: tls.authorities }),
      ...(tls.identity === undefined ? {} : { cert: tls.identity, key: tls.identity }),
      rejectUnauthorized: tls.insecure !== true,
    },
  });
}, new WeakMap());
