import { describe, expect, it } from "vitest";
import { answerOf, type Answer } from "../../src/report/answer.ts";
import type { Decision, Effect, HoldReason, Outcome } from "../../src/schema/effect.ts";
import { noTest } from "../../src/schema/effect.ts";
import type { ReportInput } from "../../src/report/index.ts";
import { fakeReportInput } from "../support/fake-report.ts";

const metric = "output_throughput value";

function effect(treatment: string, control: string, ratio: number, more: Partial<Effect> = {}): Effect {
  return {
    ...noTest,
    treatment,
    control,
    family: "isolation",
    metric: "output_throughput",
    stat: "value",
    unit: "tok/s",
    treatmentValue: 100 * ratio,
    controlValue: 100,
    ratio,
    scale: "log",
    direction: ratio > 1 ? "higher" : "lower",
    interval: { lower: ratio - 0.01, upper: ratio + 0.01 },
    smallestDetectable: 0.041,
    blocks: 4,
    residual: 0.01,
    drift: null,
    method: "",
    why: null,
    trials: { treatment: 4, control: 4 },
    excluded: [],
    ...more,
  };
}

const unsettled = (blocks: number): HoldReason => ({
  kind: "not settled",
  text: "not settled: neither is shown",
  blocks,
});

function decision(experiment: string, outcome: Outcome, more: Partial<Decision> = {}): Decision {
  return {
    experiment,
    outcome,
    because: "",
    missing: outcome === "HOLD" ? [unsettled(9)] : [],
    metric,
    metricWhy: null,
    guardrails: [],
    caveats: [],
    accuracyTrials: outcome === "SHIP" ? ["trial"] : [],
    ...more,
  };
}

/** Experiments of these names, `row@workload` or `row·load`. */
function experimentsNamed(...names: string[]): ReportInput["study"]["experiments"] {
  const [one] = fakeReportInput().study.experiments;
  return names.map((name) => ({ ...one!, labels: { ...one!.labels, name, row: name.split(/[@·]/)[0]! } }));
}

/** The answer where each change was decided so, with its effect against the baseline. */
function answered(
  changes: [Decision, number][],
  more: {
    effects?: Effect[];
    /** In the place of the effects that follow from the ratios, for the same change. */
    instead?: Effect[];
    experiments?: ReportInput["study"]["experiments"];
    fidelity?: string;
    usable?: number;
  } = {},
): Answer {
  const { study } = fakeReportInput();
  const names = changes.map(([{ experiment }]) => experiment);
  return answerOf({
    study: {
      ...study,
      fidelity: more.fidelity ?? "valid",
      experiments: more.experiments ?? [],
      contrasts: names.map((name) => ({ treatment: name, control: "baseline", changed: {}, family: "isolation" })),
    },
    effects: [
      ...(more.instead ?? []),
      ...changes.map(([{ experiment }, ratio]) => effect(experiment, "baseline", ratio)),
      ...(more.effects ?? []),
    ],
    decisions: changes.map(([one]) => one),
    summaries: names.map((name) => ({
      experiment: name,
      label: name,
      baseline: false,
      changed: {},
      against: "baseline",
      compound: null,
      status: "VALID",
      usable: more.usable ?? 4,
      of: 4,
      clientUnjudged: false,
      figuresAreUsable: true,
      figures: [],
      excluded: [],
      gpus: null,
      toBaseline: [],
      toStep: [],
    })),
    trials: [],
  });
}

describe("answerOf", () => {
  it("ships one change with its figure", () => {
    expect(answered([[decision("fp8", "SHIP"), 1.241]]).main).toBe("Ship fp8: +24.1 % output tok/s, accuracy kept.");
  });

  it("says where accuracy was not measured, and where it does not apply", () => {
    const ship = decision("fp8", "SHIP", { accuracyTrials: [] });
    expect(answered([[ship, 1.241]]).main).toContain("accuracy not measured.");
    const { study } = fakeReportInput();
    const contrasts = [{ treatment: "fp8", control: "baseline", changed: {}, family: "isolation" as const }];
    const asked = { ...study, experiments: [], contrasts, accuracy: { notApplicable: "no model behind it" } };
    const effects = [effect("fp8", "baseline", 1.2)];
    const { main } = answerOf({ study: asked, effects, decisions: [ship], summaries: [], trials: [] });
    expect(main).toBe("Ship fp8: +20.0 % output tok/s, accuracy does not apply.");
  });

  it("says of several that ran alone that they ran alone", () => {
    const { main } = answered([
      [decision("len", "SHIP"), 1.076],
      [decision("fp8", "SHIP"), 1.241],
    ]);
    expect(main).toBe("Ship fp8 (+24.1 %) or len (+7.6 %): each ran alone, not together.");
  });

  it("gives steps a joint figure only where that configuration ran", () => {
    const stack = [effect("len", "baseline", 1.308, { family: "stack" })];
    const both = [
      [decision("fp8", "SHIP"), 1.241],
      [decision("len", "SHIP"), 1.054],
    ] satisfies [Decision, number][];
    const together = "Ship fp8 and len: together +30.8 % output tok/s, accuracy kept.";
    expect(answered(both, { effects: stack }).main).toBe(together);
    const experiments = experimentsNamed("fp8@chat", "len@chat", "fp8@code", "len@code");
    const changes = experiments.map(({ labels }): [Decision, number] => [decision(labels.name, "SHIP"), 1.1]);
    const effects = [effect("len@code", "baseline@code", 2, { family: "stack" })];
    expect(answered(changes, { experiments, effects }).main).not.toContain("together");
    const apart = [both[0]!, [decision("mid", "REJECT"), 0.966] as [Decision, number], both[1]!];
    const { main } = answered(apart, { effects: stack });
    expect(main).toBe("Ship fp8 (+24.1 %) and len (+5.4 %): each beside the step before it. Reject mid (-3.4 %).");
  });

  it("names a change once under several workloads or loads, with the figure where less is better", () => {
    const names = ["a·r1", "a·r2", "a·r3", "b·r1", "b·r2", "b·r3"];
    const experiments = experimentsNamed(...names);
    const ratios = [0.964, 0.992, 0.974, 1.251, 1.078, 1.1];
    const less = names.map((name, at) =>
      effect(name, "baseline", ratios[at]!, { metric: "e2e", stat: "p50", better: "lower" }),
    );
    const changes = names.map((name, at): [Decision, number] => {
      const outcome = at === 1 ? "HOLD" : at < 3 ? "SHIP" : "REJECT";
      return [decision(name, outcome, { metric: "e2e p50" }), ratios[at]!];
    });
    const { main, because } = answered(changes, { experiments, instead: less });
    expect(main).toBe(
      "Ship a for r1 (-3.6 % E2E p50) and r3 (-2.6 %), accuracy kept. Reject b everywhere (+7.8 % to +25.1 % E2E p50).",
    );
    expect(because[0]).toMatch(/^HOLD: a·r2 \(-0\.8 % E2E p50\): not settled/);
  });

  it("says of a trade-off without a gain that it gains nothing, and counts guardrails beyond two", () => {
    const equivalence = { margin: 0.02, p: 0.01, interval: { lower: 0.99, upper: 1.01 }, equivalent: true };
    const guardrails = ["TTFT p50", "TPOT p50", "E2E p99"].map(
      (title) => ({ status: "broken", title, moved: 0.11 }) as Decision["guardrails"][number],
    );
    const { main } = answered([[decision("whole", "TRADE-OFF", { guardrails }), 0.996]], {
      instead: [effect("whole", "baseline", 0.996, { equivalence })],
    });
    expect(main).toBe(
      "Keep the baseline: whole gains nothing (-0.4 % tok/s) and costs TTFT p50 +11 % and 2 more guardrails.",
    );
  });

  it("names both sides of a trade-off", () => {
    const guardrail = { status: "broken", title: "TPOT p99", moved: 0.66 } as Decision["guardrails"][number];
    const { main } = answered([[decision("seqs", "TRADE-OFF", { guardrails: [guardrail] }), 1.178]]);
    expect(main).toBe("No clear winner: seqs gives +17.8 % tok/s, but TPOT p99 +66 %.");
  });

  it("says why nothing is decided", () => {
    const holds = [
      [decision("a", "HOLD", { missing: [unsettled(9)] }), 1.01],
      [decision("b", "HOLD", { missing: [unsettled(7)] }), 1.02],
    ] satisfies [Decision, number][];
    expect(answered(holds).main).toBe(
      "Nothing is decided: 2 of 2 changes on HOLD, because effects under 4.1 % were not visible; about 9 blocks in all would tell, 4 ran.",
    );
    expect(answered(holds).because).toEqual(["HOLD: b (+2.0 %) and a (+1.0 %)."]);
  });

  it("says of a change without a result so once, and not that it is on HOLD", () => {
    expect(answerOf(fakeReportInput()).because).toEqual([
      "HOLD: len2668 (+5.9 %): accuracy not measured in this configuration.",
      "Without a result: int8 (FAILED).",
      "SKIPPED: sort.",
    ]);
  });

  it("names the largest difference where each side has one launch, and that nothing is certified", () => {
    const { study } = fakeReportInput();
    const one = effect("chunk", "baseline", 1.436, { interval: null, trials: { treatment: 1, control: 1 } });
    const { main } = answerOf({
      study: {
        ...study,
        fidelity: "screen",
        experiments: [],
        contrasts: [{ treatment: "chunk", control: "baseline", changed: {}, family: "isolation" }],
      },
      effects: [one],
      decisions: [decision("chunk", "HOLD")],
      summaries: [],
      trials: [],
    });
    expect(main).toBe(
      "Nothing is decided: one launch each has no interval. Largest: chunk, +43.6 % (screened, not certified).",
    );
  });

  it("keeps the baseline where no change moves anything", () => {
    const equivalence = { margin: 0.02, p: 0.01, interval: { lower: 0.99, upper: 1.01 }, equivalent: true };
    const instead = [effect("a", "baseline", 1.001, { equivalence })];
    const { main } = answered([[decision("a", "NO EFFECT"), 1.001]], { instead });
    expect(main).toBe("Keep the baseline: a does not move output tok/s by 2 % or more.");
  });

  it("says that nothing is usable", () => {
    for (const fidelity of ["valid", "screen"])
      expect(answered([[decision("a", "HOLD"), 1.1]], { usable: 0, fidelity }).main).toBe(
        "No answer: none of 4 trials is usable.",
      );
  });

  it("rejects what loses accuracy with its score beside the gate, in a sentence of its own", () => {
    const failedGate = { metric: "rouge1", of: "baseline", value: 0.659, atLeast: 0.99 } as const;
    const chunk: [Decision, number] = [decision("chunk1024", "REJECT", { failedGate }), 2.51];
    const coarse = effect("chunk1024", "baseline", 2.51, { interval: { lower: 2.3, upper: 2.7 } });
    const { main } = answered([chunk, [decision("gmu95", "REJECT"), 0.966]], { instead: [coarse] });
    expect(main).toBe(
      "Reject gmu95 (-3.4 %). Reject chunk1024: +151 % tok/s, but ROUGE-1 is 66 % of the baseline's (gate 99 %).",
    );
    const near = decision("a", "REJECT", { failedGate: { ...failedGate, value: 0.9873 } });
    expect(answered([[near, 0.9]]).main).toBe(
      "Reject a: -10.0 % tok/s, and ROUGE-1 is 98.73 % of the baseline's (gate 99 %).",
    );
    const far = decision("b", "REJECT", { failedGate: { ...failedGate, value: 0.9 } });
    expect(
      answered([
        [near, 0.9],
        [far, 1.2],
      ]).main,
    ).toBe("Reject b (+20.0 %) and a (-10.0 %): ROUGE-1 is 90 % to 98.73 % of the baseline's (gate 99 %).");
    const absolute = { metric: "rouge2", of: "absolute", value: 10.53, atLeast: 15.7484 } as const;
    expect(answered([[decision("a", "REJECT", { failedGate: absolute }), 1.1]]).main).toContain(
      "but ROUGE-2 is 10.5 (gate 15.7).",
    );
  });

  it("says for which workload a change ships, and for which it does not", () => {
    const names = ["apc@chat", "apc@summaries"] as const;
    const { study } = fakeReportInput();
    const experiments = names.map((name) => ({
      ...study.experiments[0]!,
      labels: { ...study.experiments[0]!.labels, name, row: "apc" },
    }));
    const { main } = answered(
      [
        [decision(names[0], "CONDITIONAL", { alone: "SHIP" }), 1.42],
        [decision(names[1], "CONDITIONAL", { alone: "REJECT" }), 0.969],
      ],
      { experiments, instead: [effect(names[0], "baseline", 1.42, { interval: { lower: 1.3, upper: 1.55 } })] },
    );
    expect(main).toBe("Ship apc for chat (+42 %), not for summaries (-3.1 %).");
  });

  it("says of a HOLD that no further block settles what it waits for", () => {
    const unmeasured = decision("fp8", "HOLD", {
      missing: [{ kind: "accuracy", text: "accuracy not measured, and quantization can change it" }],
    });
    expect(answered([[unmeasured, 1.2]]).main).toBe(
      "Nothing is decided: fp8 is on HOLD; accuracy not measured, and quantization can change it.",
    );
  });

  it("says of a change that the engine refuses that it does not run", () => {
    const refused = decision("int8", "REJECT", { metric: null });
    expect(answered([[refused, 1]]).main).toBe("Reject int8 (does not run).");
  });
});
