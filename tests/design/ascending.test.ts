import { describe, expect, it } from "vitest";
import { ascending } from "../../src/design/ascending.ts";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { axesOf } from "../../src/schema/axis.ts";
import type { Experiment } from "../../src/schema/experiment.ts";
import { shortNames } from "../../src/schema/knob.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";

const stop = [{ name: "ttft_p50_ms", metric: "ttft", stat: "p50", of: "value", above: 300 } as const];
const change = (id: string, value: number) => ({ id, label: id, set: { max_model_len: value }, pointer: "" });
const study = makeStudy(
  { kind: "isolation", changes: ["a", "b", "c", "d"].map((id, place) => change(id, 100 + place)) },
  {
    workloads: [
      makeWorkload({ name: "ruled", scenario: "closed", stop }),
      makeWorkload({ name: "free", scenario: "closed", warmupRequests: 9 }),
    ],
    sweep: axesOf({ "load.concurrency": [64, 1, 8] }, "/sweep", shortNames({})),
  },
);
const expansion = expandStudy(study);
const byName = new Map(expansion.experiments.map((experiment) => [experiment.labels.name, experiment]));
const loadsOf = (order: readonly string[], curve: string): number[] =>
  order.flatMap((name) => (name.startsWith(`${curve}·c`) ? [Number(name.split("·c")[1])] : []));

describe("the order of curves that a stop rule may end", () => {
  it("is ascending within each curve and block, at places that are drawn; the baseline's second visits on their own", () => {
    const trials = orderTrials(study, expansion);
    for (const block of [1, 2, 3]) {
      const order = trials.filter((spec) => spec.block === block).map(({ experiment }) => experiment);
      for (const row of ["a", "b", "c", "d"]) expect(loadsOf(order, `${row}@ruled`)).toEqual([1, 8, 64]);
      const visits = new Map<number, number>();
      const ordinals = loadsOf(order, "baseline@ruled").map((load) => {
        visits.set(load, (visits.get(load) ?? 0) + 1);
        return [load, visits.get(load)!] as const;
      });
      for (const visit of [1, 2])
        expect(ordinals.filter(([, ordinal]) => ordinal === visit).map(([load]) => load)).toEqual([1, 8, 64]);
    }
    const free = trials.map(({ experiment }) => experiment).filter((name) => name.includes("@free"));
    expect(["a", "b", "c", "d"].some((row) => String(loadsOf(free, `${row}@free`)) !== "1,8,64,1,8,64,1,8,64")).toBe(
      true,
    );
  });

  it("leaves the places of a curve and all other experiments where they are", () => {
    const order = ["a@ruled·c64", "b@free·c8", "a@ruled·c1", "b@ruled·c8", "a@ruled·c8", "b@free·c1"];
    const sorted = ascending(order.map((name) => byName.get(name)!));
    expect(sorted.map(({ labels }: Experiment) => labels.name)).toEqual([
      "a@ruled·c1",
      "b@free·c8",
      "a@ruled·c8",
      "b@ruled·c8",
      "a@ruled·c64",
      "b@free·c1",
    ]);
  });
});
