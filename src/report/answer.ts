import { countText, percentText } from "../math/figures.ts";
import type { Decision, Effect, Outcome } from "../schema/effect.ts";
import { certifies } from "../schema/fidelity.ts";
import { percentChange } from "./numbers.ts";
import type { ReportInput } from "./report-input.ts";
import { judgedChanges, ownEffect } from "./relations/decisions.ts";
import { metricWords } from "./relations/wording.ts";

/** What a study answers: the decision in a sentence or two, and what stands behind it. Plain text. */
export interface Answer {
  main: string;
  because: string[];
}

/** A change that was judged, with its effect on the figure that decided. */
interface Judged extends Decision {
  own: Effect | null;
  control: string | null;
}

type Asked = Pick<ReportInput, "study" | "effects" | "decisions" | "summaries">;

/** More names than this are counted. */
const MOST_NAMES = 3;

/**
 * The answer, by rule, from the decisions alone: what to ship, to reject and to weigh, each with its figure; where nothing is
 * decided, why, and what would decide it. Several changes have a joint figure only if that configuration ran.
 */
export function answerOf(input: Asked): Answer {
  const { study, decisions, effects } = input;
  const all = judgedChanges(decisions).map((decision): Judged => {
    const control = study.contrasts.find(({ treatment }) => treatment === decision.experiment)?.control ?? null;
    return { ...decision, control, own: ownEffect(decision, control, effects) };
  });
  const of = (outcome: Outcome): Judged[] =>
    all.filter((one) => one.outcome === outcome).toSorted((left, right) => sizeOf(right) - sizeOf(left));
  const decided = [
    shipped(of("SHIP"), input),
    rejected(of("REJECT")),
    traded(of("TRADE-OFF"), of("SHIP").length === 0),
    conditional(of("CONDITIONAL")),
  ].filter((sentence) => sentence !== null);
  const screened = certifies(study.fidelity) ? "" : " (Screened, not certified.)";
  const main = decided.length > 0 ? decided.join(" ") : undecided(all, of("HOLD"), of("NO EFFECT"), input);
  return { main: `${main}${all.length === 0 ? "" : screened}`, because: because(of("NO EFFECT"), of("HOLD"), input) };
}

function shipped(ships: Judged[], { effects, decisions, study }: Asked): string | null {
  const [first] = ships;
  if (first === undefined) return null;
  const isMeasured = ships.every(({ accuracyTrials }) => accuracyTrials.length > 0);
  const isAsked = typeof study.accuracy !== "object" || study.accuracy === null;
  const accuracy = isMeasured ? "accuracy kept" : isAsked ? "accuracy not measured" : "accuracy does not apply";
  if (ships.length === 1) return `Ship ${first.experiment}: ${changeOf(first)} ${titleOf(first)}, ${accuracy}.`;
  const joint = jointEffect(ships, decisions, effects);
  if (joint !== null) {
    const names = namesOf(ships.map(({ experiment }) => experiment));
    return `Ship ${names}: together ${percentChange(joint.ratio, 1)} ${titleOf(first)}, ${accuracy}.`;
  }
  const isStack = ships.some(({ experiment }) =>
    effects.some((one) => one.treatment === experiment && one.family === "stack"),
  );
  const apart = isStack ? "each beside the step before it" : "each ran alone, not together";
  return `Ship ${namesOf(ships.map(withChange), isStack ? "and" : "or")}: ${apart}; ${accuracy}.`;
}

/** What the last of several shipped steps gained over the baseline, where the steps below it are just the others. */
function jointEffect(ships: Judged[], decisions: readonly Decision[], effects: readonly Effect[]): Effect | null {
  const names = new Set(ships.map(({ experiment }) => experiment));
  const steps = judgedChanges(decisions).slice(0, ships.length);
  const last = steps.at(-1);
  if (last === undefined || !steps.every(({ experiment }) => names.has(experiment))) return null;
  return (
    effects.find(
      (one) =>
        one.treatment === last.experiment && one.family === "stack" && `${one.metric} ${one.stat}` === last.metric,
    ) ?? null
  );
}

function rejected(rejects: Judged[]): string | null {
  return rejects.length === 0 ? null : `Reject ${namesOf(rejects.map(withChange))}.`;
}

function traded(trades: Judged[], isAll: boolean): string | null {
  if (trades.length === 0) return null;
  const said = trades.map((one) => {
    const broken = one.guardrails.filter(({ status }) => status === "broken");
    const worse = broken.map(({ title, moved }) =>
      moved === null ? title : `${title} ${percentChange(1 + moved, 0)}`,
    );
    return `${one.experiment} gives ${changeOf(one)} ${titleOf(one)}, but ${worse.join(", ") || "breaks a guardrail"}`;
  });
  return `${isAll ? "No clear winner: " : "Weigh: "}${namesOf(said)}.`;
}

function conditional(list: Judged[]): string | null {
  return list.length === 0
    ? null
    : `It depends on the workload for ${namesOf(list.map(({ experiment }) => experiment))}.`;
}

/** Where no change ships, is rejected or is to be weighed. */
function undecided(all: Judged[], holds: Judged[], none: Judged[], { summaries, study }: Asked): string {
  const usable = summaries.reduce((sum, row) => sum + row.usable, 0);
  const ran = summaries.reduce((sum, row) => sum + row.of, 0);
  if (ran > 0 && usable === 0) {
    const ended = Map.groupBy(
      summaries.filter(({ of }) => of > 0),
      ({ status }) => status ?? "not run",
    );
    const parts = [...ended].map(([status, rows]) => `${rows.reduce((sum, row) => sum + row.of, 0)} ${status}`);
    return `No answer: none of ${countText(ran, "trial")} is usable (${parts.join(", ")}).`;
  }
  if (all.length === 0)
    return study.contrasts.length === 0 ? "No change was asked about." : "No answer yet: nothing ran.";
  if (holds.length === 0) {
    const margin = none[0]?.own?.equivalence?.margin ?? null;
    const by = margin === null ? "" : ` by ${percentText(margin)} or more`;
    return `Keep the baseline: none of ${countText(none.length, "change")} moves ${titleOf(none[0])}${by}.`;
  }
  const single = holds.filter(({ own }) => own !== null && own.trials.treatment <= 1 && own.trials.control <= 1);
  const largest = holds.find(({ own }) => own?.ratio != null);
  if (single.length === holds.length && largest !== undefined) {
    return `Nothing is decided: one launch each has no interval. Largest: ${largest.experiment}, ${changeOf(largest)} ${titleOf(largest)}.`;
  }
  const seen = holds.flatMap(({ own }) => own?.smallestDetectable ?? []);
  const why = seen.length === 0 ? "" : `, because effects under ${percentText(Math.max(...seen))} were not visible`;
  return `Nothing is decided: ${holds.length} of ${countText(all.length, "change")} on HOLD${why}.`;
}

function because(none: Judged[], holds: Judged[], { summaries, study }: Asked): string[] {
  const grouped = Map.groupBy(holds, (one) => shortReason(one));
  const without = summaries.filter(
    ({ status, baseline }) => !baseline && (status === null || status === "FAILED" || status === "INVALID"),
  );
  const skipped = study.experiments.filter(({ skip }) => skip !== null);
  return [
    ...(none.length === 0 ? [] : [`NO EFFECT: ${namesOf(none.map(withChange))}.`]),
    ...[...grouped].map(([why, list]) => `HOLD: ${namesOf(list.map(withChange))}: ${why}.`),
    ...(without.length === 0
      ? []
      : [
          `Without a result: ${namesOf(without.map(({ experiment, status }) => `${experiment} (${status ?? "not run yet"})`))}.`,
        ]),
    ...(skipped.length === 0 ? [] : [`SKIPPED: ${namesOf(skipped.map(({ labels }) => labels.name))}.`]),
  ];
}

/** What a HOLD waits for, first of all. */
function shortReason({ missing, because: said }: Judged): string {
  return (missing[0] ?? said).replace(/\.$/, "");
}

function withChange(one: Judged): string {
  const change = changeOf(one);
  return change === "" ? one.experiment : `${one.experiment} (${change})`;
}

function changeOf({ own }: Judged): string {
  return own?.ratio == null ? "" : percentChange(own.ratio, 1);
}

/** `output throughput`, as a sentence calls it. */
function titleOf(one: Judged | undefined): string {
  return metricWords(one?.metric ?? "");
}

function sizeOf({ own }: Judged): number {
  return Math.abs(Math.log(own?.ratio ?? 1));
}

/** `a, b and c`; of more than three two and how many more. */
function namesOf(names: readonly string[], and = "and"): string {
  const shown =
    names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES - 1), `${names.length - MOST_NAMES + 1} more`] : names;
  if (shown.length <= 1) return shown[0] ?? "";
  return `${shown.slice(0, -1).join(", ")} ${and} ${shown.at(-1)}`;
}
