import type { HoldReason } from "../../src/schema/effect.ts";
import { describe, expect, it } from "vitest";
import { resultsTable } from "../../src/report/results-table.ts";
import { decisions, primaryEffects } from "../../src/analysis/decisions.ts";
import { effects } from "../../src/analysis/effects.ts";
import { summaries } from "../../src/analysis/summaries.ts";
import type { Contrast } from "../../src/schema/experiment.ts";
import { fakeExperiment, fakeTrial, withFigures } from "../support/fake-trials.ts";

/** What a run prints of a change in closed load with limits, whose goodput moves as given and whose throughput is the same. */
function printed(goodput: [number, number], blocks = 2, throughput = 1000): string {
  const workload = { scenario: "closed", slo: { ttft_ms: 100 } } as const;
  const experiments = [
    fakeExperiment("baseline", 0, {}, { workload }),
    fakeExperiment("change", 1, { seqs: 2 }, { workload }),
  ];
  const contrast: Contrast = { treatment: "change", control: "baseline", changed: { seqs: 2 }, family: "isolation" };
  const trials = experiments.flatMap((experiment, arm) =>
    Array.from({ length: blocks }, (_, block) =>
      withFigures(fakeTrial(experiment, { replicate: block + 1, throughput }), [
        ["goodput", "value", goodput[arm]! * (1 + block / 100)],
      ]),
    ),
  );
  const workloads = [{ name: experiments[0]!.labels.workload, scenario: "closed", slo: true, ruleset: null }];
  const study = { experiments, contrasts: [contrast], fidelity: "valid", workloads };
  const found = [...primaryEffects(study, trials), ...effects(study, trials)];
  const report = {
    study: { origin: "measured" as const, standIn: null, contrasts: study.contrasts },
    curves: [],
    summaries: summaries(study, trials, found),
    decisions: decisions(study, trials),
  };
  return resultsTable(report);
}

describe("the table that a run prints", () => {
  it("names the figure that decides, and shows its change", () => {
    const [titles, , , row] = printed([5, 6]).trim().split("\n");
    expect(titles).toContain("Δ goodput");
    expect(row).toContain("+20.0 %");
    expect(printed([5, 6])).toContain("In brackets the 95 % interval of each effect alone");
  });

  it("shows both figures where one is zero", () => {
    expect(printed([5, 0])).toMatch(/5\.03 → 0 1/);
  });

  it("keeps the digits of small figures", () => {
    expect(printed([5, 6], 2, 0.037).trim().split("\n").at(3)).toMatch(/ 0\.037 .* 1621622 +162162\.16 /);
    expect(printed([5, 6], 2, 37_000).trim().split("\n").at(3)).toMatch(/ 37000\.0 .* 1\.62 +0\.16 /);
  });

  it("says what a HOLD waits for, and a caveat, once, with the rows that it concerns", () => {
    const decided = (experiment: string, caveats: string[], missing: HoldReason[] = []) => ({
      experiment,
      outcome: missing.length > 0 ? ("HOLD" as const) : ("SHIP" as const),
      metric: null,
      missing,
      caveats,
    });
    const single = { kind: "one launch" as const, text: "one block" };
    const run = { kind: "command" as const, text: "9 blocks in all: ceteris run a.yaml --repeats 9" };
    const report = {
      study: { origin: "measured" as const, standIn: null, contrasts: [] },
      curves: [],
      summaries: [],
      decisions: [
        decided("a", ["it drifted"], [single]),
        decided("b", ["it drifted"], [single, run]),
        decided("c", []),
      ],
    };
    expect(resultsTable(report)).toMatch(
      /\na, b: on HOLD: one block\na, b: it drifted\nb: 9 blocks in all: ceteris run a\.yaml --repeats 9\n$/,
    );
  });

  it("names the best of a combination, which asks for it, and of no other design", () => {
    const arm = { experiment: "a", value: 1, unit: "tok/s", ratio: 1, interval: null, why: null };
    const cell = {
      cell: "",
      baseline: "a",
      metric: "output_throughput",
      stat: "value",
      title: "throughput",
      why: null,
    };
    const arms = [
      { ...arm, row: "a", standing: "best" as const },
      { ...arm, row: "b", standing: "not told apart" as const },
    ];
    const report = { summaries: [], decisions: [], best: [{ ...cell, better: "higher" as const, arms }] };
    const study = { origin: "measured" as const, standIn: null };
    const contrast = { treatment: "b", control: "a", changed: {} };
    const tableOf = (family: "combination" | "isolation") =>
      resultsTable({ ...report, study: { ...study, contrasts: [{ ...contrast, family }] } });
    expect(tableOf("combination")).toContain("Best: a; b cannot be told from it");
    expect(tableOf("isolation")).not.toContain("Best");
  });

  it("has columns per GPU, and says so, where configurations take unlike numbers", () => {
    const experiments = [fakeExperiment("tp1", 0, {}), fakeExperiment("tp8", 1, { tensor_parallel_size: 8 })].map(
      (experiment, arm) => ({ ...experiment, gpus: arm === 0 ? 1 : 8 }),
    );
    const contrast = {
      treatment: "tp8",
      control: "tp1",
      changed: { tensor_parallel_size: 8 },
      family: "isolation",
    } as const;
    const trials = experiments.flatMap((experiment) =>
      [1, 2].map((replicate) => ({
        ...fakeTrial(experiment, {
          replicate,
          throughput: experiment.gpus === 1 ? 1000 + replicate : 4000 + replicate,
        }),
        gpus: experiment.gpus,
      })),
    );
    const study = { experiments, contrasts: [contrast], fidelity: "valid" };
    const text = resultsTable({
      study: { origin: "measured", standIn: null },
      summaries: summaries(study, trials, [...primaryEffects(study, trials), ...effects(study, trials)]),
      decisions: decisions(study, trials),
    });
    expect(text).toMatch(/tok\/s +GPUs +tok\/s\/GPU +Δ output throughput per GPU/);
    expect(text).toMatch(/\ntp8 +tensor_parallel_size=8 +4001.5 +8 +500.2 +-50.1 %/);
    expect(text).toContain(
      "Throughput and goodput are judged per GPU, since configurations take 1 and 8 GPUs; latency is judged as it is.",
    );
    expect(printed([5, 6])).not.toContain("GPU");
  });
});
