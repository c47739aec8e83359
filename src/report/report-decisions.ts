import type { Decision, Effect, FactorialTerm } from "../schema/effect.ts";
import { none, plain } from "./numbers.ts";
import type { ReportInput } from "./report-input.ts";

/** What to do with each change: its own effect on the figure that decided, and the sentence. */
export function decisionsSection({ decisions, effects, study }: ReportInput): object {
  const rows = decisions
    .filter(({ outcome }) => outcome !== "BASELINE" && outcome !== "SKIPPED")
    .map((decision) => {
      const control = study.contrasts.find(({ treatment }) => treatment === decision.experiment)?.control ?? null;
      const own = ownEffect(decision, control, effects);
      return {
        ...decision,
        metricName: metricText(decision.metric ?? none),
        fromTo: own === null ? null : fromToText(own),
        clear: own !== null && isClear(own),
        control: control ?? none,
        ratio: own?.ratio ?? null,
        interval: own?.interval ?? null,
        p: pText(own?.pAdjusted),
        detectable: own?.smallestDetectable == null ? null : 100 * own.smallestDetectable,
        blocks: own?.blocks ?? null,
      };
    });
  const margin = effects.find(({ equivalence }) => equivalence !== null)?.equivalence?.margin ?? null;
  return {
    rows,
    guardrails: rows.flatMap(({ experiment, guardrails }) =>
      guardrails.map((one) => ({
        ...one,
        experiment,
        percent: one.moved === null ? null : 100 * one.moved,
        marginPercent: 100 * one.margin,
        pText: pText(one.p),
      })),
    ),
    decidedBy: [
      ...new Set(
        rows.flatMap(({ metric, metricWhy }) => (metric === null ? [] : `${metricText(metric)}: ${metricWhy ?? ""}`)),
      ),
    ],
    marginPercent: margin === null ? null : 100 * margin,
    corrections: [...new Set(effects.flatMap(({ correction }) => correction ?? []))].toSorted(),
  };
}

/** `goodput`, `e2e_sched p50`: a figure, without the statistic where a metric has but one. */
export function metricText(figure: string): string {
  return figure.replace(/ value$/, "");
}

/** `5 → 0 req/s` where a side measured zero, so that there is no ratio; else null. */
export function fromToText({ scale, controlValue, treatmentValue, unit }: Effect): string | null {
  if (scale === "log") return null;
  return `${plain(controlValue ?? 0)} → ${plain(treatmentValue ?? 0)} ${unit}`;
}

/** True where the corrected p, which decides, lies below 0.05. */
export function isClear({ pAdjusted }: Effect): boolean {
  return pAdjusted !== null && pAdjusted < 0.05;
}

function ownEffect(
  { experiment, metric }: Decision,
  control: string | null,
  effects: readonly Effect[],
): Effect | null {
  const found = effects.find(
    (one) => one.treatment === experiment && one.control === control && `${one.metric} ${one.stat}` === metric,
  );
  return found ?? null;
}

/** `0.012`, `≤0.001`, a dash where there is none. */
export function pText(p: number | null | undefined): string {
  if (p === null || p === undefined) return none;
  return p < 0.001 ? "≤0.001" : p.toFixed(3);
}

/** What the figure that decides did beside each baseline while the study ran. */
export function driftRows({ decisions, effects, study }: ReportInput): object[] {
  const byName = new Map(decisions.map((decision) => [decision.experiment, decision]));
  const treatments = new Set(study.contrasts.map(({ treatment }) => treatment));
  const found = new Map<string, object>();
  for (const { treatment, control } of study.contrasts) {
    const decision = byName.get(treatment);
    if (decision === undefined || treatments.has(control)) continue; // the control of a step is no baseline
    const drift = ownEffect(decision, control, effects)?.drift ?? null;
    if (drift !== null)
      found.set(control, { baseline: control, metricName: metricText(decision.metric ?? none), ...drift });
  }
  return [...found.values()];
}

/** Main effects and interactions, a line each. */
export function factorialRows(terms: readonly FactorialTerm[]): object[] {
  return terms.map(({ kind, levels, metric, ratio, interval, pAdjusted, addsUp, why, baseline, contexts }) => ({
    kind,
    metric,
    term: levels
      .map(({ knob, value, base }) => `${knob}: ${JSON.stringify(base)} → ${JSON.stringify(value)}`)
      .join(" × "),
    baseline,
    ratio,
    interval,
    p: pText(pAdjusted),
    addsUp: addsUp === null ? "" : addsUp === "not known" && why !== null ? `not known: ${why}` : addsUp,
    contexts: contexts.length,
  }));
}
