import { listText } from "../../math/figures.ts";
import type { Decision } from "../../schema/effect.ts";
import type { Verdict } from "../../schema/trial.ts";
import type { ReportInput, ReportSummary } from "../report-input.ts";
import { judgedEffects, type JudgedChange } from "./decisions.ts";
import { change, interval, number, relationOf, text, type ColumnOf, type Relation } from "./relation.ts";
import { accuracyText, changeCell, figureOf, isClear, knobsText, sizeOf, tokensFigure } from "./wording.ts";

type Asked = Pick<ReportInput, "study" | "effects" | "decisions" | "summaries" | "trials">;

interface Row extends JudgedChange {
  summary: ReportSummary | null;
  /** How many times better by the figure that decided. */
  gain: number;
}

/** What gains most: changes whose gain is shown, the largest first, with whether they are safe to ship. */
export function winsRelation(input: Asked): Relation {
  const gains = shownGains(input).filter(({ gain }) => gain > 1);
  const rows = gains.toSorted((left, right) => right.gain - left.gain);
  return relationOf("wins", rows, [
    ...commonOf(input),
    text("safe", "Safe to ship?", (row) => safeText(row, input.study)),
  ]);
}

/** What costs: changes whose loss is shown, the largest first. */
export function hurtsRelation(input: Asked): Relation {
  const losses = shownGains(input).filter(({ gain }) => gain < 1);
  const rows = losses.toSorted((left, right) => left.gain - right.gain);
  return relationOf("hurts", rows, [...commonOf(input), text("decision", "Decision", ({ outcome }) => outcome)]);
}

/** What keeps changes from a decision, each reason once, with what mends it. */
export function blockersRelation(input: Asked): Relation {
  const last = new Map(input.trials.map((trial) => [trial.labels.name, trial.verdict]));
  const blocked = input.decisions.flatMap((decision) => {
    const { experiment, outcome, missing } = decision;
    const { of = 0, usable = null } = input.summaries.find((row) => row.experiment === experiment) ?? {};
    if (outcome !== "HOLD" && !(outcome === "BASELINE" && of > 0 && usable === 0)) return [];
    const verdict = last.get(experiment);
    const by =
      outcome === "HOLD" ? (missing[0]?.text ?? "") : `no usable trial of the baseline: ${verdict?.reason ?? ""}`;
    return { change: experiment, by, remedy: mendText(decision, usable === 0 ? verdict : undefined) };
  });
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

/** Changes whose effect is shown. */
function shownGains(input: Asked): Row[] {
  return judgedEffects(input).flatMap((one): Row[] => {
    const { own, experiment } = one;
    const size = sizeOf(own);
    if (own === null || size === null || !isClear(own)) return [];
    const summary = input.summaries.find((row) => row.experiment === experiment) ?? null;
    return [{ ...one, summary, gain: own.better === "lower" ? 1 / size : size }];
  });
}

function commonOf({ study, summaries }: Asked): ColumnOf<Row>[] {
  const { metric, title } = tokensFigure(summaries);
  const isStack = study.contrasts.some(({ family }) => family === "step");
  return [
    text("change", "Change", ({ experiment }) => experiment),
    text("changed", "What changed", ({ summary }) => (summary === null ? "" : knobsText(summary.changed))),
    number(metric, title, ({ summary }) => summary && figureOf(summary, metric, "value"), { decimals: 2 }),
    change("ratio", isStack ? "Δ step before" : "Δ", ({ own }) => own && { ...changeCell(own), strong: false }),
    interval("ratio_interval", ({ own }) => own?.interval ?? null),
  ];
}

/** YES, NO, CONDITIONAL or PENDING, with what it rests on or waits for. */
function safeText(row: Row, study: Asked["study"]): string {
  const { outcome, missing, guardrails, failedGate } = row;
  const broken = guardrails.filter(({ status }) => status === "broken").map(({ title }) => title);
  switch (outcome) {
    case "SHIP":
      return `YES: ${accuracyText([row], study)}`;
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
