import { describe, expect, it } from "vitest";
import { expandStudy } from "../../src/design/expand.ts";
import { orderTrials } from "../../src/design/remaining.ts";
import { createVirtualLaboratory, type VirtualEngine } from "./virtual-laboratory.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";

const study = makeStudy(
  { kind: "isolation", changes: [{ id: "fp8", label: "fp8", set: { quantization: "fp8" }, pointer: "" }] },
  { accuracy: makeWorkload(), repeats: 2 },
);
const expansion = expandStudy(study);
const specs = orderTrials(study, expansion);
const quiet: VirtualEngine = {
  throughput: 1000,
  effects: [{ knobs: { quantization: "fp8" }, throughput: 1.5, accuracy: 0.9, outputTokens: 0.5 }],
  noise: { kind: "gaussian", sd: 0 },
  driftPerTrial: 0,
  launchSd: 0,
  invalidShare: 0,
};

function figure(trial: Trial, metric: string): number {
  return trial.measurements.find((row) => row.metric === metric)!.value!;
}

describe("the virtual laboratory", () => {
  it("plants what it is told to, on the experiments that have the knobs", () => {
    const execute = createVirtualLaboratory(quiet, expansion.experiments, 1);
    for (const trial of specs.map(execute)) {
      const changed = trial.spec.experiment === "fp8";
      expect(trial).toMatchObject({ origin: "simulated", verdict: { status: "SCREENED" } });
      if (trial.spec.purpose === "accuracy") {
        expect(figure(trial, "rouge1")).toBeCloseTo(38.78 * (changed ? 0.9 : 1), 10);
      } else {
        expect(figure(trial, "output_throughput")).toBeCloseTo(changed ? 1500 : 1000, 9);
        expect(figure(trial, "output_tokens")).toBe(changed ? 64 : 128);
      }
    }
  });

  it("gives the same trials for the same seed, in whatever order they are asked for", () => {
    const noisy = { ...quiet, noise: { kind: "autocorrelated", sd: 0.1, correlation: 0.5 }, launchSd: 0.1 } as const;
    const forwards = specs.map(createVirtualLaboratory(noisy, expansion.experiments, "seed"));
    const backwards = specs.toReversed().map(createVirtualLaboratory(noisy, expansion.experiments, "seed"));
    expect(backwards.toReversed()).toEqual(forwards);
    expect(specs.map(createVirtualLaboratory(noisy, expansion.experiments, "other"))).not.toEqual(forwards);
  });

  it("drifts with the order, and shares a launch's luck", () => {
    const drifting = createVirtualLaboratory({ ...quiet, driftPerTrial: 0.01 }, expansion.experiments, 1);
    const [first, last] = [specs[0]!, specs.at(-1)!].map((spec) => figure(drifting(spec), "output_throughput"));
    expect(last! / first!).toBeCloseTo(Math.exp(0.01 * (specs.length - 1)), 10);
    const lucky = createVirtualLaboratory({ ...quiet, launchSd: 0.1 }, expansion.experiments, 1);
    const [one] = specs;
    const neighbour = { ...one!, position: 99, trialId: "another" };
    expect(figure(lucky(one!), "output_throughput")).toBe(figure(lucky(neighbour), "output_throughput"));
    expect(figure(lucky({ ...neighbour, launchKey: "else" }), "output_throughput")).not.toBe(
      figure(lucky(one!), "output_throughput"),
    );
  });

  it("loses trials where it is told to", () => {
    const losing = createVirtualLaboratory({ ...quiet, invalidShare: 0.5 }, expansion.experiments, 3);
    const statuses = new Set(
      Array.from({ length: 40 }, (_, index) => losing({ ...specs[0]!, trialId: `t${index}` }).verdict.status),
    );
    expect(statuses).toEqual(new Set(["SCREENED", "INVALID"]));
  });

  it("plants noise on some arms, shifts and sessions by time, machines, and INVALID trials that keep their figures", () => {
    const noisy = { ...quiet, noise: { kind: "gaussian", sd: 0.01 } as const };
    const usual = createVirtualLaboratory(noisy, expansion.experiments, 1);
    const effects = [...quiet.effects, { knobs: { quantization: "fp8" }, noise: 3 }];
    const machine = {
      host: {},
      gpus: [],
      engine: {},
      model: {},
      dataset: {},
      ceteris: { version: "1", commit: null, node: "" },
      missing: [],
    };
    const planted = createVirtualLaboratory(
      {
        ...noisy,
        effects,
        invalidFrom: 1400,
        shift: ({ block }) => (block === 2 ? 0.5 : 0),
        daysLater: ({ block }) => block - 1,
        provenance: ({ block }) => (block === 2 ? machine : null),
      },
      expansion.experiments,
      1,
    );
    for (const spec of specs.filter(({ purpose }) => purpose === "performance")) {
      const log = (trial: Trial): number => Math.log(figure(trial, "output_throughput"));
      const isChanged = spec.experiment === "fp8";
      const truth = Math.log(isChanged ? 1500 : 1000);
      const [before, after] = [usual(spec), planted(spec)];
      const shift = spec.block === 2 ? 0.5 : 0;
      expect(log(after) - truth - shift).toBeCloseTo((isChanged ? 3 : 1) * (log(before) - truth), 9);
      expect(after.verdict.status).toBe(figure(after, "output_throughput") >= 1400 ? "INVALID" : "SCREENED");
      expect(Date.parse(after.startedAt) - Date.parse(before.startedAt)).toBe((spec.block - 1) * 86_400_000);
      expect(after.provenance).toBe(spec.block === 2 ? machine : null);
    }
  });
});
