import { marginOf } from "../relations/wording.ts";
import { change, number, relationOf, text } from "../relations/relation.ts";
import { MOST_CELLS, othersText } from "./cells.ts";
import type { ChartRows } from "./chart.ts";
import type { ChartInput } from "./index.ts";
import { launchFinding } from "./launch-finding.ts";
import { launchRows, type LaunchRow } from "./launch-rows.ts";

/** Arms of a panel above which each is a span: 12 changes, and the baseline's first and last launches. */
export const MOST_ARMS = 14;

/** Every launch of each arm, by block: how well they repeat. Nothing where none was repeated; of many arms see `launchSpans`. */
export function everyLaunch(input: ChartInput): ChartRows {
  const rows = launchRows(input);
  const relation = relationOf("every_launch", areRepeated(rows) && armsOf(rows) <= MOST_ARMS ? rows : [], [
    cellsOf(rows).length > 1 && text("cell", "For", ({ cell }) => cell),
    text("experiment", "Arm", ({ experiment }) => experiment),
    rows.some(({ place }) => place !== "") && text("place", "In its block", ({ place }) => place),
    text("decision", "Decision", ({ decision }) => decision),
    number("block", "Block", ({ block }) => block),
    number("value", "Value", ({ value, counts }) => ({ value, bracketed: !counts && value !== null }), { decimals: 2 }),
    change("from_mean", "Δ mean of its arm", ({ fromMean }) => fromMean),
    text("verdict", "Verdict", ({ verdict }) => verdict),
    text("figure", "Figure", ({ figure }) => figure),
  ]);
  return { relation, ...launchWords(input, rows) };
}

/** What is said of launches, and where they are drawn. */
export function launchWords(input: ChartInput, rows: readonly LaunchRow[]): Pick<ChartRows, "finding" | "params"> {
  const cells = cellsOf(rows);
  const margin = marginOf(input.study);
  return {
    finding: rows.length === 0 ? "" : `${launchFinding(rows, margin)}${othersText(cells.length)}`,
    params: {
      cells: cells.slice(0, MOST_CELLS),
      margin,
      lowerIsBetter: [...new Set(rows.flatMap(({ cell, lowerIsBetter }) => (lowerIsBetter ? cell : [])))],
    },
  };
}

/** Whether an arm has launches to compare: of single ones the table of results has the figures. */
export function areRepeated(rows: readonly LaunchRow[]): boolean {
  return rows.some(({ fromMean }) => fromMean !== null);
}

/** Arms of the largest panel. */
export function armsOf(rows: readonly LaunchRow[]): number {
  const arms = [...Map.groupBy(rows, ({ cell }) => cell).values()].map(
    (own) => new Set(own.map(({ experiment, place }) => `${experiment} ${place}`)).size,
  );
  return Math.max(0, ...arms);
}

export function cellsOf(rows: readonly LaunchRow[]): string[] {
  return [...new Set(rows.map(({ cell }) => cell))];
}
