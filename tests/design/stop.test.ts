import { describe, expect, it } from "vitest";
import { expandStudy } from "../../src/design/index.ts";
import { endedByStop, withoutEnded } from "../../src/design/stop.ts";
import { axesOf } from "../../src/schema/axis.ts";
import { shortNames } from "../../src/schema/knob.ts";
import { stopLimitsOf } from "../../src/schema/stop.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { fakeTrial, withFigures } from "../support/fake-trials.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";

const workload = makeWorkload({
  name: "w",
  scenario: "closed",
  stop: stopLimitsOf({ ttft_p99_ms: 5000, failed_share: 0.5 }),
});
const study = makeStudy(
  { kind: "isolation", changes: [{ id: "fp8", label: "fp8", set: { quantization: "fp8" }, pointer: "" }] },
  { workloads: [workload], sweep: axesOf({ "load.concurrency": [64, 1, 8] }, "/sweep", shortNames({})) },
);
const expansion = expandStudy(study);

function trial(name: string, ttft: number | null, failed = 0): Trial {
  const experiment = expansion.experiments.find(({ labels }) => labels.name === name)!;
  return withFigures(fakeTrial(experiment, { fidelity: "screen", status: "INVALID" }), [
    ["ttft", "p99", ttft],
    ["requests_failed", "value", failed],
  ]);
}

function ended(...trials: Trial[]): [string, string][] {
  const found = endedByStop(study, expansion.experiments, trials);
  return expansion.experiments.flatMap(({ id, labels }) => (found.has(id) ? [[labels.name, found.get(id)!]] : []));
}

describe("a stop rule", () => {
  it("ends a curve above the first point that exceeds a limit, whatever its verdict, and no other row's", () => {
    expect(ended(trial("fp8·c1", 90), trial("fp8·c8", 5320), trial("baseline·c8", 4999))).toEqual([
      ["fp8·c64", "the stop rule ended the curve at 8 in flight: ttft_p99_ms 5320, at most 5000"],
    ]);
  });

  it("takes the share of failed requests, of those that were measured", () => {
    expect(ended(trial("fp8·c1", 90, 201))).toEqual(
      ["fp8·c64", "fp8·c8"].map((name) => [
        name,
        "the stop rule ended the curve at 1 in flight: failed_share 50.2 %, at most 50 %",
      ]),
    );
    expect(ended(trial("fp8·c1", 90, 200))).toEqual([]);
  });

  it("ends nothing by a figure that is missing, by other trials, and at the highest load", () => {
    const broke = trial("fp8·c1", 9000);
    expect(ended(trial("fp8·c1", null), trial("fp8·c64", 9000))).toEqual([]);
    expect(ended({ ...broke, spec: { ...broke.spec, purpose: "accuracy" } })).toEqual([]);
    expect(ended({ ...broke, spec: { ...broke.spec, fidelity: "smoke" } })).toEqual([]);
  });

  it("skips in the plan what it has ended", () => {
    const found = endedByStop(study, expansion.experiments, [trial("fp8·c8", 6000)]);
    const skipped = withoutEnded(expansion, found).experiments.filter(({ skip }) => skip !== null);
    expect(skipped.map(({ labels }) => labels.name)).toEqual(["fp8·c64"]);
    expect(withoutEnded(expansion, new Map())).toBe(expansion);
  });
});
