import { describe, expect, it } from "vitest";
import { decisions } from "../../src/analysis/decisions.ts";
import type { Trial } from "../../src/schema/trial.ts";
import type { ComparedStudy } from "../../src/analysis/study.ts";
import { expandStudy } from "../../src/design/expand.ts";
import { orderTrials } from "../../src/design/remaining.ts";
import { createVirtualLaboratory } from "../laboratory/virtual-laboratory.ts";
import type { Decision } from "../../src/schema/effect.ts";
import type { Contrast } from "../../src/schema/experiment.ts";
import type { AccuracyJudgement } from "../../src/schema/finding.ts";
import type { Study } from "../../src/schema/study.ts";
import { fakeStackedStudy } from "../support/fake-study.ts";
import { fakeExperiment, fakeTrial } from "../support/fake-trials.ts";
import { makeStudy, makeWorkload } from "../support/make-study.ts";

const rows = [
  { id: "fast", planted: { throughput: 1.08 } },
  { id: "slight", planted: { throughput: 1.01 } },
  { id: "nothing", planted: {} },
  { id: "slow", planted: { throughput: 0.97 } },
  { id: "wrong", planted: { throughput: 1.08, accuracy: 0.98 } },
  { id: "terse", planted: { throughput: 1.3, outputTokens: 0.8 } },
];

interface JudgedOptions extends Pick<
  ComparedStudy,
  "rules" | "pairedAccuracy" | "matrix" | "engine" | "declaredEngine"
> {
  accuracy?: boolean;
  study?: Partial<Study>;
  change?: (trial: Trial) => Trial;
}

/** A study of six changes on a quiet virtual engine, judged. */
function judged(options: JudgedOptions = {}): Decision[] {
  const changes = rows.map(({ id }, index) => ({ id, label: id, set: { max_model_len: 1000 + index }, pointer: "" }));
  const accuracy = options.accuracy === false ? null : makeWorkload();
  const study = makeStudy({ kind: "isolation", changes }, { accuracy, repeats: 4, ...options.study });
  const expansion = expandStudy(study);
  const execute = createVirtualLaboratory(
    {
      throughput: 1000,
      effects: rows.map(({ planted }, index) => ({ knobs: { max_model_len: 1000 + index }, ...planted })),
      noise: { kind: "gaussian", sd: 0.004 },
      driftPerTrial: 0,
      launchSd: 0,
      invalidShare: 0,
    },
    expansion.experiments,
    "decisions",
  );
  const { change = (trial: Trial) => trial } = options;
  const trials = orderTrials(study, expansion).map((spec) => change(execute(spec)));
  const { rules = {}, pairedAccuracy = [], accuracy: _asked, study: _study, change: _change, ...again } = options;
  return decisions({ ...expansion, ...again, fidelity: study.fidelity, rules, pairedAccuracy }, trials);
}

function outcomesOf(made: readonly Decision[]): Record<string, string> {
  return Object.fromEntries(made.map(({ experiment, outcome }) => [experiment, outcome]));
}

describe("decisions on a virtual engine of known truth", () => {
  it("are SHIP, NO EFFECT, REJECT and HOLD where they should be, with the right reasons", () => {
    const made = judged();
    expect(outcomesOf(made)).toEqual({
      baseline: "BASELINE",
      fast: "SHIP",
      slight: "NO EFFECT",
      nothing: "NO EFFECT",
      slow: "REJECT",
      wrong: "REJECT",
      terse: "HOLD",
    });
    const because = Object.fromEntries(made.map((one) => [one.experiment, one.because]));
    expect(because["fast"]).toMatch(
      /^SIMULATED: throughput \+\d\.\d % \(\+\d\.\d to \+\d\.\d\) against baseline, p ≤ 0\.001 by Dunnett over 6 changes; on 4 against 8 launches in 4 blocks; accuracy 100 % of the baseline's ROUGE-\w+ \(change -0\.3 to \+0\.3 %\), gate 99 % \(400 samples\); throughput got better and accuracy holds; 1 of 2 guardrails open: failed requests; fidelity screen measures and does not certify$/,
    );
    expect(because["slight"]).toMatch(/equivalent within ±2 % \(p .*, corrected\)/);
    expect(because["slow"]).toContain("throughput got worse");
    expect(because["wrong"]).toContain("accuracy 98 % of the baseline's");
    expect(because["wrong"]).toContain("its accuracy is below the gate");
    expect(because["terse"]).toContain("confounded: output tokens per request moved by -20.0 %, at most ±10 %");
    expect(made.find(({ experiment }) => experiment === "fast")).toMatchObject({
      metric: "output_throughput value",
      accuracyTrials: [expect.stringContaining("-accuracy-screen-r1-a1")],
      missing: [],
    });
  });

  it("hold what has no accuracy, and only that", () => {
    const made = judged({ accuracy: false });
    expect(outcomesOf(made)).toMatchObject({ fast: "HOLD", nothing: "NO EFFECT", slow: "REJECT", wrong: "HOLD" });
    expect(made.find(({ experiment }) => experiment === "fast")?.missing.map(({ text }) => text)).toEqual([
      "accuracy not measured, and max_model_len can change the answers: declare `accuracy` in the matrix, or why it does not apply",
    ]);
  });

  it("take gates and the smallest effect of interest from the study's rules", () => {
    const gate = { metric: "rouge1", stat: "mean", of: "absolute", atLeast: 38.5, source: "a ruleset" } as const;
    const made = judged({ rules: { gates: [gate], smallestEffectOfInterest: 0.1 } });
    expect(outcomesOf(made)).toMatchObject({ fast: "NO EFFECT", wrong: "REJECT" });
    expect(made.find(({ experiment }) => experiment === "wrong")?.because).toContain("accuracy ROUGE-1 38, gate 38.5");
  });

  it("judge accuracy sample by sample where answers were paired, with what explains a loss", () => {
    const pairedTo = (treatment: string, lower: number, upper: number) => {
      const status = "unknown" as const;
      const figure = {
        metric: "rouge1",
        n: 1000,
        ratio: (lower + upper) / 2,
        interval: { lower, upper },
        gate: 0.99,
        status,
        wins: 200,
        ties: 500,
        losses: 300,
      };
      const finding = { id: "empty-outputs", title: "Empty answers", evidence: "", affected: 9, of: 1000, samples: [] };
      return { treatment, control: "baseline", figures: [figure], findings: lower < 0.98 ? [finding] : [], worst: [] };
    };
    const because = (pairedAccuracy: AccuracyJudgement[]): (string | undefined)[] => {
      const fast = judged({ pairedAccuracy }).find(({ experiment }) => experiment === "fast");
      return [fast?.outcome, fast?.because];
    };
    expect(because([pairedTo("fast", 0.992, 0.998)])[0]).toBe("SHIP");
    expect(because([pairedTo("fast", 0.985, 0.993)])).toEqual([
      "HOLD",
      expect.stringContaining(
        "accuracy 98.9 % of the baseline's ROUGE-1 (change -1.5 to -0.7 %), gate 99 % (1000 pairs): the gate lies within the interval",
      ),
    ]);
    expect(because([pairedTo("fast", 0.97, 0.98)])).toEqual([
      "REJECT",
      expect.stringContaining("found: Empty answers"),
    ]);
    expect(because([pairedTo("slow", 0.97, 0.98)])[0]).toBe("SHIP");
  });

  it("hold what is not settled, and say how much more would tell", () => {
    const made = judged({ study: { repeats: 2 }, rules: { smallestEffectOfInterest: 0.003 } });
    expect(made.find(({ experiment }) => experiment === "nothing")?.missing[0]?.text).toMatch(
      /^not settled: neither a change nor its absence within ±0\.3 % is shown \(80 % power needs an effect of [\d.]+ %\); about \d+ blocks in all would tell, 2 ran$/,
    );
  });

  it("say the command that adds the blocks, for the engine and fidelity that ran", () => {
    const again = { matrix: "m.yaml", engine: "simulated", declaredEngine: "vllm" };
    const made = judged({ ...again, study: { repeats: 2 }, rules: { smallestEffectOfInterest: 0.003 } });
    expect(made.find(({ experiment }) => experiment === "nothing")?.missing.at(-1)?.text).toMatch(
      /^(\d+) blocks in all: ceteris run m\.yaml --sut simulated --fidelity \w+ --repeats \1$/,
    );
  });

  it("count the blocks that ran and cannot be used in that command, since the run does too", () => {
    const again = { matrix: "m.yaml", engine: "simulated", declaredEngine: "vllm" };
    const lost = (trial: Trial): Trial =>
      trial.labels.row === "nothing" && trial.spec.block === 2
        ? { ...trial, verdict: { ...trial.verdict, status: "INVALID" } }
        : trial;
    const made = judged({
      ...again,
      study: { repeats: 3 },
      rules: { smallestEffectOfInterest: 0.003 },
      change: lost,
    });
    const missing = made.find(({ experiment }) => experiment === "nothing")!.missing;
    const needed = missing.find(({ kind }) => kind === "not settled")!.blocks!;
    expect(missing.at(-1)?.text).toContain(
      `${needed + 1} blocks in all, with 1 that ran and cannot be used: ceteris run`,
    );
    expect(missing.at(-1)?.text).toMatch(new RegExp(`--repeats ${needed + 1}$`));
  });

  it("do not rest on one block", () => {
    const made = judged({ study: { repeats: 1 } });
    expect(made.find(({ experiment }) => experiment === "fast")).toMatchObject({
      outcome: "HOLD",
      missing: [{ kind: "one launch", text: "fast has one launch only, and no interval rests on a single launch" }],
    });
  });
});

describe("decisions", () => {
  it("judge a step by its own effect, tell the sum, and say what is left out", () => {
    const { experiments, contrasts, trials } = fakeStackedStudy();
    const made = decisions({ experiments, contrasts, fidelity: "valid" }, trials);
    expect(
      made.map(({ experiment, outcome, missing }) => [experiment, outcome, missing.map(({ text }) => text)]),
    ).toEqual([
      ["baseline", "BASELINE", []],
      ["fp8", "SHIP", []],
      ["len2668", "HOLD", ["accuracy not measured in this configuration"]],
      [
        "int8",
        "HOLD",
        [
          "no usable performance trial (FAILED: the engine ended before it was ready)",
          "accuracy not measured in this configuration",
        ],
      ],
      ["sort", "SKIPPED", []],
    ]);
    expect(made[2]?.because).toContain("on 2 of 3 against 3 launches in 2 blocks (left out: INVALID: min_duration");
    expect(made[2]?.because).toContain("with the steps before it +42.1 % (+40.3 to +43.9) against baseline");
    expect(made[4]?.because).toBe("the engine has no knob `sort`");
  });

  it("hold a change whose baseline is SKIPPED, and say why it is", () => {
    const { experiments, contrasts, trials } = fakeStackedStudy();
    const [baseline, ...others] = experiments;
    const stopped = [{ ...baseline!, skip: "the stop rule ended the curve" }, ...others];
    const without = trials.filter(({ spec }) => spec.experimentId !== baseline!.id);
    const made = decisions({ experiments: stopped, contrasts, fidelity: "valid" }, without);
    expect(made[1]).toMatchObject({
      outcome: "HOLD",
      missing: [{ kind: "skipped", text: "baseline: SKIPPED, since the stop rule ended the curve" }, {}],
    });
  });

  it("hold a change beside which the engine moved another knob, and one in declared order under drift", () => {
    const control = fakeExperiment("baseline", 0, {});
    const treatment = fakeExperiment("fp8", 1, { quantization: "fp8" });
    const contrast = { treatment: "fp8", control: "baseline", changed: { quantization: "fp8" }, family: "isolation" };
    const trials = [1, 2, 3].flatMap((replicate) => [
      fakeTrial(control, { replicate, throughput: 100 + 20 * replicate, resolvedConfiguration: { "a.seqs": 16 } }),
      fakeTrial(treatment, {
        replicate,
        throughput: (100 + 20 * replicate) * (1.05 + replicate / 1000),
        resolvedConfiguration: { "a.seqs": 32, "b.blocks": 9 },
      }),
      fakeTrial(control, { replicate, purpose: "accuracy" }),
      fakeTrial(treatment, { replicate, purpose: "accuracy" }),
    ]);
    const study = { experiments: [control, treatment], contrasts: [contrast as Contrast], fidelity: "valid" };
    expect(decisions({ ...study, order: "interleaved" }, trials)[1]?.outcome).toBe("SHIP");
    expect(decisions({ ...study, order: "declared" }, trials)[1]).toMatchObject({
      outcome: "HOLD",
      missing: [
        { kind: "confounded", text: expect.stringContaining("all arms drifted by +33.5 % over the blocks") as string },
      ],
    });
  });

  it("are CONDITIONAL where the answer depends on the workload", () => {
    const names = ["baseline@a", "fp8@a", "baseline@b", "fp8@b"];
    const experiments = names.map((name, position) => {
      const made = fakeExperiment(name, position, position % 2 === 0 ? { seat: position } : { quantization: name });
      return { ...made, labels: { ...made.labels, row: name.split("@")[0]! } };
    });
    const contrasts = ["a", "b"].map((cell): Contrast => ({
      treatment: `fp8@${cell}`,
      control: `baseline@${cell}`,
      changed: {},
      family: "isolation",
    }));
    const values = [
      [100, 101, 100],
      [120, 121, 121],
      [100, 101, 100],
      [90, 91, 91],
    ];
    const trials = experiments.flatMap((experiment, index) => [
      ...values[index]!.map((throughput, block) => fakeTrial(experiment, { throughput, replicate: block + 1 })),
      fakeTrial(experiment, { purpose: "accuracy" }),
    ]);
    const made = decisions({ experiments, contrasts, fidelity: "valid" }, trials);
    expect(made.map(({ outcome }) => outcome)).toEqual(["BASELINE", "CONDITIONAL", "BASELINE", "CONDITIONAL"]);
    expect(made[1]?.because).toMatch(/^it depends on the workload: SHIP here, REJECT as fp8@b; here throughput \+2/);
    // The same row on another system is another question.
    const ofSystems = experiments.map((one) => ({
      ...one,
      labels: { ...one.labels, system: one.labels.name.split("@")[1]! },
    }));
    const apart = decisions({ experiments: ofSystems, contrasts, fidelity: "valid" }, trials);
    expect(apart.map(({ outcome }) => outcome)).toEqual(["BASELINE", "SHIP", "BASELINE", "REJECT"]);
  });
});

it("a change whose trials broke one check names it once, with the first figure", () => {
  const { experiments, contrasts, trials } = fakeStackedStudy();
  const reason = (share: number): string =>
    `client-bound: the client waited in ${share} % of the time; it used 9 % of a core`;
  const lost = experiments.find(({ labels }) => labels.name === "fp8")!;
  const broken = trials.map((trial, index) =>
    trial.spec.experimentId === lost.id && trial.spec.purpose === "performance"
      ? { ...trial, verdict: { ...trial.verdict, status: "INVALID" as const, reason: reason(20 + index) } }
      : trial,
  );
  const text = decisions({ experiments, contrasts, fidelity: "valid" }, broken)
    .find(({ experiment }) => experiment === "fp8")
    ?.missing.find(({ kind }) => kind === "unusable")?.text;
  expect(text).toMatch(
    /^no usable performance trial \(INVALID: client-bound: the client waited in \d+ % of the time; the same of \d+ more\)$/,
  );
});
