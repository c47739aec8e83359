import { describe, expect, it } from "vitest";
import { kindAnswer } from "../../../src/report/answers/index.ts";
import type { ReportInput } from "../../../src/report/report-input.ts";
import type { Decision, Effect } from "../../../src/schema/effect.ts";
import type { AccuracyJudgement, PairedFigure } from "../../../src/schema/finding.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { fakeBest, fakeCurve, fakeCurveInput, fakeDuelInput, fakePeak } from "../../support/fake-kinds.ts";

describe("a curve answers", () => {
  const said = (more: Partial<typeof fakeCurve> = {}) => kindAnswer(fakeCurveInput([{ ...fakeCurve, ...more }]));

  it("with the largest load that keeps the SLO, and with its knee", () => {
    const { main, because } = said();
    expect(main).toBe(
      "Runs up to 48 in flight within the SLO and breaks it at 64 in flight; from 32 in flight on more load costs more latency than it gains throughput.",
    );
    expect(because).toEqual([
      "At 48 in flight: 2,900 tok/s, TTFT p99 180 ms, TPOT p99 16.0 ms, 99.2 % within the SLO.",
      "At 32 in flight: 2,600 tok/s, TTFT p99 110 ms, TPOT p99 14.0 ms, 99.8 % within the SLO.",
      "The knee lies there in 2 of 3 blocks.",
      "Without figures at 128: SKIPPED: the stop rule ended the curve at 64 in flight.",
    ]);
  });

  it("without an SLO, without a knee, where the lowest load breaks it, and where none does", () => {
    const knee = {
      load: null,
      why: "power still rises at 64 in flight, the highest load",
      blocks: { agree: 0, of: 0 },
    };
    expect(said({ slo: null }).main).toBe(
      "From 32 in flight on more load costs more latency than it gains throughput.",
    );
    expect(said({ slo: null, knee }).main).toBe("No knee, since power still rises at 64 in flight, the highest load.");
    expect(said({ slo: { share: 0.99, upTo: null, breaksAt: 8 } }).main).toMatch(
      /^Breaks the SLO at 8 in flight, the lowest load that was measured; /,
    );
    expect(said({ slo: { share: 0.99, upTo: 128, breaksAt: null } }).main).toMatch(
      /^Runs up to 128 in flight, the highest load, within the SLO; /,
    );
  });

  it("with a share near the limit that cannot be read as the limit", () => {
    const points = fakeCurve.points.map((point) => ({
      ...point,
      figures: point.figures.map((one) => (one.metric === "goodput_share" ? { ...one, value: 98.96 } : one)),
    }));
    expect(said({ points }).because[0]).toContain("98.96 % within the SLO");
  });

  it("for each of several, and of one that did not run with what happened", () => {
    const two = kindAnswer(fakeCurveInput([fakeCurve, { ...fakeCurve, name: "tp4" }]));
    expect(two.main).toMatch(/^tp8: runs up to 48 .* tp4: runs up to 48 /);
    const points = fakeCurve.points.map((point) => ({ ...point, figures: [], why: "not run yet" }));
    const input = { ...fakeCurveInput([{ ...fakeCurve, points }]), summaries: [] };
    expect(kindAnswer(input).main).toBe("No answer yet: nothing ran.");
  });
});

describe("a search for the peak answers", () => {
  const said = (...peaks: (typeof fakePeak)[]) =>
    kindAnswer({ ...fakeReportInput(), decisions: [], effects: [], kind: "peak", peaks });

  it("with the rate that held and what broke above it", () => {
    expect(said(fakePeak).main).toBe(
      "bf16 holds 16 requests/s; at 24, 96.6 % of the requests met the limits and 99 % must.",
    );
    expect(said(fakePeak, { ...fakePeak, row: "fp8", peak: 20 }).because).toContain(
      "fp8 beside bf16: +25.0 %, from one search each, which has no interval.",
    );
  });

  it("with the digits that tell a share from what must, and a share that must to the digit", () => {
    const [held, far, broke] = fakePeak.tries as [
      (typeof fakePeak.tries)[0],
      (typeof fakePeak.tries)[0],
      (typeof fakePeak.tries)[0],
    ];
    expect(said({ ...fakePeak, tries: [held, far, { ...broke, withinSlo: 98.96 }] }).main).toContain(
      "at 24, 98.96 % of the requests met the limits and 99 % must.",
    );
    expect(said({ ...fakePeak, share: 0.9995, tries: [held, far, { ...broke, withinSlo: 99.9 }] }).main).toContain(
      "99.9 % of the requests met the limits and 99.95 % must.",
    );
  });

  it("with no comparison of a peak above which no rate broke", () => {
    const [held] = fakePeak.tries;
    const open = { ...fakePeak, row: "fp8", tries: [held!] };
    expect(said(fakePeak, open).because.join(" ")).not.toContain("beside");
  });

  it("with the lowest rate where none held, and the highest where none broke", () => {
    const [held, broke] = fakePeak.tries as [(typeof fakePeak.tries)[0], (typeof fakePeak.tries)[0]];
    const failed = { ...broke, withinSlo: 99.9, why: "held-rate: it fell behind" };
    expect(said({ ...fakePeak, tries: [failed], peak: null }).main).toBe(
      "bf16 holds no rate that was tried: at 32 requests/s, the lowest, a check failed (held-rate: it fell behind).",
    );
    expect(said({ ...fakePeak, tries: [held] }).main).toBe(
      "bf16 holds at least 16 requests/s, the highest rate that was tried.",
    );
  });

  it("with the reason where it is undecided", () => {
    const undecided = { rate: 24, atLeast: 16, why: "client-lag: it was late. Use more workers." };
    const { main, because } = said({ ...fakePeak, peak: null, undecided });
    expect(main).toBe(
      "bf16 is undecided: at 24 requests/s the load generator or its machine, and not the engine, spoiled every probe; it holds at least 16 requests/s.",
    );
    expect(because[0]).toBe("bf16: client-lag: it was late. Use more workers.");
  });
});

describe("a duel answers", () => {
  it("with who won, by how much, in how many rounds, and what may ship", () => {
    const { main, because } = kindAnswer(fakeDuelInput());
    expect(main).toBe("fp8 wins against baseline, ahead in 8 of 8 rounds: fp8 has +34.2 % output tok/s.");
    expect(because[0]).toMatch(
      /^fp8 against baseline: interval \[\+33\.4, \+35\.0\], p ≤ 0\.001; .*p 0\.008 \(Wilcoxon\)\.$/,
    );
    expect(because[1]).toMatch(/^Ship fp8/);
  });

  it("with the other side, and with neither", () => {
    const lost = fakeDuelInput({ won: 1 }, { ratio: 0.9, direction: "lower" });
    expect(kindAnswer(lost).main).toBe(
      "baseline wins against fp8, ahead in 7 of 8 rounds: fp8 has -10.0 % output tok/s.",
    );
    const ratios = [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 1];
    const each = ratios.map((ratio, round) => ({ round, ratio }));
    const tied = fakeDuelInput({ won: 0, each }, { ratio: 0.9, direction: "lower", better: "lower" });
    expect(kindAnswer(tied).main).toContain("fp8 wins against baseline, ahead in 7 of 8 rounds");
    const open = fakeDuelInput({ won: 5 }, { ratio: 1.01, pAdjusted: 0.4 });
    expect(kindAnswer(open).main).toBe(
      "No winner yet: fp8 has +1.0 % output tok/s against baseline, ahead in 5 of 8 rounds.",
    );
    const equivalence = { margin: 0.02, p: 0.01, interval: { lower: 0.99, upper: 1.01 }, equivalent: true };
    expect(kindAnswer(fakeDuelInput({ won: 4 }, { ratio: 1.001, pAdjusted: 0.9, equivalence })).main).toMatch(
      /^A draw within ±2 %: fp8 has \+0\.1 %/,
    );
  });
});

describe("a duel names no winner", () => {
  const mainOf = (change: Partial<Decision>, more: Partial<Effect> = {}): string => {
    const input = fakeDuelInput({}, more);
    const decisions = input.decisions.map((one) => (one.experiment === "fp8" ? { ...one, ...change } : one));
    return kindAnswer({ ...input, decisions }).main;
  };

  it.each(["confounded", "lost trials"] as const)("where it is on HOLD: %s", (kind) => {
    const missing = [{ kind, text: "confounded: the GPU clock moved by +8.0 %, at most ±5 %" }];
    expect(mainOf({ outcome: "HOLD", missing })).toMatch(/^Nothing is decided: fp8 is on HOLD; /);
  });

  it("where its accuracy is below the gate", () => {
    const failedGate = { metric: "rouge1", of: "baseline", value: 0.9, atLeast: 0.99 } as const;
    expect(mainOf({ outcome: "REJECT", failedGate })).toMatch(/^Reject fp8: /);
  });

  it("where the difference is shown, and shown to be too small to matter", () => {
    const equivalence = { margin: 0.02, p: 0.01, interval: { lower: 1.005, upper: 1.011 }, equivalent: true };
    expect(mainOf({ outcome: "NO EFFECT" }, { ratio: 1.008, equivalence })).toMatch(
      /^A draw within ±2 %: fp8 has \+0\.8 %/,
    );
  });
});

describe("an accuracy study answers", () => {
  const judged = (treatment: string, ratio: number, status: PairedFigure["status"]): AccuracyJudgement => ({
    treatment,
    control: "baseline",
    figures: [
      {
        metric: "rouge1",
        n: 900,
        wins: 300,
        ties: 200,
        losses: 400,
        ratio,
        interval: { lower: ratio - 0.003, upper: ratio + 0.003 },
        gate: 0.99,
        status,
      },
    ],
    findings: [],
    worst: [],
  });

  it("with who keeps the gate, who fails it, and who cannot be told", () => {
    const accuracy = [judged("fp8", 0.9962, "pass"), judged("int4", 0.66, "fail"), judged("awq", 0.989, "unknown")];
    expect(kindAnswer({ ...fakeReportInput(), kind: "accuracy", decisions: [], accuracy }).main).toBe(
      "fp8 (ROUGE-1 99.62 %) keeps the gate of 99 % of the baseline's score. int4 (ROUGE-1 66.0 %) fails it. Not decided: awq (ROUGE-1 98.90 %), since the gate lies within the interval.",
    );
  });
});

describe("a combination answers", () => {
  const combination = (study: ReportInput["study"]): ReportInput["study"] => ({
    ...study,
    contrasts: study.contrasts.map((contrast) => ({ ...contrast, family: "combination" })),
  });

  it("with the best of many", () => {
    const input = fakeReportInput();
    const { main, because } = kindAnswer({
      ...input,
      study: combination(input.study),
      best: [fakeBest],
    });
    expect(main).toBe("Best: s256 (5,000 tok/s); s128 cannot be told from it.");
    expect(because[0]).toMatch(/^Ship fp8/);
    expect(kindAnswer({ ...input, best: [fakeBest] }).main).toMatch(/^Ship fp8/);
  });

  it("with workloads of the same best together", () => {
    const input = fakeReportInput();
    const best = ["chat", "summaries"].map((cell) => ({ ...fakeBest, cell }));
    expect(kindAnswer({ ...input, study: combination(input.study), best }).main).toBe(
      "Best for chat and summaries: s256; s128 cannot be told from it.",
    );
  });

  it("with the decisions alone where the best is rejected or in doubt", () => {
    const input = fakeReportInput();
    const failedGate = { metric: "rouge1", of: "baseline", value: 0.9, atLeast: 0.99 } as const;
    const decisions = input.decisions.map((one) =>
      one.experiment === "fp8" ? { ...one, outcome: "REJECT" as const, failedGate } : one,
    );
    const arms = fakeBest.arms.map((arm) => (arm.standing === "best" ? { ...arm, experiment: "fp8" } : arm));
    const study = combination(input.study);
    expect(kindAnswer({ ...input, study, decisions, best: [{ ...fakeBest, arms }] }).main).toMatch(/^Reject fp8: \+34/);
    const doubtful = decisions.map((one): Decision => {
      const missing = [{ kind: "confounded" as const, text: "confounded: output tokens per request moved by -20.0 %" }];
      return one.experiment === "fp8" ? { ...one, outcome: "HOLD", missing } : one;
    });
    expect(kindAnswer({ ...input, study, decisions: doubtful, best: [{ ...fakeBest, arms }] }).main).not.toMatch(
      /^Best/,
    );
  });
});

it("a study says of a change whose baseline was SKIPPED that it was, and why", () => {
  const input = fakeReportInput();
  const missing = [
    { kind: "skipped" as const, text: "bf16·c64: SKIPPED, since the stop rule ended the curve at 32 in flight" },
  ];
  const decisions = input.decisions
    .filter(({ experiment }) => experiment === "fp8")
    .map((one) => ({ ...one, outcome: "HOLD" as const, missing }));
  expect(kindAnswer({ ...input, decisions }).main).toBe(
    "Nothing is decided: fp8 is on HOLD; bf16·c64: SKIPPED, since the stop rule ended the curve at 32 in flight.",
  );
});

describe("a bench answers", () => {
  const input = fakeReportInput();
  const alone = { ...input, study: { ...input.study, contrasts: [], fidelity: "screen" }, decisions: [], effects: [] };
  const [first] = input.summaries;

  it("with what its load got, and with a line for each of several, without a baseline or a decision", () => {
    const { main, because } = kindAnswer({ ...alone, summaries: [first!] });
    expect(main).toMatch(/^baseline: [\d,.]+ output tok\/s, .*TTFT p50 [\d,.]+ ms.* \(screened, not certified\)\.$/);
    expect(because).toEqual([]);
    const two = kindAnswer({ ...alone, summaries: [first!, { ...first!, experiment: "c8" }] });
    expect(two.main).toBe("2 loads on example/tiny-8b measured, none compared with another (screened, not certified).");
    expect(two.because).toHaveLength(2);
  });

  it("with what happened where nothing is usable", () => {
    const none = { ...first!, usable: 0, of: 1, excluded: [] };
    expect(kindAnswer({ ...alone, summaries: [none] }).main).toBe("No answer: the only trial is not usable.");
    expect(kindAnswer({ ...alone, summaries: [] }).main).toMatch(/^No answer yet: nothing ran/);
  });
});
