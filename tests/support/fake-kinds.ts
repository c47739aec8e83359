import type { BestArm, BestOfCell } from "../../src/schema/best.ts";
import type { Curve, CurveFigure, CurvePoint } from "../../src/schema/curve.ts";
import type { Effect } from "../../src/schema/effect.ts";
import type { PeakFound, PeakTry } from "../../src/schema/peak-found.ts";
import type { ReportInput } from "../../src/report/index.ts";
import { fakeReportInput } from "./fake-report.ts";

const figure = (metric: string, stat: CurveFigure["stat"], unit: string, value: number): CurveFigure => ({
  metric,
  stat,
  unit,
  value,
  bounds: { lower: value * 0.97, upper: value * 1.03 },
  launches: 3,
});

function point(load: number, throughput: number, ttftP99: number, share: number): CurvePoint {
  return {
    experiment: `tp8·c${load}`,
    load,
    figures: [
      figure("output_throughput_steady", "value", "tok/s", throughput),
      figure("ttft", "p50", "ms", ttftP99 / 4),
      figure("ttft", "p99", "ms", ttftP99),
      figure("tpot", "p50", "ms", 8 + load / 10),
      figure("tpot", "p99", "ms", 10 + load / 8),
      figure("e2e", "p50", "ms", 1000 + 40 * load),
      figure("e2e", "p99", "ms", 1500 + 60 * load),
      figure("goodput", "value", "req/s", load / 4),
      figure("goodput_share", "value", "%", share),
    ],
    keepsSlo: share >= 99,
    why: null,
  };
}

/** A sweep of 8 to 128 in flight: a knee at 32, an SLO that holds up to 48, and a point that a stop rule SKIPPED. */
export const fakeCurve: Curve = {
  name: "tp8",
  workload: "chat",
  setting: "load.concurrency",
  points: [
    point(8, 800, 60, 100),
    point(16, 1500, 70, 100),
    point(32, 2600, 110, 99.8),
    point(48, 2900, 180, 99.2),
    point(64, 3000, 900, 91),
    {
      ...point(128, 0, 0, 0),
      figures: [],
      keepsSlo: null,
      why: "SKIPPED: the stop rule ended the curve at 64 in flight",
    },
  ],
  knee: { load: 32, why: null, blocks: { agree: 2, of: 3 } },
  slo: { share: 0.99, upTo: 48, breaksAt: 64 },
  drift: null,
};

/** A study of curves alone. */
export function fakeCurveInput(curves: Curve[] = [fakeCurve]): ReportInput {
  const input = fakeReportInput();
  const study = { ...input.study, design: "curve", contrasts: [], question: "How much load does it take?" };
  return { ...input, study, effects: [], decisions: [], collateral: [], curves };
}

const held = (rate: number): PeakTry => ({
  rate,
  outcome: "held",
  withinSlo: 99.5,
  why: "4 checks passed",
  tookS: 8,
  savedS: null,
});

/** A search that tried 16, 32 and 24, of which 16 held. */
export const fakePeak: PeakFound = {
  row: "bf16",
  workload: "chat",
  share: 0.99,
  tries: [
    held(16),
    { ...held(32), outcome: "broke", withinSlo: 80, why: "tail-budget: the tail is spent", savedS: 4 },
    { ...held(24), outcome: "broke", withinSlo: 96.6, why: "tail-budget: the tail is spent", savedS: 2 },
  ],
  peak: 16,
  undecided: null,
};

/** The effect of a duel's second side against its first, with its rounds as pairs; the figures are those of the first step of the fake study. */
export function fakeDuelInput(
  paired: Partial<NonNullable<Effect["paired"]>> = {},
  more: Partial<Effect> = {},
): ReportInput {
  const input = fakeReportInput();
  const decision = input.decisions.find(({ experiment }) => experiment === "fp8")!;
  const contrast = {
    treatment: "fp8",
    control: "baseline",
    changed: { quantization: "fp8" },
    family: "isolation" as const,
  };
  const own = input.effects.find((one) => one.treatment === "fp8" && `${one.metric} ${one.stat}` === decision.metric)!;
  const rounds = {
    rounds: 8,
    won: 8,
    ratio: 1.342,
    interval: { lower: 1.33, upper: 1.35 },
    tP: 0.0001,
    wilcoxonP: 0.0078,
    wilcoxonExact: true,
    each: [1, 2, 3, 4, 5, 6, 7, 8].map((round) => ({
      round,
      ratio: (round <= (paired.won ?? 8) ? 1.33 : 0.75) + round / 400,
    })),
  };
  const effect: Effect = { ...own, family: "isolation", paired: { ...rounds, ...paired }, ...more };
  const study = { ...input.study, design: "duel", order: "alternating", contrasts: [contrast] };
  return {
    ...input,
    study,
    effects: [effect],
    decisions: input.decisions.slice(0, 2),
    summaries: input.summaries.slice(0, 2),
  };
}

const arm = (row: string, value: number, standing: BestArm["standing"]): BestArm => ({
  experiment: row,
  row,
  value,
  unit: "tok/s",
  ratio: value / 5000,
  interval: { lower: value / 5000 - 0.02, upper: 1 },
  standing,
  why: null,
});

/** A cell of a combination in which one of three cannot be told from the best. */
export const fakeBest: BestOfCell = {
  cell: "",
  baseline: "s64",
  metric: "output_throughput_steady",
  stat: "value",
  title: "steady throughput",
  better: "higher",
  arms: [arm("s256", 5000, "best"), arm("s128", 4950, "not told apart"), arm("s64", 4000, "worse")],
  why: null,
};
