import { listText } from "../../math/figures.ts";
import type { Decision, Effect } from "../../schema/effect.ts";
import type { Verdict } from "../../schema/verdict.ts";
import type { ReportInput, ReportSummary } from "../report-input.ts";
import { judgedChanges, ownEffect } from "./decisions.ts";
import { change, interval, number, relationOf, text, type ColumnOf, type Relation } from "./relation.ts";
import { accuracyText, isClear, knobsText, tokensPerSOf } from "./wording.ts";

type Asked = Pick<ReportInput, "study" | "effects" | "decisions" | "summaries" | "trials">;

interface Row {
  decision: Decision;
  summary: ReportSummary | null;
  own: Effect | null;
  /** How many times better by the figure that decided; null where there is none. */
  gain: number | null;
}

/** What gains most: changes whose gain is shown, the largest first, with whether they are safe to ship. */
export function winsRelation(input: Asked): Relation {
  const rows = rowsOf(input)
    .filter(({ own, gain }) => own !== null && isClear(own) && gain !== null && gain > 1)
    .toSorted((left, right) => right.gain! - left.gain!);
  return relationOf("wins", rows, [
    ...commonOf(input),
    text("safe", "Safe to ship?", (row) => safeText(row, input.study)),
  ]);
}

/** What costs: changes whose loss is shown, the largest first. */
export function hurtsRelation(input: Asked): Relation {
  const rows = rowsOf(input)
    .filter(({ own, gain }) => own !== null && isClear(own) && gain !== null && gain < 1)
    .toSorted((left, right) => left.gain! - right.gain!);
  return relationOf("hurts", rows, [
    ...commonOf(input),
    text("decision", "Decision", ({ decision }) => decision.outcome),
  ]);
}

/** What keeps changes from a decision, each reason once, with what mends it. */
export function blockersRelation(input: Asked): Relation {
  const last = new Map(input.trials.map((trial) => [trial.labels.name, trial.verdict]));
  const rows = rowsOf(input, input.decisions).filter(
    ({ decision: { outcome }, summary }) =>
      outcome === "HOLD" || (outcome === "BASELINE" && summary !== null && summary.of > 0 && summary.usable === 0),
  );
  const blocked = rows.map(({ decision, summary }) => ({
    change: decision.experiment,
    by:
      decision.outcome === "HOLD"
        ? (decision.missing[0]?.text ?? "")
        : `no usable trial of the baseline: ${last.get(decision.experiment)?.reason ?? ""}`,
    remedy: mendText(decision, summary?.usable === 0 ? last.get(decision.experiment) : undefined),
  }));
  const groups = [...Map.groupBy(blocked, ({ by, remedy }) => JSON.stringify([by, remedy])).values()];
  return relationOf("blockers", groups, [
    text("change", "Change", (own) => listText(own.map(({ change: name }) => name))),
    text("blocked_by", "Blocked by", ([one]) => one?.by ?? ""),
    text("remedy", "What mends it", ([one]) => one?.remedy ?? ""),
  ]);
}

/** @param lost the verdict on the last trial of a change that has no usable one */
function mendText(decision: Decision, lost: Verdict | undefined): string {
  const command = decision.missing.find(({ kind }) => kind === "command")?.text;
  const ofTrial = lost?.failure?.hint ?? lost?.checks.find(({ status }) => status === "fail")?.remedy;
  return command ?? ofTrial ?? remedyOf(decision);
}

function rowsOf({ study, effects, decisions, summaries }: Asked, shown = judgedChanges(decisions)): Row[] {
  return shown.map((decision) => {
    const control = study.contrasts.find(({ treatment }) => treatment === decision.experiment)?.control ?? null;
    const own = ownEffect(decision, control, effects);
    const isLower = own?.better === "lower";
    return {
      decision,
      summary: summaries.find(({ experiment }) => experiment === decision.experiment) ?? null,
      own,
      gain: own?.ratio == null || own.ratio <= 0 ? null : isLower ? 1 / own.ratio : own.ratio,
    };
  });
}

function commonOf({ study }: Asked): ColumnOf<Row>[] {
  const isStack = study.contrasts.some(({ family }) => family === "step");
  return [
    text("change", "Change", ({ decision }) => decision.experiment),
    text("changed", "What changed", ({ summary }) => (summary === null ? "" : knobsText(summary.changed))),
    number("output_throughput", "tok/s", ({ summary }) => (summary === null ? null : tokensPerSOf(summary)), {
      decimals: 0,
    }),
    change("ratio", isStack ? "Δ step before" : "Δ", ({ own }) => own?.ratio ?? null),
    interval("ratio_interval", ({ own }) => own?.interval ?? null),
  ];
}

/** YES, NO, CONDITIONAL or PENDING, with what it rests on or waits for. */
function safeText({ decision }: Row, study: Asked["study"]): string {
  const { outcome, missing, guardrails, failedGate } = decision;
  const broken = guardrails.filter(({ status }) => status === "broken").map(({ title }) => title);
  switch (outcome) {
    case "SHIP":
      return `YES: ${accuracyText([decision], study)}`;
    case "REJECT":
      return failedGate === undefined ? "NO" : "NO: accuracy below its gate";
    case "TRADE-OFF":
      return `TRADE-OFF: ${broken.join(", ")} worse`;
    case "CONDITIONAL":
      return "CONDITIONAL: it depends on the workload";
    case "HOLD":
      return `PENDING: ${missing[0]?.text ?? ""}`;
    default:
      return outcome;
  }
}

function remedyOf({ missing: [first] }: Decision): string {
  switch (first?.kind) {
    case "one launch":
      return "repeat it: --repeats 3 or more";
    case "not run":
      return "run the study again: it does what is missing";
    case "confounded":
      return "declare what differs, or make both sides alike";
    case "skipped":
      return "mend what SKIPPED it, or compare it with a row that runs";
    default:
      return "";
  }
}
