import { describe, expect, it } from "vitest";
import { decisions } from "../../src/analysis/decisions.ts";
import type { Decision } from "../../src/schema/effect.ts";
import type { Contrast } from "../../src/schema/experiment.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";

const experiments = [fakeExperiment("baseline", 0, {}), fakeExperiment("change", 1, { seqs: 2 })];
const contrast: Contrast = { treatment: "change", control: "baseline", changed: { seqs: 2 }, family: "isolation" };

/** Throughput of the change in each block, that of INVALID trials in the second list; the baseline makes 100. */
function decided(usable: number[], lost: number[], more: Trial[] = []): Decision {
  const change = [
    ...usable.map((value) => [value, "VALID"] as const),
    ...lost.map((value) => [value, "INVALID"] as const),
  ];
  const trials = [
    ...change.map(([throughput, status], index) =>
      fakeTrial(experiments[1]!, { throughput, status, replicate: index + 1 }),
    ),
    ...change.map((_, index) =>
      fakeTrial(experiments[0]!, { throughput: 100 + 0.3 * (index % 3), replicate: index + 1 }),
    ),
    ...experiments.map((experiment) => fakeTrial(experiment, { purpose: "accuracy" })),
    ...more,
  ];
  return decisions({ experiments, contrasts: [contrast], fidelity: "valid" }, trials)[1]!;
}

describe("trials that checks excluded", () => {
  it("hold a change that they would decide otherwise, with both results", () => {
    const made = decided([108, 108.2, 107.9, 108.1], [88, 87, 89, 88]);
    expect(made.outcome).toBe("HOLD");
    expect(made.missing[0]?.text).toMatch(
      /^the outcome depends on the 4 trials that checks excluded: SHIP without them, HOLD with them \([+-]\d\.\d %/,
    );
  });

  it("are told where they change nothing", () => {
    const made = decided([108, 108.2, 107.9, 108.1], [108.3, 107.8]);
    expect(made.outcome).toBe("SHIP");
    expect(made.because).toContain("on 4 of 6 against 6 launches");
    expect(made.because).toContain("the same with the 2 trials that checks excluded");
  });

  it("are none where a later attempt took their place", () => {
    const again = fakeTrial(experiments[1]!, { throughput: 108.1, replicate: 5, attempt: 2 });
    const made = decided([108, 108.2, 107.9, 108.1], [30], [again]);
    expect(made.outcome).toBe("SHIP");
    expect(made.because).not.toContain("checks excluded");
    expect(made.because).toContain("1 trial was INVALID and measured again: with its first figure it would be HOLD");
  });

  it("are told where a later attempt took their place, since trying until a check passes selects", () => {
    const again = [5, 6].map((replicate) =>
      fakeTrial(experiments[1]!, { throughput: 108.1, replicate, attempt: 2, status: "VALID" }),
    );
    const made = decided([108, 108.2, 107.9, 108.1], [107.7, 108.3], again);
    expect(made.outcome).toBe("SHIP");
    expect(made.because).toContain(
      "2 trials were INVALID and measured again: with their first figures the outcome is the same",
    );
    expect(decided([108, 108.2, 107.9, 108.1], []).because).not.toContain("measured again");
  });
});

describe("trials that FAILED", () => {
  const failed = (replicate: number, experiment = experiments[1]!): Trial =>
    fakeTrial(experiment, { replicate, throughput: null, status: "FAILED" });

  it("hold a change that would be shipped, until an attempt makes them good", () => {
    const made = decided([108, 108.2, 107.9, 108.1], [], [failed(5), failed(6)]);
    expect(made).toMatchObject({ outcome: "HOLD", missing: [{ kind: "failed trials" }] });
    expect(made.missing[0]?.text).toMatch(/^2 of 6 trials FAILED \(.+\): try again with .*--retry failed$/);
    const again = fakeTrial(experiments[1]!, { throughput: 108.1, replicate: 5, attempt: 2 });
    expect(decided([108, 108.2, 107.9, 108.1], [], [failed(5), again]).outcome).toBe("SHIP");
  });

  it("hold a change that would have no effect, and excuse none that is worse", () => {
    expect(decided([100, 100.3, 100.6, 100], [], []).outcome).toBe("NO EFFECT");
    expect(decided([100, 100.3, 100.6, 100], [], [failed(5)]).outcome).toBe("HOLD");
    expect(decided([88, 87.9, 88.2, 88.1], [], [failed(5)]).outcome).toBe("REJECT");
  });

  it("of the baseline hold nothing", () => {
    expect(decided([108, 108.2, 107.9, 108.1], [], [failed(5, experiments[0])]).outcome).toBe("SHIP");
  });
});

describe("a configuration that the engine refuses", () => {
  it("does not run, which no further block settles", () => {
    const failure = {
      class: "quantization-unsupported",
      message: "no kernel",
      file: null,
      line: null,
      hint: "",
      refused: true,
    };
    const trials = [1, 2].flatMap((replicate) => [
      fakeTrial(experiments[0]!, { replicate }),
      fakeTrial(experiments[1]!, { replicate, throughput: null, status: "FAILED", verdict: { failure } }),
    ]);
    const made = decisions({ experiments, contrasts: [contrast], fidelity: "valid", matrix: "m.yaml" }, trials)[1]!;
    expect(made).toMatchObject({ outcome: "REJECT", missing: [] });
    expect(made.because).toBe(
      "it does not run: the engine refuses this configuration (quantization-unsupported: no kernel)",
    );
  });
});
