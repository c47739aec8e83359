import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { capacityCommand, type CapacityOptions } from "../../src/commands/capacity.ts";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { axesOf } from "../../src/schema/axis.ts";
import { shortNames } from "../../src/schema/knob.ts";
import { studyRecord, writeStudyRecord, writeTrial } from "../../src/store/index.ts";
import { fakeTrial, withFigures } from "../support/fake-trials.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";
import { observationOf } from "../support/observations.ts";
import { studyWorld } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const study = makeStudy(
  { kind: "curve", changes: [] },
  {
    name: "swept",
    repeats: 2,
    sweep: axesOf({ "load.concurrency": [4, 8] }, "/sweep", shortNames({})),
    workloads: [makeWorkload({ name: "chat", scenario: "closed" })],
  },
);

let folder = "";

/** Two launches at each of two loads: 2 and 4 requests/s, whose first tokens come after 50 ms; at the higher load half of them after 500 ms. */
beforeEach(async () => {
  folder = temporaryFolder();
  const results = join(folder, "results");
  const expansion = expandStudy(study);
  const { experiments, contrasts } = expansion;
  const plan = { study, experiments, contrasts, expansion, trials: orderTrials(study, expansion), diagnostics: [] };
  await writeStudyRecord(studyWorld(folder), results, studyRecord(plan, "matrices/test.yaml"));
  for (const experiment of experiments) {
    const load = Number(experiment.knobs["load.concurrency"]);
    for (const replicate of [1, 2]) {
      const trial = withFigures(fakeTrial(experiment, { replicate, fidelity: "screen", status: "SCREENED" }), [
        ["request_throughput", "value", (load / 2) * (replicate === 1 ? 1 : 1.1)],
      ]);
      const requests = Array.from({ length: 10 }, (_, index) => ({
        tokensMs: [load === 8 && index % 2 === 0 ? 500 : 50, 600],
      }));
      const observation = observationOf(requests);
      await writeTrial(studyWorld(folder), results, { ...trial, study: "swept" }, { observation, outputs: null });
    }
  }
});

async function answer(options: Partial<CapacityOptions>) {
  let [out, err] = ["", ""];
  const world = studyWorld(folder, ({ streams }) => ({
    streams: { ...streams, out: (text) => void (out += text), err: (text) => void (err += text) },
  }));
  const code = await capacityCommand(world, { study: "swept", rate: 10, ...options });
  return { code, out, err };
}

describe("ceteris capacity", () => {
  it("judges stored requests by the limits of the command line", async () => {
    const strict = JSON.parse((await answer({ slo: ["ttft_ms=100"], format: "json" })).out);
    // Half the requests at 8 miss the limit: 4 is the last load that keeps it, with 2 and 2.2 requests/s.
    expect(strict.capacities).toMatchObject([{ up_to: 4, breaks_at: 8 }]);
    const [one] = strict.capacities;
    expect(one.per_instance.value).toBeCloseTo(Math.sqrt(2 * 2.2), 9);
    expect(one.instances).toBe(Math.ceil(12 / one.per_instance.bounds.lower));
    const loose = JSON.parse((await answer({ slo: ["ttft_ms=550"], format: "json" })).out);
    expect(loose.capacities).toMatchObject([{ up_to: 8, breaks_at: null }]);
  });

  it("is a table with what it rests on, and a row of CSV", async () => {
    const { code, out } = await answer({ slo: ["ttft_ms=100"], headroom: 0, format: "markdown" });
    expect(code).toBe(0);
    expect(out).toContain("- The SLO is ttft_ms 100, in place of the workload's.");
    expect(out).toContain("Screened, not certified: fidelity screen.");
    const csv = (await answer({ slo: ["ttft_ms=100"], format: "csv" })).out.split("\r\n");
    expect(csv[0]).toBe(
      "configuration,workload,load,keeps_slo_up_to,breaks_at,per_instance,per_instance_lower,launches,instances,gpus,why",
    );
    expect(csv).toHaveLength(3);
  });

  it("refuses to guess without an SLO, and names what is no limit", async () => {
    const { code, out } = await answer({});
    expect(code).toBe(2);
    expect(out).toContain("give its limits with --slo ttft_ms=…");
    const wrong = await answer({ slo: ["itl_ms=3"] });
    expect([wrong.code, wrong.out]).toEqual([2, ""]);
    expect(wrong.err).toContain("the limits are ttft_ms, tpot_ms, e2e_ms");
    const twice = await answer({ slo: ["ttft_ms=300", "ttft-ms=1"] });
    expect([twice.code, twice.out]).toEqual([2, ""]);
    expect(twice.err).toContain("--slo gives ttft_ms twice: 300 and 1 ms");
  });
});
