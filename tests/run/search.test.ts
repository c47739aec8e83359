import { describe, expect, it } from "vitest";
import { launchesOf } from "../../src/run/block.ts";
import { createSearch, type Search } from "../../src/run/search.ts";
import { studyRecord } from "../../src/store/study-file.ts";
import { workOf } from "../../src/plan/remaining-work.ts";
import type { Experiment } from "../../src/schema/experiment.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { unknownDevices, type PlannedTrial } from "../../src/schema/trial-spec.ts";
import { ledgerEntry } from "../../src/store/index.ts";
import { fakeTrial } from "../support/fake-trials.ts";
import { ranAt, searchedPlan, spoiledByClient } from "../support/searched-study.ts";

const searching = searchedPlan();
const record = studyRecord(searching, "matrices/test.yaml");
const capacities: Record<string, number> = { baseline: 10, fp8: 20 };

interface Given {
  past?: readonly Trial[];
  /** What the run before has recorded. */
  planned?: readonly PlannedTrial[];
  retry?: string[];
  only?: string;
  /** A run that is stopped after so many trials. */
  trials?: number;
  status?: "FAILED";
  /** A rate at which the client spoils each probe. */
  spoiled?: number;
  plan?: typeof searching;
}

/** A run of the study: what it launches, and what is there afterwards. */
function run({
  past = [],
  planned = [],
  retry = [],
  only,
  trials = Infinity,
  status,
  spoiled,
  plan = searching,
}: Given = {}) {
  const experiments = new Map<string, Experiment>();
  const done: Trial[] = [];
  const search = createSearch(plan, past, {
    wanted: (name) => only === undefined || name === only,
    readable: () => true,
    sustains: true,
    retry: new Set(retry),
    found: (experiment) => experiments.set(experiment.labels.name, experiment),
    lacking: (rows, wanted) =>
      workOf(
        rows,
        { trials: [...past, ...done].map((trial) => ledgerEntry(trial, null)), planned },
        { atMs: Date.parse("2026-01-01T01:20:00Z"), devices: unknownDevices },
        { retry: new Set(retry) },
        { wanted },
      ).trials,
  });
  const ahead = search.ahead();
  const launches: string[][] = [];
  for (const launch of launchesOfSearch(search)) {
    if (done.length >= trials) break;
    const names: string[] = [];
    for (const spec of launch) {
      const experiment = experiments.get(spec.experiment)!;
      const ran = ranAt(spec, experiment, capacities[experiment.labels.row]!, status);
      const trial = experiment.knobs["load.rate"] === spoiled ? spoiledByClient(ran) : ran;
      names.push(`${spec.purpose} ${spec.experiment} ${spec.attempt}`);
      done.push(trial);
      search.learn(trial);
      if (done.length >= trials) break;
    }
    launches.push(names);
  }
  return { ahead, launches, done, all: [...past, ...done], search, recorded: search.recorded(record) };
}

function* launchesOfSearch(search: Search) {
  for (const block of search.blocks())
    yield* launchesOf(block, { probes: (row) => search.probes(row), runs: () => true });
}

describe("a search while a study runs", () => {
  it("probes each row in one launch, and then sustains their peaks in blocks", () => {
    const { launches, ahead, done } = run();
    expect(launches.slice(0, 2)).toEqual([
      [
        "probe baseline·r4 1",
        "probe baseline·r8 1",
        "probe baseline·r16 1",
        "probe baseline·r11.3 1",
        "probe baseline·r9.51 1",
      ],
      [
        "probe fp8·r4 1",
        "probe fp8·r8 1",
        "probe fp8·r16 1",
        "probe fp8·r32 1",
        "probe fp8·r22.6 1",
        "probe fp8·r19 1",
      ],
    ]);
    const sustained = done.slice(11).map(({ spec }) => spec);
    for (const block of [1, 2]) {
      const own = sustained.filter((spec) => spec.block === block);
      expect(own.map(({ experiment }) => experiment).toSorted()).toEqual(["baseline·r9.51", "fp8·r19"]);
      expect(new Set(own.map(({ seeds }) => seeds.load)).size).toBe(1);
    }
    expect(launches.slice(2).map((names) => names.length)).toEqual([1, 1, 1, 1]);
    expect(ahead.map(({ experiment }) => experiment)).toEqual(["baseline·r4", "fp8·r4"]);
  });

  it.each([1, 2, 4, 6, 11, 12, 13, 14])(
    "goes on after %i trials where it was stopped, and does nothing twice",
    (trials) => {
      const whole = run().all.map(({ spec }) => spec.trialId);
      const first = run({ trials });
      expect(first.done).toHaveLength(trials);
      const second = run({ past: first.all, planned: first.recorded.plannedTrials });
      expect(second.all.map(({ spec }) => spec.trialId)).toEqual(whole);
      const third = run({ past: second.all });
      expect([third.launches, third.ahead]).toEqual([[], []]);
    },
  );

  it("numbers positions on, so that probes can be read in the order of trying", () => {
    const second = run({ past: run({ trials: 3 }).all });
    const positions = second.all.map(({ spec }) => spec.position);
    expect(positions).toEqual(positions.toSorted((left, right) => left - right));
    expect(new Set(positions).size).toBe(positions.length);
  });

  it("stops at a probe that FAILED, tries it again where that is asked, and remembers the new answer alone", () => {
    const first = run({ only: "baseline", trials: 1, status: "FAILED" });
    expect(run({ past: first.all, only: "baseline" }).launches).toEqual([]);
    const again = run({ past: first.all, only: "baseline", retry: ["failed"], trials: 2 });
    expect(again.launches).toEqual([["probe baseline·r4 2", "probe baseline·r8 1"]]);
    const later = run({ past: again.all, only: "baseline" });
    expect(later.launches[0]![0]).toBe("probe baseline·r16 1");
    expect(later.recorded.experiments[0]!.labels.name).toBe("baseline·r9.51");
  });

  it("ends undecided where the client spoils a rate twice, counts that once, and tries it again where that is asked", () => {
    const first = run({ only: "baseline", spoiled: 8 });
    expect(first.launches).toEqual([["probe baseline·r4 1", "probe baseline·r8 1", "probe baseline·r8 2"]]);
    expect(first.done.map((trial) => first.search.isCounted(trial))).toEqual([false, false, true]);
    expect(first.search.withoutPeak()).toEqual([
      expect.stringMatching(
        /^baseline: the search ends undecided at 8 .*client-bound: .*Give it a core.*--retry invalid/,
      ),
    ]);
    expect(first.recorded).toEqual(record);
    const later = run({ past: first.all, only: "baseline" });
    expect([later.launches, later.search.open()]).toEqual([[], []]);
    const again = run({ past: first.all, only: "baseline", retry: ["invalid"] });
    expect(again.launches[0]!.slice(0, 2)).toEqual(["probe baseline·r8 3", "probe baseline·r16 1"]);
    expect(again.recorded.experiments[0]!.labels.name).toBe("baseline·r9.51");
  });

  it("lets a rate that broke stand where INVALID trials are tried again, and tries the sustained ones", () => {
    const first = run({ only: "baseline" });
    const invalid = first.all.map((trial) =>
      trial.spec.purpose === "performance" && trial.spec.replicate === 2
        ? { ...trial, verdict: { ...trial.verdict, status: "INVALID" as const } }
        : trial,
    );
    expect(run({ past: invalid, only: "baseline" }).launches).toEqual([]);
    const again = run({ past: invalid, only: "baseline", retry: ["invalid"] });
    expect(again.launches).toEqual([["performance baseline·r9.51 2"]]);
    expect(again.done[0]!.spec.replicate).toBe(2);
    expect(run({ past: again.all, only: "baseline", retry: ["invalid"] }).launches).toEqual([]);
  });

  it("searches the rows that are wanted, and the baseline beside which their peaks are sustained", () => {
    const names = (given: Given) => run(given).launches.flat().join(" ");
    expect(names({ only: "baseline" })).not.toContain("fp8");
    expect(names({ only: "fp8" })).toContain("performance baseline·r9.51");
    const plan = { ...searching, study: { ...searching.study, peak: { ...searching.study.peak!, sustain: false } } };
    expect(names({ only: "fp8", plan })).not.toContain("baseline");
  });

  it("adds blocks at the same peaks by another seed, on the same data", () => {
    const past = run().all;
    const plan = { ...searching, study: { ...searching.study, seed: 8 } };
    const { done } = run({ past, plan });
    expect(done.map(({ spec }) => [spec.purpose, spec.block])).toEqual([
      ["performance", 3],
      ["performance", 3],
      ["performance", 4],
      ["performance", 4],
    ]);
    expect(done.every(({ spec }) => spec.seeds.dataset === 7 && spec.seeds.order === 8)).toBe(true);
  });

  it("counts its own trials of earlier runs, none of accuracy and none that is tried again", () => {
    const past = run({ trials: 3 }).all;
    const accuracy = { ...fakeTrial(searching.experiments[0]!, { purpose: "accuracy" }), labels: past[0]!.labels };
    const standing = (retry: string[]) => run({ past: [...past, accuracy], retry, trials: 0 }).search.standing();
    expect(standing([])).toEqual(past);
    expect(standing(["invalid"])).toEqual(past);
    const failed = past.map((trial) => ({ ...trial, verdict: { ...trial.verdict, status: "FAILED" as const } }));
    expect(run({ past: failed, retry: ["failed"], trials: 0 }).search.standing()).toEqual([]);
  });

  it("records each row at its peak once that is known, with the contrasts between the peaks", () => {
    expect(run({ trials: 4 }).recorded).toEqual(record);
    const { recorded } = run();
    expect(recorded.experiments.map(({ labels }) => labels.name)).toEqual(["baseline·r9.51", "fp8·r19"]);
    expect(recorded.experiments.map(({ knobs }) => knobs["load.rate"])).toEqual([9.51, 19]);
    expect(recorded.experiments.every((experiment) => !("identity" in experiment) && !("workload" in experiment))).toBe(
      true,
    );
    expect(recorded.baselines).toEqual(["baseline·r9.51"]);
    expect(recorded.contrasts).toMatchObject([
      {
        treatment: "fp8·r19",
        control: "baseline·r9.51",
        changed: { quantization: "fp8", "load.rate": 19 },
      },
    ]);
    const ids = new Set(
      run()
        .done.filter(({ spec }) => spec.purpose === "performance")
        .map(({ spec }) => spec.experimentId),
    );
    expect(new Set(recorded.experiments.map(({ id }) => id))).toEqual(ids);
  });

  describe("with accuracy that follows the peak", () => {
    const plan = searchedPlan({ accuracy: searching.study.workloads[0]! });
    const names = (specs: { purpose: string; experiment: string }[]) =>
      specs.map(({ purpose, experiment }) => `${purpose} ${experiment}`);

    it("is able to run it from the start, and does so in the launch of the first sustained trial", () => {
      const { ahead, launches, search } = run({ plan });
      expect(names(ahead)).toEqual(["probe baseline·r4", "accuracy baseline·r4", "probe fp8·r4", "accuracy fp8·r4"]);
      expect(new Set(ahead.map(({ trialId }) => trialId)).size).toBe(4);
      for (const row of ["baseline·r9.51", "fp8·r19"])
        expect(launches.filter((specs) => specs[0] === `performance ${row} 1`).map((specs) => specs.slice(1))).toEqual([
          [`accuracy ${row} 1`],
          [],
        ]);
      expect([search.open(), search.withoutPeak()]).toEqual([[], []]);
    });

    it("counts it among the trials that stand, and does it once", () => {
      const past = run({ plan }).all;
      const second = run({ plan, past });
      expect(second.launches).toEqual([]);
      expect(second.search.standing()).toEqual(past);
      expect(past.filter(({ spec }) => spec.purpose === "accuracy")).toHaveLength(2);
    });

    it("says of which rows there is none, for no rate held", () => {
      const broke = { ...plan, study: { ...plan.study, peak: { ...plan.study.peak!, from: 15, most: 1 } } };
      const { search, all } = run({ plan: broke });
      expect(all.filter(({ spec }) => spec.purpose === "accuracy").map(({ spec }) => spec.experiment)).toEqual([
        "fp8·r15",
      ]);
      expect(search.withoutPeak()).toEqual([
        "baseline: accuracy is not measured, since it follows the peak rate and no rate held",
      ]);
      expect(run({ plan: broke, trials: 0 }).search.withoutPeak()).toEqual([]);
    });
  });

  it("says which rows are not done", () => {
    const names = (trials: number) =>
      run({ trials })
        .search.open()
        .map(({ labels }) => labels.name);
    expect([names(0), names(7), names(11), names(Infinity)]).toEqual([
      ["baseline", "fp8"],
      ["baseline", "fp8"],
      ["baseline", "fp8"],
      [],
    ]);
  });
});
