import { cellNames } from "../schema/experiment.ts";
import { bySize } from "../math/statistics.ts";
import { countText, percentText, saidOf } from "../math/figures.ts";
import type { Decision, Effect, Outcome } from "../schema/effect.ts";
import { certifies } from "../schema/fidelity.ts";
import {
  answerWords,
  briefName,
  changeOf,
  gatesText,
  gateText,
  isUnsettled,
  namedChanges,
  namesOf,
  placesOf,
  rangeOf,
  rowsOf,
  shortReason,
} from "./answer-words.ts";
import { lostTrialsText, nothingRan } from "./lost-trials-text.ts";
import { percentChange } from "./numbers.ts";
import type { ReportInput } from "./report-input.ts";
import { judgedChanges, judgedEffects, type JudgedChange as Judged } from "./relations/decisions.ts";
import { accuracyKept, accuracyText, sizeOf } from "./relations/wording.ts";

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
  const { study } = input;
  const all = judgedEffects(input);
  const of = (outcome: Outcome): Judged[] =>
    bySize(
      all.filter((one) => one.outcome === outcome),
      ({ own }) => sizeOf(own),
    );
  const decided = [
    ...shipped(of("SHIP"), input),
    ...rejected(of("REJECT"), study),
    ...traded(of("TRADE-OFF"), of("SHIP").length === 0, study),
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

type Study = Asked["study"];

function shipped(ships: Judged[], { effects, decisions, study }: Asked): string[] {
  const [first] = ships;
  if (first === undefined) return [];
  const accuracy = accuracyText(ships, study);
  if (ships.length === 1)
    return [
      `Ship ${briefName(first.experiment)}: ${[`${changeOf(first)} ${answerWords(first)}`, accuracy].join(", ")}.`,
    ];
  const joint = jointEffect(ships, decisions, effects, study.experiments);
  if (joint !== null) {
    const names = namesOf(ships.map(({ experiment }) => briefName(experiment)));
    return [`Ship ${names}: together ${percentChange(joint.ratio, 1)} ${answerWords(first)}, ${accuracy}.`];
  }
  const isStack = ships.some(({ experiment }) =>
    effects.some((one) => one.treatment === experiment && one.family === "stack"),
  );
  const apart = isStack ? "each beside the step before it" : "each ran alone, not together";
  const unkept = accuracy === accuracyKept ? "" : `; ${accuracy}`;
  const names = namedChanges(ships, study.experiments, isStack ? "and" : "or");
  // One change under several workloads or loads is no choice.
  if (rowsOf(ships, study.experiments).length === 1) return [`Ship ${names}, ${accuracy}.`];
  return [`Ship ${names}: ${apart}${unkept}.`];
}

/** What the last of several shipped steps of one cell gained over the baseline, where the steps below it are just the others. */
function jointEffect(
  ships: Judged[],
  decisions: readonly Decision[],
  effects: readonly Effect[],
  experiments: Study["experiments"],
): Effect | null {
  const cellOf = cellNames(experiments);
  if (new Set(ships.map(({ experiment }) => cellOf(experiment))).size > 1) return null;
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

/** Those that are worse in one sentence; those whose accuracy failed in their own, since their speed is no reason to reject them. */
function rejected(rejects: Judged[], { experiments }: Study): string[] {
  const worse = rejects.filter(({ failedGate }) => failedGate === undefined);
  const byGate = Map.groupBy(
    rejects.filter(({ failedGate }) => failedGate !== undefined),
    ({ failedGate }) => `${failedGate!.metric} ${failedGate!.of} ${failedGate!.atLeast}`,
  );
  return [
    ...(worse.length === 0 ? [] : [`Reject ${namedChanges(worse, experiments)}.`]),
    ...[...byGate.values()].map(inaccurateText),
  ];

  function inaccurateText(list: Judged[]): string {
    const [one, ...others] = list as [Judged, ...Judged[]];
    if (others.length > 0)
      return `Reject ${namedChanges(list, experiments)}: ${gatesText(list.map(({ failedGate }) => failedGate!))}.`;
    const [name, change] = [briefName(one.experiment), changeOf(one)];
    if (change === "") return `Reject ${name}: ${gateText(one)}.`;
    const but = change.startsWith("-") ? "and" : "but";
    return `Reject ${name}: ${change} ${answerWords(one, "short")}, ${but} ${gateText(one)}.`;
  }
}

/** Broken guardrails of a change of which all are named; of more the first. */
const MOST_BROKEN = 2;

/** Each with what it gains and what that costs; what gains nothing is no choice. */
function traded(trades: Judged[], isAll: boolean, { experiments }: Study): string[] {
  if (trades.length === 0) return [];
  const said = rowsOf(trades, experiments).map((row) => {
    const changes = row.members.map(({ change }) => change);
    const who = `${row.name}${placesOf(row)}`;
    const figure = `${rangeOf(changes)} ${answerWords(changes[0], "short")}`;
    return changes.some(gains)
      ? `${who} gives ${figure}, but ${costOf(changes)}`
      : `${who} gains nothing (${figure}) and costs ${costOf(changes)}`;
  });
  const opening = isAll ? (trades.some(gains) ? "No clear winner: " : "Keep the baseline: ") : "Weigh: ";
  return [`${opening}${namesOf(said)}.`];
}

/** True but of a change that would have NO EFFECT. */
function gains({ own }: Judged): boolean {
  return own?.equivalence?.equivalent !== true;
}

/** `TPOT p99 +66 %`; `TTFT p50 +10 % to +11 % and 4 more guardrails`. */
function costOf(changes: readonly Judged[]): string {
  const broken = Map.groupBy(
    changes.flatMap(({ guardrails }) => guardrails.filter(({ status }) => status === "broken")),
    ({ title }) => title,
  );
  const all = [...broken].map(([title, own]) => {
    const moves = own.flatMap(({ moved }) => moved ?? []).toSorted((left, right) => left - right);
    const ends = new Set(
      [moves.at(0), moves.at(-1)].flatMap((moved) => (moved === undefined ? [] : percentChange(1 + moved, 0))),
    );
    return `${title} ${[...ends].join(" to ")}`.trimEnd();
  });
  if (all.length === 0) return "breaks a guardrail";
  return all.length <= MOST_BROKEN ? all.join(", ") : `${all[0]} and ${all.length - 1} more guardrails`;
}

/** A sentence for each change whose answer depends on the workload: where it ships, and where it does not. */
function conditional(list: Judged[], { experiments }: Study): string[] {
  return rowsOf(list, experiments).map(({ name, members }) => {
    const [ships, others] = [true, false].map((isShip) =>
      namesOf(
        members
          .filter(({ change }) => (change.alone === "SHIP") === isShip)
          .map(({ change, cell }) => (changeOf(change) === "" ? cell : `${cell} (${changeOf(change)})`)),
      ),
    ) as [string, string];
    return `Ship ${name} for ${ships}, not for ${others}.`;
  });
}

/** Where no change ships, is rejected or is to be weighed. */
function undecided(all: Judged[], holds: Judged[], none: Judged[], { summaries, study, trials }: Asked): string {
  const lost = lostTrialsText(summaries, trials);
  if (lost !== null) return lost;
  if (all.length === 0) return study.contrasts.length === 0 ? "No change was asked about." : nothingRan;
  if (holds.length === 0) {
    const margin = none[0]?.own?.equivalence?.margin ?? null;
    const by = margin === null ? "" : ` by ${percentText(margin)} or more`;
    const moves = `${answerWords(none[0])}${by}`;
    if (none.length === 1) return `Keep the baseline: ${briefName(none[0]!.experiment)} does not move ${moves}.`;
    return `Keep the baseline: none of ${countText(none.length, "change")} moves ${moves}.`;
  }
  const single = holds.filter(({ own }) => own !== null && own.trials.treatment <= 1 && own.trials.control <= 1);
  const largest = holds.find(({ own }) => own?.ratio != null);
  if (single.length === holds.length && largest !== undefined) {
    return `Nothing is decided: one launch each has no interval. Largest: ${briefName(largest.experiment)}, ${changeOf(largest)}.`;
  }
  const held =
    all.length === 1 && holds[0] !== undefined
      ? `${briefName(holds[0].experiment)} is on HOLD`
      : `${holds.length} of ${countText(all.length, "change")} on HOLD`;
  return `Nothing is decided: ${held}${whyHeld(holds)}.`;
}

/** What keeps most changes on HOLD; where it is that effects were too small to see, what would be seen, and what would settle it. */
function whyHeld(holds: readonly Judged[]): string {
  const unsettled = holds.filter(isUnsettled);
  if (unsettled.length * 2 < holds.length) {
    const [[why] = [""]] = [...Map.groupBy(holds, shortReason)].toSorted(
      ([, left], [, right]) => right.length - left.length,
    );
    return `; ${why}`;
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

/** @param isDecided where nothing is, the main sentence says already why, and how many blocks would tell */
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
  return saidOf(
    none.length > 0 && `NO EFFECT: ${namedChanges(none, study.experiments)}.`,
    ...[...grouped].map(([why, list]) => {
      const named = `HOLD: ${namedChanges(list, study.experiments)}`;
      return isDecided || grouped.size > 1 ? `${named}: ${why}${isDecided ? wouldTell(list) : ""}.` : `${named}.`;
    }),
    without.length > 0 &&
      `Without a result: ${namesOf(without.map(({ experiment, status }) => `${experiment} (${status ?? "not run yet"})`))}.`,
    skipped.length > 0 && `SKIPPED: ${namesOf(skipped.map(({ labels }) => labels.name))}.`,
  );
}
