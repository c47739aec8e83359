import { figureText } from "../math/figures.ts";
import { cellName, type ExperimentLabels } from "../schema/experiment.ts";
import type { GateStanding } from "../schema/effect.ts";
import { shortened } from "./charts/labels.ts";
import { percentChange } from "./numbers.ts";
import type { JudgedChange as Judged } from "./relations/decisions.ts";
import { fromToText, metricWords, sizeOf } from "./relations/wording.ts";

/** The experiments of a study, by whose labels changes are named. */
type Named = readonly { labels: Pick<ExperimentLabels, "name" | "row" | "system"> }[];

/** More names than this are counted. */
const MOST_NAMES = 3;

/** `output tok/s`, as a sentence calls the figure that decided; `short` where another figure follows it: `tok/s`. */
export function answerWords(one: Judged | undefined, length: "full" | "short" = "full"): string {
  const words = metricWords(one?.metric ?? "");
  return length === "short" ? words.replace(/^output /, "") : words;
}

/** `+24.1 %`; without decimals where the figure has doubled or its interval reaches ten points to either side. Empty where there is none. */
export function changeOf({ own }: Judged): string {
  if (own?.ratio == null) return own === null || sizeOf(own) === null ? "" : (fromToText(own) ?? "");
  const half = own.interval === null ? 0 : 50 * (own.interval.upper - own.interval.lower);
  return percentChange(own.ratio, own.ratio >= 2 || half >= 10 ? 0 : 1);
}

/** A point of the gate: nearer to it, a share is given to two decimals. */
const NEAR_GATE = 0.01;

/** `ROUGE-1 is 66 % of the baseline's (gate 99 %)`. */
export function gateText({ failedGate }: Judged): string {
  return failedGate === undefined ? "" : gatesText([failedGate]);
}

/** The same of several changes below one gate: `ROUGE-1 is 66 % to 98.50 % of the baseline's (gate 99 %)`. */
export function gatesText(gates: readonly GateStanding[]): string {
  const ordered = gates.toSorted((left, right) => left.value - right.value);
  const [least, most] = [ordered[0]!, ordered.at(-1)!];
  const { metric, of, atLeast } = least;
  const title = metric.replace(/^rouge/, "ROUGE-");
  const range = (textOf: (value: number) => string): string =>
    [...new Set([textOf(least.value), textOf(most.value)])].join(" to ");
  if (of === "absolute") return `${title} is ${range(figureText)} (gate ${figureText(atLeast)})`;
  const share = range((value) => `${(100 * value).toFixed(Math.abs(value - atLeast) < NEAR_GATE ? 2 : 0)} %`);
  return `${title} is ${share} of the baseline's (gate ${figureText(100 * atLeast)} %)`;
}

/** True of a HOLD for want of precision, and not of a measurement. */
export function isUnsettled({ missing: [first] }: Judged): boolean {
  return first?.kind === "not settled";
}

/** What a HOLD waits for, first of all, in the same words for all changes that wait for the same. */
export function shortReason({ missing: [first], because }: Judged): string {
  if (first?.kind === "one launch") return "one launch on a side has no interval";
  if (first?.kind === "not settled") return "not settled";
  return (first?.text ?? because).replace(/\.$/, "");
}

/** A row under several workloads or loads: its changes, in the order of the study. */
interface RowChanges {
  /** The name of its only change, else of the row. */
  name: string;
  members: { change: Judged; cell: string }[];
  /** True where they are all that the study has of a row under several. */
  isWhole: boolean;
}

/** Changes by their rows, which follow one another as their first changes do. */
export function rowsOf(list: readonly Judged[], experiments: Named): RowChanges[] {
  const places = new Map(experiments.map(({ labels }, at) => [labels.name, { labels, at }]));
  const keyOf = (name: string): string => {
    const labels = places.get(name)?.labels;
    return labels === undefined ? name : JSON.stringify([labels.row, labels.system ?? null]);
  };
  const sizes = Map.groupBy(experiments, ({ labels }) => keyOf(labels.name));
  return [...Map.groupBy(list, ({ experiment }) => keyOf(experiment))].map(([key, own]) => {
    const placeOf = ({ experiment }: Judged): number => places.get(experiment)?.at ?? 0;
    const members = own
      .toSorted((left, right) => placeOf(left) - placeOf(right))
      .map((change) => {
        const labels = places.get(change.experiment)?.labels;
        return { change, cell: labels === undefined ? change.experiment : cellName(labels) };
      });
    const [first] = members;
    const row = first && places.get(first.change.experiment)?.labels.row;
    return {
      name: briefName((members.length === 1 ? first?.change.experiment : row) ?? ""),
      members,
      isWhole: members.length > 2 && members.length === sizes.get(key)?.length,
    };
  });
}

/**
 * Changes with their figures, those of one row together: `a (+3.1 %) and fp8 for c1 (+8.0 %) and c8 (+2.0 %)`; under all of three
 * workloads or loads and more `fp8 everywhere (+2.0 % to +8.0 %)`. The first figure says of what it is where less is better.
 */
export function namedChanges(list: readonly Judged[], experiments: Named, and = "and"): string {
  const [first] = list;
  const words = first?.own?.better === "lower" ? ` ${answerWords(first, "short")}` : "";
  return namesOf(
    rowsOf(list, experiments).map(({ name, members, isWhole }, at) => {
      const of = at === 0 ? words : "";
      if (isWhole) return withFigure(`${name} everywhere`, rangeOf(members.map(({ change }) => change)), of);
      const cells = members.map(({ change, cell }, place) =>
        withFigure(members.length === 1 ? name : cell, figureOf(change), place === 0 ? of : ""),
      );
      return members.length === 1 ? cells.join("") : `${name} for ${namesOf(cells)}`;
    }),
    and,
  );
}

/** Where the changes of a row are: nothing of one alone, ` everywhere`, ` for c1 and c8`. */
export function placesOf({ members, isWhole }: RowChanges): string {
  if (members.length === 1) return "";
  return isWhole ? " everywhere" : ` for ${namesOf(members.map(({ cell }) => cell))}`;
}

/** `+2.0 % to +8.0 %` over several changes; one figure where they are alike. */
export function rangeOf(list: readonly Judged[]): string {
  const ordered = list
    .filter(({ own }) => own?.ratio != null)
    .toSorted((left, right) => left.own!.ratio! - right.own!.ratio!)
    .map(figureOf);
  const ends = [...new Set([ordered.at(0), ordered.at(-1)].filter((one) => one !== undefined))];
  return ends.length === 0 ? (list[0] === undefined ? "" : figureOf(list[0])) : ends.join(" to ");
}

function figureOf(one: Judged): string {
  const isRefused = one.outcome === "REJECT" && one.failedGate === undefined && sizeOf(one.own) === null;
  return isRefused ? "does not run" : changeOf(one);
}

function withFigure(name: string, figure: string, words: string): string {
  return figure === "" ? name : `${name} (${figure}${words})`;
}

/** A name of a combination as the page's table has it: `fp8·auto` for `quantization=fp8·kv_cache_dtype=auto`. */
export function briefName(name: string): string {
  return shortened(name, 28, "whole");
}

/** `a, b and c`; of more than three two and how many more. */
export function namesOf(names: readonly string[], and = "and"): string {
  const shown =
    names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES - 1), `${names.length - MOST_NAMES + 1} more`] : names;
  if (shown.length <= 1) return shown[0] ?? "";
  return `${shown.slice(0, -1).join(", ")} ${and} ${shown.at(-1)}`;
}
