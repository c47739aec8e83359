import { describe, expect, it } from "vitest";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { workOf } from "../../src/plan/index.ts";
import { launchesOf, blocksOf } from "../../src/run/block.ts";
import { stoppedCurves } from "../../src/run/stopped-curves.ts";
import { axesOf } from "../../src/schema/axis.ts";
import { shortNames } from "../../src/schema/knob.ts";
import { stopLimitsOf } from "../../src/schema/stop.ts";
import type { Trial } from "../../src/schema/trial.ts";
import { unknownDevices, type PlannedTrial } from "../../src/schema/trial-spec.ts";
import { ledgerEntry } from "../../src/store/index.ts";
import { plannedTrial, studyRecord } from "../../src/store/study-file.ts";
import { createVirtualLaboratory } from "../laboratory/virtual-laboratory.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";

const loads = [1, 8, 64, 256];
const study = makeStudy(
  { kind: "isolation", changes: [{ id: "fp8", label: "fp8", set: { quantization: "fp8" }, pointer: "" }] },
  {
    launch: "shared",
    repeats: 2,
    workloads: [makeWorkload({ name: "w", scenario: "closed", stop: stopLimitsOf({ ttft_p50_ms: 300 }) })],
    sweep: axesOf({ "load.concurrency": loads }, "/sweep", shortNames({})),
  },
);
const expansion = expandStudy(study);
const { experiments, contrasts } = expansion;
const plan = { study, expansion, experiments, contrasts, trials: orderTrials(study, expansion), diagnostics: [] };
const record = studyRecord(plan, "m.yaml");

/** TTFT is 60 s ÷ throughput: the baseline takes 600 ms from 64 in flight on, fp8 from 256 on. */
const laboratory = createVirtualLaboratory(
  {
    throughput: 1000,
    effects: [
      { knobs: { "load.concurrency": 64 }, throughput: 0.1 },
      { knobs: { "load.concurrency": 64, quantization: "fp8" }, throughput: 10 },
      { knobs: { "load.concurrency": 256 }, throughput: 0.1 },
    ],
    noise: { kind: "gaussian", sd: 0 },
    driftPerTrial: 0,
    launchSd: 0,
    invalidShare: 0,
  },
  experiments,
  1,
);

/** A run of the study in the virtual laboratory, stopped after so many trials. */
function run(past: readonly Trial[] = [], { trials: most = Infinity, planned = [] as readonly PlannedTrial[] } = {}) {
  const stopped = stoppedCurves(plan, past);
  const ledger = { trials: past.map((trial) => ledgerEntry(trial, null)), planned };
  const last = past.reduce((latest, { endedAt }) => Math.max(latest, Date.parse(endedAt)), 0);
  const { trials } = workOf(
    { study, expansion: stopped.rest() },
    ledger,
    { atMs: last, devices: unknownDevices },
    { retry: new Set() },
  );
  const [done, told]: [Trial[], string[]] = [[], []];
  const work = { probes: () => [], runs: stopped.runs };
  for (const block of blocksOf(study, [...trials]))
    for (const launch of launchesOf(block, work))
      for (const spec of launch) {
        if (done.length >= most) break;
        const trial = laboratory(spec);
        done.push(trial);
        told.push(...stopped.learn(trial));
      }
  const recorded = stopped.recorded({ ...record, plannedTrials: trials.map(plannedTrial) });
  return { done, told, stopped, recorded, all: [...past, ...done] };
}

const names = (trials: readonly Trial[]) => trials.map(({ spec }) => `${spec.experiment} ${spec.block}`);

describe("a study whose curves a stop rule may end", () => {
  it("runs each curve from its lowest load up, ends it at the point that breaks the rule, and tells it once", () => {
    const { done, told, stopped, recorded } = run();
    for (const block of [1, 2])
      for (const [row, own] of [
        ["baseline", [1, 8, 64]],
        ["fp8", loads],
      ] as const)
        expect(names(done).filter((name) => name.startsWith(row) && name.endsWith(` ${block}`))).toEqual(
          own.map((load) => `${row}·c${load} ${block}`),
        );
    expect(told).toEqual([
      "baseline·c256: not run, since the stop rule ended the curve at 64 in flight: ttft_p50_ms 600, at most 300",
    ]);
    const skipped = experiments.find(({ labels }) => labels.name === "baseline·c256")!;
    expect(stopped.skipped()).toEqual([skipped.id]);
    expect(
      recorded.experiments.filter(({ skip }) => skip !== null).map(({ labels, skip }) => [labels.name, skip]),
    ).toEqual([["baseline·c256", "the stop rule ended the curve at 64 in flight: ttft_p50_ms 600, at most 300"]]);
    expect(recorded.plannedTrials.some(({ experiment }) => experiment === "baseline·c256")).toBe(false);
    expect(recorded.plannedTrials).toHaveLength(done.length);
  });

  it.each([1, 3, 4, 5, 9, 13])("goes on after %i trials as it would have, and does nothing twice", (trials) => {
    const whole = run();
    const first = run([], { trials });
    const second = run(first.all, { planned: first.recorded.plannedTrials });
    expect(names(second.all).toSorted()).toEqual(names(whole.all).toSorted());
    expect(second.all.filter(({ spec }) => spec.experiment === "baseline·c256")).toEqual([]);
    const third = run(second.all, { planned: second.recorded.plannedTrials });
    expect([third.done, third.told]).toEqual([[], []]);
    expect(third.stopped.skipped()).toHaveLength(1);
  });

  it("does not call SKIPPED what was measured before a later block broke the rule", () => {
    const { all } = run();
    const early = laboratory(plan.trials.find(({ experiment }) => experiment === "baseline·c256")!);
    const stopped = stoppedCurves(plan, [...all, early]);
    expect(stopped.skipped()).toEqual([]);
    expect(stopped.recorded(record).experiments.every(({ skip }) => skip === null)).toBe(true);
    expect(stopped.rest().experiments.filter(({ skip }) => skip !== null)).toHaveLength(1);
  });

  it("is any other study without a rule", () => {
    const free = stoppedCurves(
      { ...plan, expansion: expandStudy({ ...study, workloads: [makeWorkload({ scenario: "closed" })] }) },
      [],
    );
    expect(free.skipped()).toEqual([]);
    expect(free.recorded(record)).toBe(record);
  });
});
