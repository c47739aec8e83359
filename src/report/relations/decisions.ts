import { bySize } from "../../math/statistics.ts";
import { cellNames } from "../../schema/experiment.ts";
import type { Decision, Drift, Effect, FactorialTerm } from "../../schema/effect.ts";
import { none } from "../numbers.ts";
import type { ReportInput } from "../report-input.ts";
import { areMixed } from "./hosts.ts";
import { change, interval, number, p, relationOf, text, type Relation } from "./relation.ts";
import { changeCell, effectOn, metricText } from "./wording.ts";

type Judged = Pick<ReportInput, "study" | "effects" | "decisions">;

/** What to do with each change: its own effect on the figure that decided, beside the control that it was judged against. */
export function decisionsRelation(input: Judged) {
  const { effects } = input;
  const rows = judgedEffects(input);
  const margin = effects.find(({ equivalence }) => equivalence !== null)?.equivalence?.margin ?? null;
  const relation = relationOf("decisions", rows, [
    text("experiment", "Change", ({ experiment }) => experiment),
    text("outcome", "Decision", ({ outcome }) => ({ value: outcome, strong: true })),
    text("metric", "By", ({ metric }) => metricText(metric ?? none)),
    text("control", "Against", ({ control }) => control ?? none),
    change("change", "Δ", ({ own }) => own && changeCell(own)),
    interval("change_interval", ({ own }) => own?.interval ?? null),
    p(({ own }) => own?.pAdjusted ?? null),
    number("detectable", "Detectable", ({ own }) => percent(own?.smallestDetectable), {
      decimals: 1,
      sign: "±",
      suffix: " %",
      missing: "",
    }),
    number("blocks", "Blocks", ({ own }) => (own === null || own.blocks === 0 ? null : own.blocks), { missing: "" }),
    areMixed(effects) && number("hosts", "Hosts", ({ own }) => own?.hosts?.length ?? null, { missing: "" }),
  ]);
  const shared = sharedClauses(rows.map(({ because }) => because));
  const facts = {
    rows: rows.map(({ experiment, outcome, because }) => ({
      experiment,
      outcome,
      because: clausesOf(because)
        .filter((clause) => !shared.includes(clause))
        .join("; "),
    })),
    /** What the sentences of all changes would say. */
    shared,
    /** Each deciding metric with the reason. */
    decidedBy: [
      ...new Set(
        rows.flatMap(({ metric, metricWhy }) => (metric === null ? [] : `${metricText(metric)}: ${metricWhy ?? ""}`)),
      ),
    ],
    marginPercent: percent(margin),
    corrections: [...new Set(effects.flatMap(({ correction }) => correction ?? []))].toSorted(),
  };
  return { relation, facts };
}

/** What all of several sentences say, in parts. A sentence keeps what it begins with. */
function sharedClauses(sentences: readonly string[]): string[] {
  const [first, ...others] = sentences.map((sentence) => clausesOf(sentence).slice(1));
  if (first === undefined || others.length === 0) return [];
  return first.filter((clause) => others.every((clauses) => clauses.includes(clause)));
}

function clausesOf(sentence: string): string[] {
  return sentence.split("; ");
}

/** What each change did to what must not get worse. */
export function guardrailsRelation({ decisions }: Pick<ReportInput, "decisions">): Relation {
  const rows = judgedChanges(decisions).flatMap(({ experiment, guardrails }) =>
    guardrails.map((one) => ({ ...one, experiment })),
  );
  return relationOf("guardrails", rows, [
    text("experiment", "Change", ({ experiment }) => experiment),
    text("guardrail", "Guardrail", ({ title }) => title),
    text("status", "Status", ({ status, why }) => ({
      value: status,
      strong: status === "broken",
      note: why === null ? "" : `: ${why}`,
    })),
    number("moved", "Moved", ({ moved }) => percent(moved), { unit: "%", decimals: 2, sign: "+" }),
    number("margin", "At most", ({ margin }) => percent(margin), { unit: "%" }),
    p((one) => one.p),
  ]);
}

/** Every effect that has a ratio. */
export function effectsRelation({ effects }: Pick<ReportInput, "effects">): Relation {
  return relationOf(
    "effects",
    effects.filter(({ ratio }) => ratio !== null),
    [
      text("treatment", "Treatment", ({ treatment }) => treatment),
      text("control", "Control", ({ control }) => control),
      text("metric", "Metric", ({ metric, stat }) => metricText(`${metric} ${stat}`)),
      number("treatment_value", "Treatment value", ({ treatmentValue }) => treatmentValue, {
        missing: "",
        grouped: true,
      }),
      number("control_value", "Control value", ({ controlValue }) => controlValue, { missing: "", grouped: true }),
      text("unit", "Unit", ({ unit }) => unit),
      change("change", "Δ", ({ ratio }) => ratio),
      interval("change_interval", (effect) => effect.interval),
      p(({ pAdjusted }) => pAdjusted),
      number("launches", "n", ({ trials }) => `${trials.treatment} v ${trials.control}`),
      areMixed(effects) && text("hosts", "Hosts", ({ hosts = [] }) => hosts.join(", ")),
    ],
  );
}

/** Main effects and interactions of a combination, a line each; where there are several, with the workload and point that they belong to. */
export function factorialRelation(
  terms: readonly FactorialTerm[],
  { experiments }: Pick<ReportInput["study"], "experiments">,
): Relation {
  const cellOf = cellNames(experiments);
  const isOne = new Set(terms.map(({ baseline }) => baseline)).size < 2;
  return relationOf("factorial", terms, [
    !isOne && text("for", "For", ({ baseline }) => cellOf(baseline) ?? baseline),
    text("term", "Term", termText),
    text("metric", "Of", ({ metric }) => metricText(metric)),
    change("change", "Δ", ({ ratio }) => ratio),
    interval("change_interval", (term) => term.interval),
    p(({ pAdjusted }) => pAdjusted),
    text("adds_up", "Adds up", ({ addsUp, why }) =>
      addsUp === "not known" && why !== null ? `not known: ${why}` : (addsUp ?? ""),
    ),
    number("contexts", "Settings", ({ contexts }) => contexts.length),
  ]);
}

function termText({ levels }: FactorialTerm): string {
  return levels
    .map(({ knob, value, base }) => `${knob}: ${JSON.stringify(base)} → ${JSON.stringify(value)}`)
    .join(" × ");
}

/** What the figure that decides did beside each baseline while the study ran. */
export function driftFacts({ decisions, effects, study }: Judged): (Drift & { baseline: string; metric: string })[] {
  const byName = new Map(decisions.map((decision) => [decision.experiment, decision]));
  const treatments = new Set(study.contrasts.map(({ treatment }) => treatment));
  const found = new Map<string, Drift & { baseline: string; metric: string }>();
  for (const { treatment, control } of study.contrasts) {
    const decision = byName.get(treatment);
    if (decision === undefined || treatments.has(control)) continue; // the control of a step is no baseline
    const drift = ownEffect(decision, control, effects)?.drift ?? null;
    if (drift !== null)
      found.set(control, { ...drift, baseline: control, metric: metricText(decision.metric ?? none) });
  }
  return [...found.values()];
}

export function judgedChanges(decisions: readonly Decision[]): Decision[] {
  return decisions.filter(({ outcome }) => outcome !== "BASELINE" && outcome !== "SKIPPED");
}

/** A change that was judged, with its control and its effect on the figure that decided. */
export interface JudgedChange extends Decision {
  control: string | null;
  own: Effect | null;
}

/** The changes of each decision that an answer names, in its order, the largest effects first. */
export function namedByOutcome<Row extends { outcome: string; own: { ratio: number | null } | null }>(
  rows: readonly Row[],
): Row[][] {
  return ["SHIP", "REJECT", "TRADE-OFF", "CONDITIONAL"].map((outcome) =>
    bySize(
      rows.filter((one) => one.outcome === outcome),
      ({ own }) => own?.ratio,
    ),
  );
}

/** The changes that were judged, in the study's order. */
export function judgedEffects({ study, decisions, effects }: Judged): JudgedChange[] {
  // Of a step's two contrasts the first decides.
  const controls = new Map(study.contrasts.toReversed().map(({ treatment, control }) => [treatment, control]));
  const byTreatment = Map.groupBy(effects, ({ treatment }) => treatment);
  return judgedChanges(decisions).map((decision) => {
    const control = controls.get(decision.experiment) ?? null;
    return { ...decision, control, own: ownEffect(decision, control, byTreatment.get(decision.experiment) ?? []) };
  });
}

function ownEffect({ experiment, metric }: Decision, control: string | null, all: readonly Effect[]): Effect | null {
  return effectOn(
    all.filter((one) => one.treatment === experiment && one.control === control),
    metric,
  );
}

function percent(share: number | null | undefined): number | null {
  return share == null ? null : 100 * share;
}
