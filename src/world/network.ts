import { createServer, connect } from "node:net";
import type { Agent } from "undici";
import { fail, succeed } from "../schema/result.ts";
import { withoutUser } from "./address.ts";
import type { Network, Tls } from "./world.ts";

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
    try {
      const { request: httpRequest } = await import("undici"); // slow to load, and many commands ask nobody
      const deadline = AbortSignal.timeout(timeoutMs);
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
      return succeed({ status: answer.statusCode, headers: flat, text: await answer.body.text() });
    } catch (error) {
      const cause = error as NodeJS.ErrnoException;
      return fail(
        "no-answer",
        `no answer from ${withoutUser(url)}: ${cause.code ?? cause.name}`,
        "Check that the server runs and that the address is right.",
      );
    }
  },
};

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

const agents = new WeakMap<Tls, Agent>();

/** One pool of connections for each way of trusting. */
async function agentFor(tls: Tls): Promise<Agent> {
  const known = agents.get(tls);
  if (known) return known;
  const { Agent: Pool } = await import("undici");
  const agent = new Pool({
    connect: {
      ...(tls.authorities === undefined ? {} : { ca: tls.authorities }),
      ...(tls.identity === undefined ? {} : { cert: tls.identity, key: tls.identity }),
      rejectUnauthorized: tls.insecure !== true,
    },
  });
  agents.set(tls, agent);
  return agent;
}
