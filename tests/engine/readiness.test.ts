import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { followLog } from "../../src/engine/log-follower.ts";
import { waitUntilReady } from "../../src/engine/readiness.ts";
import { openAccess } from "../../src/schema/access.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { engineWith } from "../support/engines.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

/** How the start of an engine ends that writes into its log so long, and never answers; all in virtual time. */
async function startThatWrites(writtenForS: number, text: string) {
  const file = join(temporaryFolder(), "server.log");
  const world = realWorld();
  let nowMs = 0;
  const clock = {
    ...world.clock,
    nowNs: () => BigInt(nowMs) * 1_000_000n,
    sleep(ms: number) {
      nowMs += ms;
      if (nowMs < writtenForS * 1000) appendFileSync(file, text);
      return Promise.resolve();
    },
  };
  const outcome = await waitUntilReady(
    { clock, network: { ...world.network, request: () => Promise.resolve({ ok: false, problem: never }) } },
    {
      engine: engineWith({ readiness: { path: "/health", stalledAfterS: 10, readyWithinS: 60 } }),
      address: { url: "http://127.0.0.1:1", access: openAccess },
      child: { pid: 0, exited: new Promise(() => undefined), exit: () => null },
      log: followLog(world.files, file),
      startedNs: 0n,
    },
  );
  return { state: outcome.state, atS: Math.round(nowMs / 1000) };
}

const never = { code: "no-answer", message: "nobody is there", hint: "" };

it("waits for an engine that draws a progress bar, and not for one that has fallen silent", async () => {
  expect(await startThatWrites(0, "")).toEqual({ state: "stalled", atS: 10 });
  for (const text of ["loading\n", "\rloading 7 %"]) {
    expect(await startThatWrites(30, text)).toEqual({ state: "stalled", atS: 40 });
    expect(await startThatWrites(Infinity, text)).toEqual({ state: "late", atS: 60 });
  }
});
