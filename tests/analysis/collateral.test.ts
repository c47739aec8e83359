import { describe, expect, it } from "vitest";
import { collateral } from "../../src/analysis/collateral.ts";
import type { Contrast } from "../../src/schema/experiment.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

const control = fakeExperiment("baseline", 0, {});
const treatment = fakeExperiment("fp8", 1, { quantization: "fp8" });
const study = {
  experiments: [control, treatment],
  contrasts: [
    { treatment: "fp8", control: "baseline", changed: { quantization: "fp8" }, family: "isolation" as const },
  ],
  fidelity: "valid",
  knobPaths: [
    { knob: "quantization", path: "model_config.quant" },
    { knob: "max_num_seqs", path: "scheduler_config.max_num_seqs" },
  ],
};
const trialOf = (
  experiment: typeof control,
  resolvedConfiguration: Trial["resolvedConfiguration"],
  replicate = 1,
): Trial => fakeTrial(experiment, { resolvedConfiguration, replicate });

describe("collateral", () => {
  it("is what moved beside the change", () => {
    const before = {
      "model_config.quant": null,
      "model_config.quant.method": "none",
      "other.quantization": null,
      "scheduler_config.max_num_seqs": 256,
      "cache_config.block_size": 16,
      instance_id: "a",
      "server.port": 8000,
      "model_config.seed": 1,
      "compile.cache_dir": "x",
    };
    const after = {
      "model_config.quant": "fp8",
      "model_config.quant.method": "fp8",
      "other.quantization": "fp8",
      "scheduler_config.max_num_seqs": 512,
      "cache_config.block_size": 16,
      instance_id: "b",
      "server.port": 8001,
      "model_config.seed": 2,
      "compile.cache_dir": "y",
      "cache_config.added": [1],
    };
    expect(collateral(study, [trialOf(control, before), trialOf(treatment, after)])).toEqual([
      {
        treatment: "fp8",
        control: "baseline",
        family: "isolation",
        varying: [],
        unknown: null,
        moved: [
          { path: "cache_config.added", control: null, treatment: [1] },
          { path: "scheduler_config.max_num_seqs", control: 256, treatment: 512 },
        ],
      },
    ]);
  });

  it("is separate from what differs among the launches of one side, which the change did not move", () => {
    const trials = [
      trialOf(control, { size: 100, same: 1 }),
      trialOf(control, { size: 101, same: 1 }, 2),
      trialOf(treatment, { size: 200, same: 2 }),
    ];
    expect(collateral(study, trials)[0]).toMatchObject({
      moved: [{ path: "same", control: 1, treatment: 2 }],
      varying: [{ path: "size", arm: "baseline", values: "100 in 1, 101 in 1" }],
    });
  });

  it("is nothing that is drawn at a start, that a block moved for both sides, or that is measured anew within 2 %", () => {
    const uuid = (start: string): string => `shm_${start}2b8c1e-0d4a-4c5b-9a77-0123456789ab`;
    const trials = [1, 2].flatMap((block) => [
      trialOf(control, { shm: uuid("3f"), driver: block, "cache_config.num_gpu_blocks": 1000 + block }, block),
      trialOf(treatment, { shm: uuid("aa"), driver: block, "cache_config.num_gpu_blocks": 1007 + block }, block),
    ]);
    expect(collateral(study, trials)[0]).toMatchObject({ moved: [], varying: [] });
  });

  it("is nothing where the change is another engine, and not the version or model that it declares", () => {
    const found = { version: "0.33", "model_config.model": "other", block_size: 32 };
    const trials = [
      trialOf(control, { version: "0.32", "model_config.model": "org", block_size: 16 }),
      trialOf(treatment, found),
    ];
    const by = (changed: Contrast["changed"]) =>
      collateral({ ...study, contrasts: study.contrasts.map((one) => ({ ...one, changed })) }, trials)[0]!.moved;
    expect(by({ "sut.version": "0.33", "sut.model": "other" }).map(({ path }) => path)).toEqual(["block_size"]);
    expect(by({ "sut.engine": "other" })).toEqual([]);
  });

  it("says where nothing can be said", () => {
    expect(collateral(study, [trialOf(control, { a: 1 })])[0]).toMatchObject({
      moved: [],
      unknown: "fp8 has no resolved configuration",
    });
    // Of both sides the baseline, which the other changes share.
    expect(collateral(study, [])[0]?.unknown).toBe("baseline has no resolved configuration");
  });
});
