import { quantileLinear, sortedCopy } from "../../math/quantile.ts";
import { plain } from "../numbers.ts";
import { number, relationOf, text } from "../relations/relation.ts";
import type { ChartRows } from "./chart.ts";
import { areRepeated, armsOf, cellsOf, launchWords, MOST_ARMS } from "./every-launch.ts";
import type { ChartInput } from "./index.ts";
import { launchRows, type LaunchRow } from "./launch-rows.ts";

/** The launches of an arm that count, from the least to the most. */
interface LaunchSpan extends Pick<LaunchRow, "cell" | "experiment" | "decision" | "figure"> {
  least: number | null;
  median: number | null;
  most: number | null;
  counted: number;
  unusable: number;
  values: string;
}

/** The span of the launches of each arm, where a panel has more arms than dots can be told apart in. */
export function launchSpans(input: ChartInput): ChartRows {
  const rows = launchRows(input);
  const spans = areRepeated(rows) && armsOf(rows) > MOST_ARMS ? spansOf(rows) : [];
  const relation = relationOf("launch_spans", spans, [
    cellsOf(rows).length > 1 && text("cell", "For", ({ cell }) => cell),
    text("experiment", "Arm", ({ experiment }) => experiment),
    text("decision", "Decision", ({ decision }) => decision),
    number("least", "Least", ({ least }) => least, { decimals: 2 }),
    number("median", "Median", ({ median }) => median, { decimals: 2 }),
    number("most", "Most", ({ most }) => most, { decimals: 2 }),
    number("launches", "n", ({ counted }) => counted),
    number("unusable", "Not counted", ({ unusable }) => unusable),
    text("values", "Each, by block", ({ values }) => values),
    text("figure", "Figure", ({ figure }) => figure),
  ]);
  return { relation, ...launchWords(input, rows) };
}

/** A baseline is one arm, however often it ran in a block. */
function spansOf(rows: readonly LaunchRow[]): LaunchSpan[] {
  return [...Map.groupBy(rows, ({ cell, experiment }) => JSON.stringify([cell, experiment])).values()].map((own) => {
    const { cell, experiment, decision, figure } = own[0]!;
    const counted = own.filter(({ counts }) => counts);
    const values = sortedCopy(counted.flatMap(({ value }) => value ?? []));
    return {
      cell,
      experiment,
      decision,
      least: values[0] ?? null,
      median: quantileLinear(values, 0.5),
      most: values.at(-1) ?? null,
      counted: counted.length,
      unusable: own.length - counted.length,
      values: own
        .map(({ value, counts }) => (value === null ? "–" : counts ? plain(value) : `(${plain(value)})`))
        .join(" "),
      figure,
    };
  });
}
