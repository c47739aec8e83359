import { axesOf } from "../../src/schema/axis.ts";
import { describe, expect, it } from "vitest";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { powerOf } from "../../src/plan/power.ts";
import { studyRecord, writeStudyRecord } from "../../src/store/study-file.ts";
import { readPast } from "../../src/plan/remaining-work.ts";
import type { Change } from "../../src/schema/design.ts";
import type { Study } from "../../src/schema/study.ts";
import { writeTrial } from "../../src/store/index.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { fakeTrial } from "../support/fake-trials.ts";
import { makeStudy } from "../support/make-study.ts";
import { searchedPlan } from "../support/searched-study.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();
const neverRun = { record: null, trials: [] };
const change = (id: string, length: number): Change => ({
  id,
  label: id,
  set: { max_model_len: length },
  pointer: "/design/changes/0",
});

function planOf(changes: Change[], more: Partial<Study> = {}) {
  const study = makeStudy({ kind: "isolation", changes }, more);
  const expansion = expandStudy(study);
  const { experiments, contrasts } = expansion;
  return { study, experiments, contrasts, expansion, trials: orderTrials(study, expansion), diagnostics: [] };
}

const two = [change("a", 100), change("b", 200)];

describe("what a study can show before it is run", () => {
  it("says that its noise is assumed where nothing was measured, over the changes that will run", () => {
    const sentence = powerOf(planOf(two), neverRun);
    expect(sentence).toMatch(/^at a noise of 3 % \(assumed: this study has no trial yet\), 3 blocks show/);
    expect(sentence).toContain("over 2 changes");
    const skipping = planOf([...two, { ...change("c", 300), skip: "not yet" }]);
    expect(powerOf(skipping, neverRun)).toBe(sentence);
  });

  it("counts changes of all cells", () => {
    const sweep = axesOf({ "load.concurrency": [1, 4] }, "", () => null);
    expect(powerOf(planOf(two, { sweep }), neverRun)).toContain("over 4 changes");
  });

  it("takes the noise of the study's own trials where there are any", async () => {
    const plan = planOf(two);
    const results = temporaryFolder();
    await writeStudyRecord(world, results, { ...studyRecord(plan, "matrices/test.yaml"), name: "fake-study" });
    const figures = [
      [1000, 1010, 990],
      [1200, 1190, 1215],
      [900, 905, 912],
    ];
    for (const [row, values] of figures.entries()) {
      for (const [block, throughput] of values.entries()) {
        const trial = fakeTrial(plan.experiments[row]!, { throughput, replicate: block + 1, fidelity: "screen" });
        await writeTrial(world, results, trial, { observation: null, outputs: null });
      }
    }
    const past = await readPast(world, results, "fake-study");
    if (!past.ok) throw new Error(past.problem.message);
    expect(powerOf(plan, past.value)).toMatch(
      /^at a noise of [01]\.\d+ % \(that of output_throughput in this study's trials so far\)/,
    );
  });

  it("says nothing where nothing is compared, where a search comes first, and of more changes than anybody reads", () => {
    expect(powerOf(planOf([]), neverRun)).toBeNull();
    expect(powerOf(searchedPlan(), neverRun)).toBeNull();
    const many = Array.from({ length: 201 }, (_, index) => change(`c${index}`, index + 1));
    expect(powerOf(planOf(many), neverRun)).toBeNull();
    expect(powerOf(planOf(many.slice(1)), neverRun)).toContain("over 200 changes");
  });
});
