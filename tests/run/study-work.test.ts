import { describe, expect, it } from "vitest";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { studyRecord, writeStudyRecord } from "../../src/store/study-file.ts";
import { plannedTrials, type WorkRequest } from "../../src/plan/remaining-work.ts";
import { openWork } from "../../src/run/study-work.ts";
import type { Trial } from "../../src/schema/trial.ts";
import type { TrialSpec } from "../../src/schema/trial-spec.ts";
import type { Study } from "../../src/schema/study.ts";
import { writeTrial } from "../../src/store/index.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { fakeTrial } from "../support/fake-trials.ts";
import { makeStudy } from "../support/make-study.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = realWorld();
const changes = ["a", "b"].map((id, place) => ({ id, label: id, set: { max_model_len: 100 + place }, pointer: "" }));

function planOf(more: Partial<Study> = {}) {
  const study = makeStudy({ kind: "isolation", changes }, { name: "fake-study", order: "declared", ...more });
  const expansion = expandStudy(study);
  const { experiments, contrasts } = expansion;
  return { study, experiments, contrasts, expansion, trials: orderTrials(study, expansion), diagnostics: [] };
}

const plan = planOf();

/** A trial of this machine that ended `endedAgoS` seconds ago. */
function trialOf(spec: TrialSpec, endedAgoS: number, version = "1.0"): Trial {
  const experiment = plan.experiments.find(({ id }) => id === spec.experimentId)!;
  const trial = fakeTrial(experiment, { fidelity: "screen", status: "SCREENED" });
  const at = (agoS: number): string => new Date(Date.now() - 1000 * agoS).toISOString();
  return {
    ...trial,
    spec,
    startedAt: at(endedAgoS + 10),
    endedAt: at(endedAgoS),
    provenance: {
      ...trial.provenance!,
      host: { hostname: world.machine.hostname },
      gpus: [],
      engine: { name: "fake", version },
    },
  };
}

/** A study folder in which the first trials of the plan were run, the last of them `endedAgoS` seconds ago. */
async function folderAfter(trials: number, endedAgoS: number): Promise<string> {
  const results = temporaryFolder();
  const planned = plannedTrials(plan, [], plan, plan);
  await writeStudyRecord(world, results, studyRecord(plan, "matrices/test.yaml", planned));
  for (const [place, spec] of plan.trials.slice(0, trials).entries())
    await writeTrial(world, results, trialOf(spec, endedAgoS + 20 * (trials - 1 - place)), {
      observation: null,
      outputs: null,
    });
  return results;
}

async function opened(resultsFolder: string, request: WorkRequest = { retry: new Set() }, more = {}) {
  const work = await openWork({ world, plan, resultsFolder, request, ...more });
  if (!work.ok) throw new Error(work.problem.message);
  return work.value;
}

const rowAndBlock = ({ experiment, block }: TrialSpec): string => `${experiment} ${block}`;
/** What is left where four trials were done and their second block cannot go on. */
const newBlocks = ["baseline 3", "a 3", "b 3", "baseline 4", "a 4", "b 4"];

describe("the work of a run", () => {
  it("is the plan where the study was never run, block by block, without a word", async () => {
    const work = await opened(temporaryFolder());
    expect(work.notices).toEqual([]);
    const blocks = [...work.blocks()];
    expect(blocks.map((one) => "block" in one && one.block)).toEqual([1, 2, 3]);
    expect(blocks.flatMap((one) => ("trials" in one ? one.trials : []))).toEqual(plan.trials);
    // Plain data, so that another machine can be told.
    expect(JSON.parse(JSON.stringify(blocks))).toEqual(blocks);
    expect(work.todo()).toEqual([]);
  });

  it("goes on in the block that was interrupted, and says so", async () => {
    const work = await opened(await folderAfter(4, 60));
    expect(work.todo()).toEqual(plan.trials.slice(4));
    expect(work.notices.map(({ code }) => code)).toEqual(["block-goes-on", "new-blocks"]);
    expect(work.notices[1]!.message).toMatch(/^block 3 is new/);
    expect(work.lookAgain()).toBe(false);
  });

  it("opens new blocks a day later, or where the record is lost", async () => {
    const later = await opened(await folderAfter(4, 86_400));
    expect(later.todo().map(rowAndBlock)).toEqual(newBlocks);
    const folder = await folderAfter(4, 60);
    await world.files.writeText(`${folder}/fake-study/study.json`, "{ broken");
    expect((await opened(folder)).todo()[0]).toMatchObject({ block: 3 });
  });

  it("opens the block again where its first launch finds another build of the engine", async () => {
    const folder = await folderAfter(4, 60);
    const work = await opened(folder);
    const blocks = work.blocks();
    const { value: first } = blocks.next();
    if (first === undefined || !("trials" in first)) throw new Error("no block of trials");
    const [spec] = first.trials;
    expect(first.trials).toHaveLength(1); // the launch that tells the build
    expect(spec).toMatchObject({ experiment: "a", block: 2 });
    work.learn(trialOf(spec!, 0, "1.1"));
    expect(work.lookAgain()).toBe(true);
    expect(work.todo().map(rowAndBlock)).toEqual(newBlocks);
    expect(work.planned()).toHaveLength(5 + 6);
    expect(work.lookAgain()).toBe(false);
  });

  it("says what runs beside the rows that are asked for", async () => {
    const work = await opened(temporaryFolder(), { only: "b", retry: new Set() });
    expect(work.notices).toEqual([
      {
        type: "notice",
        code: "runs-beside",
        message: "baseline: not asked for, but run because the others are compared with it",
      },
    ]);
    // The record keeps the whole study in sight.
    expect(
      work
        .planned()
        .map(({ trialId }) => trialId)
        .toSorted(),
    ).toEqual(plan.trials.map(({ trialId }) => trialId).toSorted());
  });

  it("is what the plan says where a trial joins a study, whatever the past", async () => {
    const work = await opened(await folderAfter(9, 60), { retry: new Set() }, { joins: true });
    expect([work.todo(), work.standing]).toEqual([plan.trials, []]);
  });
});
