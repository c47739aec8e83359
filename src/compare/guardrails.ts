import { holm } from "../math/corrections.ts";
import { studentTCdf } from "../math/distributions.ts";
import type { Effect, GuardrailStanding } from "../schema/effect.ts";
import type { Measurement } from "../schema/measurement.ts";
import type { Trial } from "../schema/trial.ts";
import { effects } from "./effects.ts";
import type { ComparedMetric } from "./headline-metrics.ts";
import { declarationOf } from "./primary-metric.ts";
import { significanceLevel } from "./rules.ts";
import { cellsOf, rulesOf, type Cell, type ComparedStudy } from "./study.ts";

/** A figure that a change must not make worse by more than its margin. */
export interface Guardrail extends ComparedMetric {
  title: string;
  /** `neither`: any move is one for the worse. */
  better: "higher" | "lower" | "neither";
  /** Share of the control's figure; where `points` is true of all requests. */
  margin: number;
  points?: true;
}

const latency = (metric: string, stat: "p50" | "p99", title: string, margin: number): Guardrail => ({
  metric,
  stat,
  purpose: "performance",
  title,
  better: "lower",
  margin,
});

const ofStreamedLoads = [
  latency("ttft", "p50", "TTFT p50", 0.05),
  latency("ttft", "p99", "TTFT p99", 0.1),
  latency("tpot", "p50", "TPOT p50", 0.05),
  latency("tpot", "p99", "TPOT p99", 0.1),
];
const ofOpenLoads = [latency("e2e_sched", "p99", "E2E p99", 0.1)];
const failedShare = "requests_failed_share";
const ofAll: Guardrail[] = [
  { ...latency(failedShare, "p50", "failed requests", 0.001), stat: "value", points: true },
  { ...latency("output_tokens", "p50", "output length", 0.01), stat: "mean", better: "neither" },
  { ...latency("energy_per_token", "p50", "energy per token", 0.05), stat: "value" },
];

const open: ReadonlySet<string> = new Set(["open", "server", "interactive"]);

/** The guardrails of a cell: DESIGN §7's by its kind of load, with what the matrix says of them, less what no trial measured because nothing could. */
function guardrailsOf(study: ComparedStudy, cell: Cell, trials: readonly Trial[]): Guardrail[] {
  const { scenario } = declarationOf(study, cell, trials);
  const usual = [
    ...(scenario === "closed" || open.has(scenario) ? ofStreamedLoads : []),
    ...(open.has(scenario) ? ofOpenLoads : []),
    ...ofAll,
  ];
  const declared = rulesOf(study).guardrails.map((one) => ({ ...one, metric: renamed(one.metric) }));
  const stated = ({ metric, stat }: ComparedMetric) =>
    declared.find((one) => one.metric === metric && one.stat === stat);
  return [
    ...usual.flatMap((one): Guardrail[] => {
      const margin = stated(one)?.margin;
      return margin === null ? [] : [{ ...one, margin: margin ?? one.margin }];
    }),
    ...declared.flatMap(({ metric, stat, margin, better = "neither" }): Guardrail[] =>
      margin === null || usual.some((one) => one.metric === metric && one.stat === stat)
        ? []
        : [
            {
              metric,
              stat,
              purpose: "performance",
              title: stat === "value" ? metric : `${metric} ${stat}`,
              better,
              margin,
            },
          ],
    ),
  ];
}

const renamed = (metric: string): string => (metric === "requests_failed" ? failedShare : metric);

/**
 * Every change before its guardrails: *kept* (shown not worse than the margin), *broken* (shown worse, and by the estimate by
 * more than the margin), else *open*. Both are one-sided tests on the effect's own scale, each corrected by Holm over all
 * guardrails of all changes. By treatment and control; energy is a guardrail only where it was measured.
 */
export function guardrailStandings(
  study: ComparedStudy,
  trials: readonly Trial[],
): (treatment: string, control: string) => GuardrailStanding[] {
  const own = trials.filter(({ spec }) => spec.purpose === "performance").map(withFailedShare);
  const cells = cellsOf(study.contrasts).map((cell) => ({ cell, guardrails: guardrailsOf(study, cell, trials) }));
  const byBaseline = new Map(cells.map(({ cell, guardrails }) => [cell.baseline, guardrails]));
  const found = new Map<string, Effect>();
  for (const key of new Set(cells.flatMap(({ guardrails }) => guardrails.map(keyOf)))) {
    const inCell = ({ baseline }: Cell) => byBaseline.get(baseline)?.find((one) => keyOf(one) === key) ?? null;
    for (const effect of effects(study, own, [inCell]))
      found.set(placeOf(effect.treatment, effect.control, key), effect);
  }
  const drafts = cells.flatMap(({ cell, guardrails }) =>
    cell.contrasts
      .filter(({ family }) => family !== "stack")
      .flatMap(({ treatment, control }) =>
        guardrails.flatMap((guardrail) => {
          const effect = found.get(placeOf(treatment, control, keyOf(guardrail))) ?? null;
          if (effect === null && guardrail.metric === "energy_per_token") return [];
          return [{ treatment, control, guardrail, effect, tests: effect && testsOf(effect, guardrail) }];
        }),
      ),
  );
  const tested = drafts.flatMap(({ tests }) => tests ?? []);
  const [broken, kept] = [holm(tested.map(({ worse }) => worse)), holm(tested.map(({ within }) => within))];
  const standings = drafts.map(({ treatment, control, guardrail, effect, tests }): GuardrailStanding => {
    const index = tests === null ? -1 : tested.indexOf(tests);
    const status = tests === null ? statusWithout(effect) : statusOf(tests, broken[index]!, kept[index]!);
    return {
      treatment,
      control,
      metric: guardrail.metric,
      stat: guardrail.stat,
      title: guardrail.title,
      unit: guardrail.points ? "share" : "ratio",
      margin: guardrail.margin,
      status,
      moved: effect === null ? null : movedBy(effect, guardrail),
      p: tests === null ? null : status === "kept" ? kept[index]! : broken[index]!,
      why: status !== "open" ? null : effect === null ? whyUnmeasured(own, guardrail) : effect.why,
    };
  });
  const byContrast = Map.groupBy(standings, ({ treatment, control }) => placeOf(treatment, control));
  return (treatment, control) => byContrast.get(placeOf(treatment, control)) ?? [];
}

const keyOf = ({ metric, stat }: ComparedMetric): string => `${metric} ${stat}`;
const placeOf = (...names: string[]): string => JSON.stringify(names);

/** Two one-sided tests of a guardrail; p of each. */
interface Tests {
  /** That it did not get worse. */
  worse: number;
  /** That it got worse by the margin at least. */
  within: number;
  /** How much worse the estimate is, beside the margin: above 1 it lies beyond. */
  share: number;
}

/** Null where the effect has no error. */
function testsOf(effect: Effect, guardrail: Guardrail): Tests | null {
  const { estimate, standardError, degreesOfFreedom } = effect;
  if (estimate === null || standardError === null || degreesOfFreedom === null) return null;
  const margin = marginOn(effect, guardrail);
  const above = (limit: number, value: number): number => {
    const distance = value - limit;
    if (standardError === 0) return distance === 0 ? 0.5 : distance > 0 ? 0 : 1;
    return studentTCdf(-distance / standardError, degreesOfFreedom);
  };
  const { better } = guardrail;
  const worse = better === "neither" ? Math.abs(estimate) : better === "lower" ? estimate : -estimate;
  // Two sides to get worse on are two tests.
  const sides = better === "neither" ? 2 : 1;
  return { worse: Math.min(1, sides * above(0, worse)), within: 1 - above(margin, worse), share: worse / margin };
}

/** The margin on the effect's scale: a share of the control's figure, or of all requests. */
function marginOn({ scale, controlValue }: Effect, { margin, points }: Guardrail): number {
  if (scale === "raw") return points ? margin : margin * Math.abs(controlValue ?? 0);
  return Math.log1p(points ? margin / controlValue! : margin);
}

function statusOf({ share }: Tests, worse: number, within: number): GuardrailStanding["status"] {
  if (within < significanceLevel) return "kept";
  return worse < significanceLevel && share > 1 ? "broken" : "open";
}

/** What measured zero on both sides, in every launch, got no worse. */
function statusWithout(effect: Effect | null): GuardrailStanding["status"] {
  return effect?.treatmentValue === 0 && effect.controlValue === 0 ? "kept" : "open";
}

/** As a ratio less one, or in shares of all requests. */
function movedBy({ treatmentValue, controlValue, ratio }: Effect, { points }: Guardrail): number | null {
  if (treatmentValue === null || controlValue === null) return null;
  if (points) return treatmentValue - controlValue;
  return ratio === null ? null : ratio - 1;
}

function whyUnmeasured(trials: readonly Trial[], guardrail: Guardrail): string {
  const { metric, stat } = guardrail;
  const rows = trials.flatMap(({ measurements }) =>
    measurements.filter((row) => row.metric === metric && row.stat === stat),
  );
  return rows.find(({ value }) => value === null)?.why ?? "no usable trial measured it";
}

/** Failed requests as a share of all, beside their number. */
function withFailedShare(trial: Trial): Trial {
  const failed = trial.measurements.find(({ metric }) => metric === "requests_failed");
  if (failed === undefined || failed.value === null || failed.n === 0) return trial;
  const share: Measurement = { ...failed, metric: failedShare, unit: "share", value: failed.value / failed.n };
  return { ...trial, measurements: [...trial.measurements, share] };
}
