import { cellNames } from "../../schema/experiment.ts";
import type { Decision, PairedRounds } from "../../schema/effect.ts";
import { percentChange, percentInterval } from "../numbers.ts";
import { judgedEffects } from "../relations/decisions.ts";
import { change, interval, number, p, relationOf, text } from "../relations/relation.ts";
import { metricText, metricWords, marginOf } from "../relations/wording.ts";
import type { ChartRows } from "./chart.ts";
import type { ChartInput } from "./index.ts";

/** A duel under one workload and point of the sweep, on the figure that decides. */
interface Duel {
  cell: string;
  decision: Decision;
  paired: PairedRounds;
  isLower: boolean;
}

/** A round of a duel, or all of them together. */
interface Row {
  duel: Duel;
  round: string;
  ratio: number;
  isAll: boolean;
}

/** Duels that the sentence tells. */
const MOST_TOLD = 3;

/** Each round of a duel as treatment ÷ control, and what they say together. */
export function pairs(input: ChartInput): ChartRows {
  const cellOf = cellNames(input.study.experiments);
  const duels = judgedEffects(input).flatMap((decision): Duel[] => {
    const { own, experiment } = decision;
    if (own?.paired == null) return [];
    return [{ cell: cellOf(experiment) ?? "", decision, paired: own.paired, isLower: own.better === "lower" }];
  });
  const rows = duels.flatMap((duel): Row[] => [
    { duel, round: "all rounds", ratio: duel.paired.ratio, isAll: true },
    ...duel.paired.each.map(({ round, ratio }) => ({ duel, round: `round ${round}`, ratio, isAll: false })),
  ]);
  const relation = relationOf("pairs", rows, [
    duels.length > 1 && text("cell", "For", ({ duel }) => duel.cell),
    text("round", "Round", ({ round }) => round),
    change("change", "Δ", ({ ratio }) => ratio),
    interval("change_interval", ({ duel, isAll }) => (isAll ? duel.paired.interval : null)),
    p(({ duel, isAll }) => (isAll ? duel.paired.tP : null)),
    text("result", "Result", ({ duel, ratio, isAll }) => (isAll ? duel.decision.outcome : wordOf(duel, ratio))),
    text("figure", "Of", ({ duel }) => metricText(duel.decision.metric ?? "")),
    text("better", "Better is", ({ duel }) => (duel.isLower ? "lower" : "higher")),
    number("margin", "Smallest effect of interest", () => 100 * marginOf(input.study), { unit: "%", sign: "±" }),
  ]);
  return { relation, finding: findingOf(duels) };
}

function wordOf({ isLower }: Duel, ratio: number): string {
  if (ratio === 1) return "tied";
  return ratio > 1 !== isLower ? "won" : "lost";
}

/** `b won 7 of 8 rounds: +3.1 % output tok/s [+1.2, +5.0].` */
function findingOf(duels: readonly Duel[]): string {
  if (duels.length === 0) return "";
  const told = duels.slice(0, MOST_TOLD).map((duel) => {
    const { decision, paired } = duel;
    const won = paired.each.filter(({ ratio }) => wordOf(duel, ratio) === "won").length;
    const figure = `${percentChange(paired.ratio, 1)} ${metricWords(decision.metric ?? "")}`;
    return `${decision.experiment} won ${won} of ${paired.rounds} rounds: ${figure} ${percentInterval(paired.interval, 1)}`;
  });
  const more = duels.length - told.length;
  return `${told.join("; ")}${more === 0 ? "" : `; ${more} more below`}.`;
}
