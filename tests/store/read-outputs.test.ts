import { describe, expect, it } from "vitest";
import { readOutputs } from "../../src/store/read-outputs.ts";
import { writeTrial } from "../../src/store/trial-folder.ts";
import { realFiles } from "../../src/world/files.ts";
import { fakeObservation } from "../support/fake-observation.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const world = { files: realFiles };

describe("readOutputs", () => {
  it("gives each answer with its scores, and its request's place in the client chunk, by sample", async () => {
    const observation = fakeObservation(5, 3);
    // The warm-up asks sample 5, then 4 to 1 are measured in two chunks.
    const requests = [...observation.requests].map((request) => ({
      ...request,
      chunk: request.phase === "warmup" ? null : Math.floor((request.index - 1) / 2),
      finish: request.sample === 3 ? "length" : "stop",
    }));
    const outputs = [4, 3, 2, 1].map((sample) => ({
      sample,
      prediction: `says ${sample}`,
      reference: sample === 1 ? null : `means ${sample}`,
      rouge1: 10 * sample,
      rouge2: 5,
      rougeL: 4,
      rougeLsum: null,
    }));
    const written = await writeTrial(world, temporaryFolder(), fakeTrial(fakeExperiment("baseline", 0, {})), {
      observation: { ...observation, requests },
      outputs,
    });
    const folder = written.ok ? written.value : "";
    const read = await readOutputs(world, folder);
    const answers = read?.ok === true ? read.value : [];
    expect(answers.map(({ sample, chunk, placeInChunk }) => [sample, chunk, placeInChunk])).toEqual([
      [1, 1, 1],
      [2, 1, 0],
      [3, 0, 1],
      [4, 0, 0],
    ]);
    expect(answers[2]).toEqual({
      sample: 3,
      prediction: "says 3",
      reference: "means 3",
      rouge1: 30,
      rouge2: 5,
      rougeL: 4,
      rougeLsum: null,
      chunk: 0,
      placeInChunk: 1,
      finish: "length",
      outputTokens: 3,
    });
  });

  it("is null for a trial that kept no answers", async () => {
    expect(await readOutputs(world, temporaryFolder())).toBeNull();
  });
});
