import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { planLoad } from "../../src/client/load-plan.ts";
import { loadDataset } from "../../src/dataset/index.ts";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import type { TrialSpec } from "../../src/schema/trial-spec.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";

const changes = ["a", "b", "c", "d"].map((id, place) => ({
  id,
  label: id,
  set: { max_model_len: 100 * (place + 1) },
  pointer: "",
}));
const workloads: Workload[] = [
  makeWorkload({ name: "open", scenario: "open", load: { rate: 50, order: "shuffled" }, cancel: null }),
  makeWorkload({ name: "closed", scenario: "closed", load: { concurrency: 8, order: "shuffled" } }),
];

/** What a trial would send and when, by the client's own layout: SHA-256 of the prompts in the order of sending, with their due times. */
async function requestsDigest(spec: TrialSpec, workload: Workload): Promise<string> {
  const dataset = await loadDataset({
    world: realWorld(),
    root: "/nowhere",
    seed: spec.seeds.dataset,
    samples: 24,
    workload,
  });
  if (!dataset.ok) throw new Error(dataset.problem.message);
  const { samples } = dataset.value;
  const loadPlan = planLoad({ workload, samples, requests: 20, seed: spec.seeds.load, inFlightDefault: 16 });
  if (!loadPlan.ok) throw new Error(loadPlan.problem.message);
  const { requestPlan, dueNs } = loadPlan.value;
  const sent = requestPlan.sequence.map(({ prompt, outputTokens }) => ({ prompt, outputTokens }));
  return createHash("sha256")
    .update(JSON.stringify([sent, dueNs === null ? null : [...dueNs]]))
    .digest("hex");
}

describe("the requests of a block", () => {
  it.each(["interleaved", "shuffled", "declared"] as const)(
    "are the same for all arms, the baseline's both trials too, and others in each block: order %s",
    async (order) => {
      const study = makeStudy({ kind: "isolation", changes }, { order, workloads });
      const trials = orderTrials(study, expandStudy(study));
      const seen = new Set<string>();
      for (const workload of workloads) {
        for (const block of [1, 2, 3]) {
          const arms = trials.filter((spec) => spec.block === block && spec.experiment.endsWith(`@${workload.name}`));
          expect(arms).toHaveLength(order === "interleaved" ? 6 : 5);
          const digests = new Set(await Promise.all(arms.map((spec) => requestsDigest(spec, workload))));
          expect(digests.size).toBe(1);
          for (const digest of digests) seen.add(digest);
        }
      }
      expect(seen.size).toBe(6);
    },
  );

  it("are others where the study's seed is another", () => {
    const loads = [7, 8].map((seed) => {
      const study = makeStudy({ kind: "isolation", changes }, { seed });
      return orderTrials(study, expandStudy(study))[0]!.seeds.load;
    });
    expect(loads[0]).not.toBe(loads[1]);
  });
});
