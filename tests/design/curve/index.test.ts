import { describe, expect, it } from "vitest";
import { countTrials, expandStudy, orderTrials } from "../../../src/design/index.ts";
import { axesOf } from "../../../src/schema/axis.ts";
import { shortNames } from "../../../src/schema/knob.ts";
import type { Study } from "../../../src/schema/study.ts";
import { makeStudy, makeWorkload } from "../../support/make-study.ts";

const loads = [1, 4, 16, 64];
const sweep = axesOf({ "load.concurrency": loads }, "/sweep", shortNames({}));
const closed = makeWorkload({ name: "w", scenario: "closed" });
const stop = [{ name: "ttft_p50_ms", metric: "ttft", stat: "p50", of: "value", above: 300 } as const];

function planned(changes: Partial<Study> = {}) {
  const study = makeStudy(
    { kind: "curve", changes: [] },
    { order: "returning", launch: "shared", repeats: 3, workloads: [closed], sweep, ...changes },
  );
  const expansion = expandStudy(study);
  const trials = orderTrials(study, expansion);
  expect(countTrials(study, expansion)).toBe(trials.length);
  return { expansion, trials, block: (number: number) => trials.filter(({ block }) => block === number) };
}

const names = (specs: readonly { experiment: string }[]): string[] => specs.map(({ experiment }) => experiment);

describe("a curve", () => {
  it("is the baseline at every point, each of them a point of one curve, and compares nothing", () => {
    const { expansion } = planned();
    expect(expansion.experiments.map(({ labels }) => [labels.name, labels.curve])).toEqual(
      loads.map((load) => [`baseline·c${load}`, "baseline"]),
    );
    expect(expansion.contrasts).toEqual([]);
  });

  it("visits its points in one launch of a block in an order that is drawn, and the first one again at the end", () => {
    const { block } = planned();
    const orders = [1, 2, 3].map((number) => {
      const own = block(number);
      expect(new Set(own.map(({ launchKey }) => launchKey)).size).toBe(1);
      expect(new Set(names(own))).toEqual(new Set(loads.map((load) => `baseline·c${load}`)));
      expect(own).toHaveLength(loads.length + 1);
      expect(own.at(-1)!.experiment).toBe(own[0]!.experiment);
      return names(own).join(" ");
    });
    expect(new Set(orders).size).toBeGreaterThan(1);
    expect(planned().trials).toEqual(planned().trials);
  });

  it("repeats the first point of each curve: of each workload, and in the launch of each system", () => {
    const workloads = [closed, makeWorkload({ name: "v", scenario: "closed", warmupRequests: 9 })];
    const systems = [
      { id: "a", set: {}, pointer: "" },
      { id: "b", set: { max_num_seqs: 32 }, pointer: "" },
    ];
    const { block } = planned({ workloads, systems });
    const launches = [...Map.groupBy(block(1), ({ launchKey }) => launchKey).values()];
    expect(launches).toHaveLength(2);
    for (const own of launches) {
      expect(own).toHaveLength(2 * (loads.length + 1));
      const repeated = names(own).slice(-2);
      for (const name of repeated) {
        const curve = name.split("·")[0]!;
        expect(names(own).find((one) => one.startsWith(`${curve}·`))).toBe(name);
      }
    }
  });

  it("runs from the lowest load up where a stop rule may end it, and then the lowest again", () => {
    const { block } = planned({ workloads: [{ ...closed, stop }] });
    for (const number of [1, 2, 3])
      expect(names(block(number))).toEqual([1, 4, 16, 64, 1].map((c) => `baseline·c${c}`));
  });

  it("repeats nothing where no load is swept", () => {
    expect(names(planned({ sweep: [], repeats: 1 }).trials)).toEqual(["baseline"]);
  });
});
