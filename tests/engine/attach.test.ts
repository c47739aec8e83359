import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { launchEngine } from "../../src/engine/launch.ts";
import type { LaunchRequest } from "../../src/engine/running-engine.ts";
import { fakeLaunch, hurriedWorld } from "../support/launches.ts";
import { startKeyedServer } from "../support/keyed-server.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const world = hurriedWorld();
const temporaryFolder = useTemporaryFolders();
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that serves these models; asked to attach to it for `model`. */
async function attachTo(models: string[], model: string | undefined, headers: Record<string, string> = {}) {
  const server = createServer((request, response) => {
    if (request.url === "/health") return void response.writeHead(200, headers).end();
    if (request.url !== "/v1/models") return void response.writeHead(404).end();
    response.writeHead(200, headers).end(JSON.stringify({ data: models.map((id) => ({ id })) }));
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { model: _model, ...base } = await fakeLaunch(world, temporaryFolder());
  const request: LaunchRequest = {
    ...base,
    environment: { executable: [], packages: null, folder: null, url },
    ...(model === undefined ? {} : { model }),
  };
  return await launchEngine(world, request);
}

describe("an engine that was running already", () => {
  it("is asked for the model that was named, not for the first that it lists", async () => {
    const attached = await attachTo(["first", "second"], "second");
    if (!attached.ok) throw new Error(attached.problem.message);
    expect(attached.value.endpoint.model).toBe("second");
    expect(attached.value.launch()).toMatchObject({ origin: "measured", processGroup: null });
    await attached.value.stop();
  });

  it("is asked for its first model where none was named", async () => {
    const attached = await attachTo(["first", "second"], undefined);
    expect(attached.ok && attached.value.endpoint.model).toBe("first");
    if (attached.ok) await attached.value.stop();
  });

  it("fails with the models that it has where it has not the one that was named", async () => {
    expect(await attachTo(["first", "second"], "third")).toMatchObject({
      ok: false,
      problem: { class: "model-not-served", message: expect.stringContaining("serves first, second, and not third") },
    });
  });

  it("that refuses the request is a failure which says how to name the key", async () => {
    const server = await startKeyedServer({ authorization: "Bearer right" });
    const { model: _model, ...base } = await fakeLaunch(world, temporaryFolder());
    const environment = { executable: [], packages: null, folder: null, url: server.url };
    const access = { headers: { authorization: "Bearer wrong-key" }, secrets: ["wrong-key"] };
    const refused = await launchEngine(world, { ...base, environment, access });
    expect(refused).toMatchObject({ ok: false, problem: { class: "key-refused" } });
    const allowed = { headers: { authorization: "Bearer right" }, secrets: ["right"] };
    const attached = await launchEngine(world, { ...base, environment, access: allowed });
    expect(attached.ok && attached.value.endpoint).toMatchObject({ model: "tiny", access: allowed });
    if (attached.ok) await attached.value.stop();
    server.close();
  });

  it("is a simulated one where its answers say so, whatever the engine file says", async () => {
    const attached = await attachTo(["first"], undefined, { "x-ceteris-origin": "simulated" });
    expect(attached.ok && attached.value.launch().origin).toBe("simulated");
    if (attached.ok) await attached.value.stop();
  });
});
