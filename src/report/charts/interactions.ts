import { bySize } from "../../math/statistics.ts";
import { countText, percentText, saidOf } from "../../math/figures.ts";
import { cellNames } from "../../schema/experiment.ts";
import type { FactorialTerm } from "../../schema/effect.ts";
import { plainText, type Json } from "../../schema/json.ts";
import { percentChange, percentInterval } from "../numbers.ts";
import { change, interval, number, p, relationOf, text } from "../relations/relation.ts";
import { metricWords } from "../relations/wording.ts";
import type { ChartRows } from "./chart.ts";
import type { ChartInput } from "./index.ts";

/** Two levels of two knobs, with what they do together beyond the product of their own effects. */
interface Pair extends FactorialTerm {
  cell: string;
  first: string;
  second: string;
}

/** A departure from the product of this much, 4 %, is drawn as a large one. */
const LARGE = 0.04;

/** Pairs that the sentence names. */
const MOST_NAMED = 2;

/** What two knobs of a combination do together beyond the product of their own effects, pair by pair of those that ran. */
export function interactions({ factorial = [], study }: ChartInput): ChartRows {
  const cellOf = cellNames(study.experiments);
  const terms = factorial.filter(({ kind, ratio, levels }) => kind === "interaction" && ratio !== null && levels[1]);
  const nameOf = levelNames(terms.flatMap(({ levels }) => levels));
  const pairs = terms.map((term): Pair => {
    const [first = "", second = ""] = term.levels.map(nameOf);
    return { ...term, cell: cellOf(term.baseline) ?? "", first, second };
  });
  const hasCells = new Set(pairs.map(({ cell }) => cell)).size > 1;
  const relation = relationOf("interactions", pairs, [
    hasCells && text("cell", "For", ({ cell }) => cell),
    text("first", "Knob", ({ first }) => first),
    text("second", "With", ({ second }) => second),
    change("change", "Δ to the product", ({ ratio }) => ratio),
    interval("change_interval", (one) => one.interval),
    p(({ pAdjusted }) => pAdjusted),
    text("adds_up", "Adds up", ({ addsUp }) => addsUp ?? ""),
    text("reads", "Together", readingOf),
    number("contexts", "Settings", ({ contexts }) => contexts.length),
  ]);
  return { relation, finding: findingOf(pairs, hasCells) };
}

/** `fp8`, and `max_num_seqs=32` where the value alone names nothing, or two things. */
function levelNames(levels: FactorialTerm["levels"]): (level: { knob: string; value: Json }) => string {
  const knobsOf = Map.groupBy(levels, ({ value }) => JSON.stringify(value));
  const isPlain = (value: Json): value is string =>
    typeof value === "string" &&
    /^[a-z]/i.test(value) &&
    new Set(knobsOf.get(JSON.stringify(value))?.map(({ knob }) => knob)).size === 1;
  return ({ knob, value }) => (isPlain(value) ? value : `${knob}=${plainText(value)}`);
}

/** One of the buckets of the heat map: a colour is never between two of them. */
function readingOf({ ratio, addsUp }: Pair): string {
  if (addsUp !== "no" || ratio === null) return "as each alone";
  if (ratio < 1) return ratio <= 1 - LARGE ? "much less" : "less";
  return ratio >= 1 + LARGE ? "much more" : "more";
}

/** Which pairs depart from the product, and by how much; else how many are shown to add up. */
function findingOf(pairs: readonly Pair[], hasCells: boolean): string {
  const sorted = bySize(pairs, ({ ratio }) => ratio);
  const [largest] = sorted;
  if (largest === undefined) return "";
  const words = metricWords(`${largest.metric} ${largest.stat}`);
  const nameOf = ({ first, second, cell }: Pair): string => `${first} and ${second}${hasCells ? ` for ${cell}` : ""}`;
  const departing = sorted.filter(({ addsUp }) => addsUp === "no");
  const adding = pairs.filter(({ addsUp }) => addsUp === "yes").length;
  const unsettled = pairs.length - departing.length - adding;
  const rest = saidOf(
    adding > 0 && `${countText(adding, "pair adds", "pairs add")} up`,
    unsettled > 0 && `${countText(unsettled, "pair is", "pairs are")} not settled`,
  ).join(", ");
  if (departing.length > 0) {
    const named = departing.slice(0, MOST_NAMED).map((one, at) => {
      const ratio = one.ratio ?? 1;
      const bounds = one.interval === null ? "" : ` ${percentInterval(one.interval, 1)}`;
      const than = at === 0 ? `${words} together than the product of each alone` : "";
      return `${nameOf(one)} give ${percentText(Math.abs(ratio - 1), 1)} ${ratio < 1 ? "less" : "more"}${than === "" ? "" : ` ${than}`}${bounds}`;
    });
    const others = departing.length - named.length;
    const more = others > 0 && `${countText(others, "more pair departs", "more pairs depart")} from it`;
    return `${saidOf(...named, more, rest !== "" && rest).join("; ")}.`;
  }
  const bounds = largest.interval === null ? "" : ` ${percentInterval(largest.interval, 1)}`;
  const most = `largest departure in ${words}: ${nameOf(largest)}, ${percentChange(largest.ratio, 1)}${bounds}`;
  if (adding === pairs.length) {
    const all = pairs.length === 1 ? "The pair adds" : `All ${pairs.length} pairs add`;
    return `${all} up: what each knob does alone multiplies; ${most}.`;
  }
  return `No pair is shown to depart from the product of each alone; ${rest}; ${most}.`;
}
