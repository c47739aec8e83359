import { askRoutes, askVersion, tryRequest } from "../../engine/index.ts";
import { requestPath } from "../../client/index.ts";
import type { Engine } from "../../schema/engine.ts";
import { succeed } from "../../schema/result.ts";
import { endpoints } from "../../schema/workload.ts";
import type { Workload } from "../../schema/workload.ts";
import { withoutUser } from "../../world/address.ts";
import type { World } from "../../world/world.ts";
import { findServer, type ServerAsked } from "../bench/bench-server.ts";
import type { EndpointFound } from "./facts.ts";

/** What carries a prompt of one word by each endpoint of the API. */
const shortPrompts: Readonly<Record<Workload["endpoint"], object>> = {
  completions: { prompt: "Hello" },
  chat: { messages: [{ role: "user", content: "Hello" }] },
};

/** What a server that runs already answers: its models, version and routes, and one request of one token by each endpoint that is asked for. */
export async function endpointFacts(
  world: World,
  asked: ServerAsked,
  engine: Engine,
  used: readonly Workload["endpoint"][] = endpoints,
): Promise<EndpointFound> {
  const server = await findServer(world, asked);
  if (!server.ok) return { url: withoutUser(asked.url), server, version: null, routes: [], requests: [] };
  const { url, model, models, origin, access } = server.value;
  const address = { url, access };
  const requests: EndpointFound["requests"] = [];
  for (const kind of used) {
    const path = requestPath(kind);
    const streamed = { stream: true, stream_options: { include_usage: true } };
    const body = JSON.stringify({ model, ...shortPrompts[kind], max_tokens: 1, temperature: 0, ...streamed });
    requests.push({ path, tried: await tryRequest(world, address, { path, body }) });
  }
  return {
    url,
    server: succeed({ models, model, isSimulated: origin === "simulated" }),
    version: await askVersion(world, address, engine),
    routes: await askRoutes(world, address, engine),
    requests,
  };
}
