import { expect, it } from "vitest";
import { watchForDeath } from "../../src/engine/death-watch.ts";
import type { Engine } from "../../src/schema/engine.ts";
import { fail } from "../../src/schema/result.ts";
import type { Child, World } from "../../src/world/world.ts";

const engine = { readiness: { path: "/health" }, failures: [] } as unknown as Engine;
const address = { url: "http://127.0.0.1:8000", access: { headers: {}, secrets: [] } };

it("reports an engine whose end is known only after its sockets closed, while its child keeps the port", async () => {
  let end: ReturnType<Child["exit"]> = null;
  const child: Child = { pid: 1, exited: new Promise(() => undefined), exit: () => end };
  const world = {
    clock: {
      async sleep(_ms: number, signal?: AbortSignal) {
        if (signal !== undefined) await new Promise(() => undefined);
        end = { code: null, signal: "SIGKILL" };
      },
    },
    network: { portIsFree: async () => false, request: async () => fail("reset", "ECONNRESET", "") },
  } as unknown as Pick<World, "clock" | "network">;
  const watch = watchForDeath(world, { engine, address, child, log: null, linesAtStart: 0 });
  expect(await watch.check()).toMatchObject({
    class: "engine-died",
    message: expect.stringContaining("SIGKILL") as string,
  });
});
