import { holm } from "../math/corrections.ts";
import { countText, percentText } from "../math/figures.ts";
import { sum } from "../math/statistics.ts";
import { upperTailP } from "../math/t-test.ts";
import type { Effect, GuardrailStanding } from "../schema/effect.ts";
import type { Contrast } from "../schema/experiment.ts";
import type { Measurement } from "../schema/measurement.ts";
import { onceEach } from "../schema/once-each.ts";
import type { Trial } from "../schema/trial.ts";
import { uncorrectedEffects, type UncorrectedEffect } from "./effects.ts";
import { perGpuName } from "../schema/derived-figures.ts";
import type { ComparedMetric } from "../schema/headline-figures.ts";
import { gpuStanding } from "./gpus.ts";
import type { Pool } from "./pool.ts";
import { poolsOf, type PoolOf } from "./pools.ts";
import { declarationOf, openLoops } from "./primary-metric.ts";
import { significanceLevel } from "./rules.ts";
import { cellsOf, contrastKey, rulesOf, type Cell, type ComparedStudy } from "./study.ts";

/** A figure that a change must not make worse by more than its margin. */
export interface Guardrail extends ComparedMetric {
  title: string;
  /** `neither`: any move is one for the worse. */
  better: "higher" | "lower" | "neither";
  /** Share of the control's figure; where `points` is true, of all requests. */
  margin: number;
  points?: true;
  /** No guardrail where neither side measured it. */
  optional?: true;
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
  { ...latency("energy_per_token", "p50", "energy per token", 0.05), stat: "value", optional: true },
];

/** The guardrails of a cell, by its kind of load, with what the matrix says of them. */
function guardrailsOf(study: ComparedStudy, cell: Cell, trials: readonly Trial[]): Guardrail[] {
  const { scenario } = declarationOf(study, cell, trials);
  const usual = [
    ...(scenario === "closed" || openLoops.has(scenario) ? ofStreamedLoads : []),
    ...(openLoops.has(scenario) ? ofOpenLoads : []),
    ...ofAll,
  ];
  const declared = rulesOf(study).guardrails.map((one) => ({ ...one, metric: renamed(one.metric) }));
  const stated = ({ metric, stat }: ComparedMetric) =>
    declared.find((one) => one.metric === metric && one.stat === stat);
  const { isPerGpu } = gpuStanding(study, cell, trials);
  const all: Guardrail[] = [
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
  return all.map((one) => {
    const perGpu = isPerGpu ? perGpuName(one.metric) : null;
    return perGpu === null ? one : { ...one, metric: perGpu, title: `${one.title} per GPU` };
  });
}

const renamed = (metric: string): string => (metric === "requests_failed" ? failedShare : metric);

/**
 * How every change stands before its guardrails: *kept* (shown not worse than the margin), *broken* (shown worse, and by the
 * estimate by more than the margin), else *open*. Both are one-sided tests on the effect's own scale, each corrected by Holm
 * over all guardrails of all changes; those where no request failed over one another. By treatment and control.
 */
export function guardrailStandings(
  study: ComparedStudy,
  trials: readonly Trial[],
  poolOf: PoolOf = poolsOf(study, trials),
): (treatment: string, control: string) => GuardrailStanding[] {
  const drafts = cellsOf(study.contrasts).flatMap((cell) =>
    guardrailsOf(study, cell, trials).flatMap((guardrail) =>
      draftsOf(cell, guardrail, guardrail.points ? withFailedShares(poolOf) : poolOf),
    ),
  );
  // Where nothing failed there is nothing to be uncertain of but the number: few requests would take the others' power.
  const families = Map.groupBy(
    drafts.flatMap(({ tests }) => tests ?? []),
    ({ exact }) => exact === true,
  );
  const corrected = new Map(
    [...families.values()].flatMap((own) => {
      const [broken, kept] = [holm(own.map(({ worse }) => worse)), holm(own.map(({ within }) => within))];
      return own.map((tests, index) => [tests, { broken: broken[index]!, kept: kept[index]! }] as const);
    }),
  );
  const standings = drafts.map(({ contrast, guardrail, effect, tests, why }): GuardrailStanding => {
    const found = tests === null ? null : corrected.get(tests)!;
    const status = found === null ? statusWithout(effect) : statusOf(tests!, found.broken, found.kept);
    return {
      treatment: contrast.treatment,
      control: contrast.control,
      metric: guardrail.metric,
      stat: guardrail.stat,
      title: guardrail.title,
      unit: guardrail.points ? "share" : "ratio",
      margin: guardrail.margin,
      status,
      moved: effect === null ? null : movedBy(effect, guardrail),
      p: found === null ? null : status === "kept" ? found.kept : found.broken,
      why: status === "open" ? why : null,
    };
  });
  const byContrast = Map.groupBy(standings, ({ treatment, control }) => contrastKey(treatment, control));
  return (treatment, control) => byContrast.get(contrastKey(treatment, control)) ?? [];
}

/** A guardrail of one change before it is corrected over all of them. */
interface GuardrailDraft {
  contrast: Contrast;
  guardrail: Guardrail;
  /** Null where neither side measured it. */
  effect: Effect | null;
  tests: Tests | null;
  /** Why it has no tests; null where it has. */
  why: string | null;
}

function draftsOf(cell: Cell, guardrail: Guardrail, poolOf: PoolOf): GuardrailDraft[] {
  const found = new Map(uncorrectedEffects(cell, guardrail, poolOf).map((draft) => [draft.contrast, draft]));
  return cell.contrasts.flatMap((contrast) => {
    const draft = found.get(contrast) ?? null;
    if (contrast.family === "stack" || (draft === null && guardrail.optional)) return [];
    const sides = [contrast.treatment, contrast.control].map((name) => poolOf(name, guardrail.purpose));
    if (draft !== null && guardrail.points && isZeroThroughout(draft.effect)) {
      const { requests } = failuresIn(poolOf(contrast.treatment, guardrail.purpose));
      // The chance that as many requests show no failure where the margin's share fails.
      const tests = { worse: 1, within: (1 - guardrail.margin) ** requests, multiple: 0, exact: true };
      const share = percentText(1 - significanceLevel ** (1 / requests));
      const why = `none of ${countText(requests, "request")} failed, and a share of ${share} is not ruled out`;
      return [{ contrast, guardrail, effect: draft.effect, tests, why }];
    }
    const tests = draft && testsOf(draft, guardrail, sides);
    const why = draft === null ? whyUnmeasured(sides, guardrail) : draft.effect.why;
    return [{ contrast, guardrail, effect: draft?.effect ?? null, tests, why }];
  });
}

/** Two one-sided tests of a guardrail; p of each. */
interface Tests {
  /** That it did not get worse. */
  worse: number;
  /** That it got worse by the margin at least. */
  within: number;
  /** How much worse the estimate is, as a multiple of the margin. */
  multiple: number;
  /** Of failed requests where none failed. */
  exact?: boolean;
}

/** Null where the effect has no error. */
function testsOf({ effect, member }: UncorrectedEffect, guardrail: Guardrail, sides: readonly Pool[]): Tests | null {
  if (member === null) return null;
  const { estimate, degreesOfFreedom } = member;
  const standardError = guardrail.points
    ? Math.max(member.standardError, countingError(sides, effect.scale))
    : member.standardError;
  const above = (distance: number): number => upperTailP(distance, standardError, degreesOfFreedom);
  const { better } = guardrail;
  const isFall = better === "higher" || (better === "neither" && estimate < 0);
  const margin = marginOn(effect, guardrail, isFall);
  const worse = better === "neither" ? Math.abs(estimate) : better === "lower" ? estimate : -estimate;
  // Two directions to get worse in are two tests.
  const directions = better === "neither" ? 2 : 1;
  return { worse: Math.min(1, directions * above(worse)), within: above(margin - worse), multiple: worse / margin };
}

/** The margin on the effect's scale: a share of the control's figure, or of all requests. No fall is as far as one of 100 %. */
function marginOn({ scale, controlValue }: Effect, { margin, points }: Guardrail, isFall: boolean): number {
  if (scale === "raw") return points ? margin : margin * Math.abs(controlValue ?? 0);
  const share = points ? margin / controlValue! : margin;
  return isFall ? -Math.log1p(-Math.min(share, 1)) : Math.log1p(share);
}

/**
 * The standard error of a difference of shares of failed requests that counting alone leaves: one failure in every launch has
 * no spread over launches, and is no certainty. On the log scale that of their ratio.
 */
function countingError(sides: readonly Pool[], scale: Effect["scale"]): number {
  const counts = sides.map(failuresIn);
  const share = sum(counts.map(({ failed }) => failed)) / sum(counts.map(({ requests }) => requests));
  const error = Math.sqrt(share * (1 - share) * sum(counts.map(({ requests }) => 1 / requests)));
  return scale === "log" ? error / share : error;
}

function failuresIn({ trials }: Pool): { failed: number; requests: number } {
  const rows = trials.flatMap(({ measurements }) => measurements.filter(({ metric }) => metric === failedShare));
  return { failed: sum(rows.map(({ value, n }) => value! * n)), requests: sum(rows.map(({ n }) => n)) };
}

function statusOf({ multiple }: Tests, worse: number, within: number): GuardrailStanding["status"] {
  if (within < significanceLevel) return "kept";
  return worse < significanceLevel && multiple > 1 ? "broken" : "open";
}

/** What measured zero on both sides, in every launch, got no worse; of failed requests see `draftsOf`. */
function statusWithout(effect: Effect | null): GuardrailStanding["status"] {
  return effect !== null && isZeroThroughout(effect) ? "kept" : "open";
}

function isZeroThroughout({ treatmentValue, controlValue }: Effect): boolean {
  return treatmentValue === 0 && controlValue === 0;
}

/** As a ratio less one, or in shares of all requests. */
function movedBy({ treatmentValue, controlValue, ratio }: Effect, { points }: Guardrail): number | null {
  if (treatmentValue === null || controlValue === null) return null;
  if (points) return treatmentValue - controlValue;
  return ratio === null ? null : ratio - 1;
}

function whyUnmeasured(sides: readonly Pool[], { metric, stat }: Guardrail): string {
  const rows = sides.flatMap(({ trials }) => trials).flatMap(({ measurements }) => measurements);
  const own = rows.find((row) => row.metric === metric && row.stat === stat && row.value === null);
  return own?.why ?? "no usable trial measured it";
}

/** Failed requests as a share of all, beside their number. */
function withFailedShares(poolOf: PoolOf): PoolOf {
  const shared = onceEach((pool: Pool): Pool => ({ ...pool, trials: pool.trials.map(withFailedShare) }));
  return (name, purpose) => shared(poolOf(name, purpose));
}

function withFailedShare(trial: Trial): Trial {
  const failed = trial.measurements.find(({ metric }) => metric === "requests_failed");
  if (failed === undefined || failed.value === null || failed.n === 0) return trial;
  const share: Measurement = { ...failed, metric: failedShare, unit: "share", value: failed.value / failed.n };
  return { ...trial, measurements: [...trial.measurements, share] };
}
