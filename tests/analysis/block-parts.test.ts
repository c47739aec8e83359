import { describe, expect, it } from "vitest";
import { partsOfBlocks } from "../../src/analysis/block-parts.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial, foundIn } from "../support/fake-trials.ts";

const arms = ["baseline", "fp8", "seqs", "eager"].map((name, at) =>
  fakeExperiment(name, at, at === 0 ? {} : { [name]: at }),
);
/** Four trials of block 3, a minute each, the first at 10:00. */
const block = arms.map((experiment, at): Trial => {
  const trial = fakeTrial(experiment, { replicate: 3 });
  return { ...trial, startedAt: `2026-01-01T10:0${at}:00.000Z`, endedAt: `2026-01-01T10:0${at + 1}:00.000Z` };
});
const altered = (change: (trial: Trial, at: number) => Trial): number[] => {
  const trials = block.map(change);
  return trials.map(partsOfBlocks(trials));
};
const later = (trial: Trial, change: (trial: Trial) => Trial, isLater: boolean): Trial =>
  isLater ? change(trial) : trial;

describe("partsOfBlocks", () => {
  it("leaves a block whole that ran on one host and one set of devices", () => {
    expect(altered((trial) => trial)).toEqual([3, 3, 3, 3]);
  });

  it.each([
    ["another host", (trial: Trial) => foundIn(trial, { host: { hostname: "bench-2" } })],
    ["another GPU of the host", (trial: Trial) => foundIn(trial, { gpus: { uuid: "GPU-2" } })],
    ["a slice of the GPU", (trial: Trial) => foundIn(trial, { gpus: { slices: ["MIG-1"] } })],
    [
      "the same host more than an hour later",
      (trial: Trial) => ({
        ...trial,
        startedAt: trial.startedAt.replace("T10", "T12"),
        endedAt: trial.endedAt.replace("T10", "T12"),
      }),
    ],
  ])("makes a block of its own of what went on on %s", (_, elsewhere) => {
    expect(altered((trial, at) => later(trial, elsewhere, at > 1))).toEqual([3, 3, 3.001, 3.001]);
  });

  it("is parted by the cores of a run where there is no GPU", () => {
    const onCores = (trial: Trial, cores: string | null): Trial => ({
      ...foundIn(trial, { host: { cores } }),
      provenance: { ...foundIn(trial, { host: { cores } }).provenance!, gpus: [] },
    });
    expect(altered((trial, at) => onCores(trial, at < 2 ? "0-15" : "16-31"))).toEqual([3, 3, 3.001, 3.001]);
    expect(altered((trial, at) => onCores(trial, at < 2 ? "0-15" : null))).toEqual([3, 3, 3, 3]);
    expect(altered((trial, at) => foundIn(trial, { host: { cores: `${at}` } }))).toEqual([3, 3, 3, 3]);
  });

  it("puts what two hosts ran of one block by turns together by host", () => {
    const other = (trial: Trial) => foundIn(trial, { host: { hostname: "bench-2" }, gpus: { uuid: "GPU-2" } });
    expect(altered((trial, at) => later(trial, other, at % 2 === 1))).toEqual([3, 3.001, 3, 3.001]);
  });

  it("is not parted by what is unknown, nor by devices that the matrix declares for an arm", () => {
    expect(altered((trial, at) => (at === 2 ? { ...trial, provenance: null } : trial))).toEqual([3, 3, 3, 3]);
    const declared = (trial: Trial) => ({
      ...foundIn(trial, { gpus: { uuid: "GPU-2" } }),
      knobs: { "sut.devices": ["1"] },
    });
    expect(altered((trial, at) => later(trial, declared, at === 3))).toEqual([3, 3, 3, 3]);
  });
});
