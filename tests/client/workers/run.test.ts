import { describe, expect, it } from "vitest";
import { runLoadInWorkers } from "../../../src/client/workers/run.ts";
import type { Workload } from "../../../src/schema/workload.ts";
import { loadOptions, someWorkload } from "../../support/completions.ts";

/** Why a load is refused before any process is started. */
async function refused(changes: Partial<Workload>): Promise<string | null> {
  const outcome = await runLoadInWorkers(loadOptions("http://127.0.0.1:9", { workload: someWorkload(changes) }));
  return outcome.ok ? null : outcome.problem.code;
}

describe("a load that several workers cannot carry together", () => {
  it.each(["single_stream", "multi_stream"] as const)("is refused: the queries of %s", async (scenario) => {
    expect(await refused({ scenario, load: { workers: 2 } })).toBe("queries-need-one-worker");
  });

  it("is refused: client chunks of Offline", async () => {
    expect(await refused({ scenario: "offline", load: { workers: 2, batch_size: 4 } })).toBe("chunks-need-one-worker");
  });
});
