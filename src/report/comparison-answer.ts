import { countText, listText, percentText } from "../math/figures.ts";
import type { AcrossEffect, Comparison, GateJudgement } from "../schema/comparison.ts";
import type { Answer } from "./answer.ts";
import { percentChange } from "./numbers.ts";
import { metricWords } from "./relations/wording.ts";

/** More sides than this are counted. */
const MOST_SIDES = 3;

/** The answer of a comparison, by rule: what each side does to the first figure, then every other metric that is better or worse. */
export function comparisonAnswer({ operands, effects }: Comparison, gates: readonly GateJudgement[]): Answer {
  const [control, ...others] = operands;
  const of = (name: string): AcrossEffect[] => effects.filter(({ treatment }) => treatment === name);
  const all = mainsOf(
    others.map(({ name }) => ({ name, effect: of(name)[0] })),
    control?.name ?? "",
  );
  const main =
    all.length > MOST_SIDES ? [...all.slice(0, MOST_SIDES - 1), `${all.length - MOST_SIDES + 1} more below.`] : all;
  const more = others
    .slice(0, MOST_SIDES)
    .flatMap(({ name }) => othersOf(others.length > 1 ? `${name}: ` : "", of(name).slice(1)));
  const broken = gates.filter(({ met }) => !met);
  const gated =
    gates.length === 0
      ? []
      : broken.length === 0
        ? [`Gates: ${countText(gates.length, "gate")} met.`]
        : broken.map(({ gate, treatment, because }) => `Gate ${gate} not met by ${treatment}: ${because}.`);
  return { main: main.join(" "), because: [...gated, ...more] };
}

/** A sentence for each side; sides of which nothing is concluded for the same reason have one. */
function mainsOf(sides: readonly { name: string; effect: AcrossEffect | undefined }[], control: string): string[] {
  const alike = Map.groupBy(sides, ({ name, effect }) =>
    effect !== undefined && effect.ratio === null ? `open ${effect.why}` : `side ${name}`,
  );
  return [...alike.values()].map((own) => mainOf(listText(own.map(({ name }) => name)), control, own[0]?.effect));
}

function mainOf(name: string, control: string, effect: AcrossEffect | undefined): string {
  if (effect === undefined) return `No side has any of the metrics: nothing is said of ${name}.`;
  const words = wordsOf(effect);
  const { ratio, interval, finding, why, equivalence, smallestDetectable } = effect;
  if (ratio === null)
    return `Nothing is concluded of ${name} against ${control}: ${why?.replace(/^no conclusion: /, "") ?? "no ratio"}.`;
  const change = percentChange(ratio, 1);
  if (interval === null) return `${name} has ${change} ${words} against ${control}: one launch a side has no interval.`;
  if (finding === "equivalent") {
    const margin = equivalence === null ? "" : ` within ${percentText(equivalence.margin)}`;
    return `${name} and ${control} have the same ${words}${margin} (${change}).`;
  }
  if (finding === "not told apart") {
    const seen = smallestDetectable === null ? "" : `; ${percentText(smallestDetectable)} would have been seen`;
    return `${name} and ${control} are not told apart in ${words} (${change}${seen}).`;
  }
  return `${name} has ${change} ${words} against ${control}.`;
}

function othersOf(prefix: string, effects: readonly AcrossEffect[]): string[] {
  const hasRatio = effects.filter(({ ratio }) => ratio !== null);
  const groups: [word: string, found: AcrossEffect[]][] = [
    ["Better", hasRatio.filter(isBetter)],
    ["Worse", hasRatio.filter(isWorse)],
    ["Different", hasRatio.filter(isDifferent)],
    ["The same", hasRatio.filter(({ finding }) => finding === "equivalent")],
    ["Not told apart", hasRatio.filter(({ finding }) => finding === "not told apart")],
    ["Without an interval", hasRatio.filter(({ finding }) => finding === null)],
  ];
  return groups.flatMap(([word, found]) =>
    found.length === 0
      ? []
      : [
          `${prefix}${prefix === "" ? word : word.toLowerCase()}: ${listText(found.map((one) => `${wordsOf(one)} ${percentChange(one.ratio, 1)}`))}.`,
        ],
  );
}

function wordsOf({ metric, stat }: AcrossEffect): string {
  return metricWords(`${metric} ${stat}`);
}

function isBetter({ finding, better }: AcrossEffect): boolean {
  return better !== "neither" && finding === better;
}

function isWorse({ finding, better = "neither" }: AcrossEffect): boolean {
  return better !== "neither" && finding === (better === "lower" ? "higher" : "lower");
}

/** Moved, of a metric that neither way is better of. */
function isDifferent(effect: AcrossEffect): boolean {
  const hasMoved = effect.finding === "higher" || effect.finding === "lower";
  return hasMoved && !isBetter(effect) && !isWorse(effect);
}
