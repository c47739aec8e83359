import { countText, percentText } from "../math/figures.ts";
import { cellName } from "../schema/cell-name.ts";
import type { Decision, Effect, Outcome } from "../schema/effect.ts";
import { certifies } from "../schema/fidelity.ts";
import { answerWords, changeOf, gateText, isUnsettled, namesOf, shortReason, type Judged } from "./answer-words.ts";
import { lostTrialsText } from "./lost-trials-text.ts";
import { percentChange } from "./numbers.ts";
import type { ReportInput } from "./report-input.ts";
import { judgedChanges, ownEffect } from "./relations/decisions.ts";
import { accuracyKept, accuracyText } from "./relations/wording.ts";

/** What a study answers: the decision in a sentence or two, and what stands behind it. Plain text. */
export interface Answer {
  main: string;
  because: string[];
}

type Asked = Pick<ReportInput, "study" | "effects" | "decisions" | "summaries" | "trials">;

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
    ...shipped(of("SHIP"), input),
    ...rejected(of("REJECT")),
    ...traded(of("TRADE-OFF"), of("SHIP").length === 0),
    ...conditional(
      all.filter(({ outcome }) => outcome === "CONDITIONAL"),
      study,
    ),
  ];
  const main = decided.length > 0 ? decided.join(" ") : undecided(all, of("HOLD"), of("NO EFFECT"), input);
  const isLost = lostTrialsText(input.summaries, input.trials) !== null;
  const isScreened = all.length > 0 && !isLost && !certifies(study.fidelity);
  return {
    main: isScreened ? `${main.replace(/\.$/, "")} (screened, not certified).` : main,
    because: because(of("NO EFFECT"), of("HOLD"), input, decided.length > 0),
  };
}

function shipped(ships: Judged[], { effects, decisions, study }: Asked): string[] {
  const [first] = ships;
  if (first === undefined) return [];
  const accuracy = accuracyText(ships, study);
  if (ships.length === 1)
    return [`Ship ${first.experiment}: ${[`${changeOf(first)} ${answerWords(first)}`, accuracy].join(", ")}.`];
  const joint = jointEffect(ships, decisions, effects);
  if (joint !== null) {
    const names = namesOf(ships.map(({ experiment }) => experiment));
    return [`Ship ${names}: together ${percentChange(joint.ratio, 1)} ${answerWords(first)}, ${accuracy}.`];
  }
  const isStack = ships.some(({ experiment }) =>
    effects.some((one) => one.treatment === experiment && one.family === "stack"),
  );
  const apart = isStack ? "each beside the step before it" : "each ran alone, not together";
  const unkept = accuracy === accuracyKept ? "" : `; ${accuracy}`;
  return [`Ship ${namesOf(ships.map(withChange), isStack ? "and" : "or")}: ${apart}${unkept}.`];
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

/** Those that are worse in one sentence; one whose accuracy failed in its own, since its speed is no reason to reject it. */
function rejected(rejects: Judged[]): string[] {
  const inaccurate = rejects.filter(({ failedGate }) => failedGate !== undefined);
  const worse = rejects.filter(({ failedGate }) => failedGate === undefined);
  return [
    ...(worse.length === 0
      ? []
      : [
          `Reject ${namesOf(worse.map((one) => (one.own === null ? `${one.experiment} (does not run)` : withChange(one))))}.`,
        ]),
    ...(inaccurate.length > 1
      ? [`Reject ${namesOf(inaccurate.map((one) => `${one.experiment} (${gateText(one)})`))}.`]
      : inaccurate.map((one) => {
          const change = changeOf(one);
          if (change === "") return `Reject ${one.experiment}: ${gateText(one)}.`;
          const but = change.startsWith("-") ? "and" : "but";
          return `Reject ${one.experiment}: ${change} ${answerWords(one, "short")}, ${but} ${gateText(one)}.`;
        })),
  ];
}

function traded(trades: Judged[], isAll: boolean): string[] {
  if (trades.length === 0) return [];
  const said = trades.map((one) => {
    const broken = one.guardrails.filter(({ status }) => status === "broken");
    const worse = broken.map(({ title, moved }) =>
      moved === null ? title : `${title} ${percentChange(1 + moved, 0)}`,
    );
    const figure = `${changeOf(one)} ${answerWords(one, "short")}`;
    return `${one.experiment} gives ${figure}, but ${worse.join(", ") || "breaks a guardrail"}`;
  });
  return [`${isAll ? "No clear winner: " : "Weigh: "}${namesOf(said)}.`];
}

/** A sentence for each change whose answer depends on the workload: where it ships, and where it does not. */
function conditional(list: Judged[], { experiments }: Asked["study"]): string[] {
  const labels = new Map(experiments.map((one) => [one.labels.name, one.labels]));
  const rowOf = ({ experiment }: Judged): string => labels.get(experiment)?.row ?? experiment;
  const where = (one: Judged): string => {
    const [label, change] = [labels.get(one.experiment), changeOf(one)];
    const cell = label === undefined ? one.experiment : cellName(label);
    return change === "" ? cell : `${cell} (${change})`;
  };
  return [...Map.groupBy(list, rowOf)].map(([row, own]) => {
    const [ships, others] = [true, false].map((isShip) =>
      namesOf(own.filter(({ alone }) => (alone === "SHIP") === isShip).map(where)),
    ) as [string, string];
    return `Ship ${row} for ${ships}, not for ${others}.`;
  });
}

/** Where no change ships, is rejected or is to be weighed. */
function undecided(all: Judged[], holds: Judged[], none: Judged[], { summaries, study, trials }: Asked): string {
  const lost = lostTrialsText(summaries, trials);
  if (lost !== null) return lost;
  if (all.length === 0)
    return study.contrasts.length === 0 ? "No change was asked about." : "No answer yet: nothing ran.";
  if (holds.length === 0) {
    const margin = none[0]?.own?.equivalence?.margin ?? null;
    const by = margin === null ? "" : ` by ${percentText(margin)} or more`;
    return `Keep the baseline: none of ${countText(none.length, "change")} moves ${answerWords(none[0])}${by}.`;
  }
  const single = holds.filter(({ own }) => own !== null && own.trials.treatment <= 1 && own.trials.control <= 1);
  const largest = holds.find(({ own }) => own?.ratio != null);
  if (single.length === holds.length && largest !== undefined) {
    return `Nothing is decided: one launch each has no interval. Largest: ${largest.experiment}, ${changeOf(largest)}.`;
  }
  return `Nothing is decided: ${holds.length} of ${countText(all.length, "change")} on HOLD${whyHeld(holds)}.`;
}

/** What keeps most changes on HOLD; where it is that effects were too small to see, what would be seen, and what would settle it. */
function whyHeld(holds: readonly Judged[]): string {
  const unsettled = holds.filter(isUnsettled);
  if (unsettled.length * 2 < holds.length) {
    const [[why] = [""]] = [...Map.groupBy(holds, shortReason)].toSorted(
      ([, left], [, right]) => right.length - left.length,
    );
    return ` (${why})`;
  }
  const seen = unsettled.flatMap(({ own }) => own?.smallestDetectable ?? []);
  const unseen = seen.length === 0 ? "" : `, because effects under ${percentText(Math.max(...seen))} were not visible`;
  return `${unseen}${wouldTell(unsettled)}`;
}

/** `; about 9 blocks in all would tell, 3 ran`: of several changes the most blocks; empty where none is known. */
function wouldTell(holds: readonly Judged[]): string {
  const blocks = holds.flatMap(({ missing }) => missing[0]?.blocks ?? []);
  const ran = Math.max(...holds.map(({ own }) => own?.blocks ?? 0));
  return blocks.length === 0 ? "" : `; about ${countText(Math.max(...blocks), "block")} in all would tell, ${ran} ran`;
}

/** @param isDecided where nothing is, the main sentence says already how many blocks would tell */
function because(none: Judged[], holds: Judged[], { summaries, study }: Asked, isDecided: boolean): string[] {
  const without = summaries.filter(
    ({ status, baseline }) => !baseline && (status === null || status === "FAILED" || status === "INVALID"),
  );
  // What has no result is on HOLD for that alone, which is said once.
  const lost = new Set(without.map(({ experiment }) => experiment));
  const grouped = Map.groupBy(
    holds.filter(({ experiment }) => !lost.has(experiment)),
    (one) => shortReason(one),
  );
  const skipped = study.experiments.filter(({ skip }) => skip !== null);
  return [
    ...(none.length === 0 ? [] : [`NO EFFECT: ${namesOf(none.map(withChange))}.`]),
    ...[...grouped].map(
      ([why, list]) => `HOLD: ${namesOf(list.map(withChange))}: ${why}${isDecided ? wouldTell(list) : ""}.`,
    ),
    ...(without.length === 0
      ? []
      : [
          `Without a result: ${namesOf(without.map(({ experiment, status }) => `${experiment} (${status ?? "not run yet"})`))}.`,
        ]),
    ...(skipped.length === 0 ? [] : [`SKIPPED: ${namesOf(skipped.map(({ labels }) => labels.name))}.`]),
  ];
}

function withChange(one: Judged): string {
  const change = changeOf(one);
  return change === "" ? one.experiment : `${one.experiment} (${change})`;
}

function sizeOf({ own }: Judged): number {
  return Math.abs(Math.log(own?.ratio ?? 1));
}
