import { marginOf } from "../relations/wording.ts";
import { bestLines, bestRelation } from "../relations/best.ts";
import { ratioEnds, ratioTicks } from "../ratio-axis.ts";
import type { BestOfCell } from "../../schema/best.ts";
import { MOST_CELLS, othersText } from "./cells.ts";
import type { ChartRows } from "./chart.ts";
import type { ChartInput } from "./index.ts";

/** Configurations that are drawn of a cell; the table has the others. */
const MOST_ARMS = 12;
/** The least distance of two ticks as a share of the axis: about 30 of 200 px. */
const APART = 0.15;

/** Each configuration beside the best of the others, for each workload and point of which something can be told. */
export function best({ study, best: cells = [] }: ChartInput): ChartRows {
  const told = cells.filter(({ arms }) => arms.some(({ ratio }) => ratio !== null));
  const shown = told.slice(0, MOST_CELLS);
  const margin = marginOf(study);
  const compared = shown.flatMap(({ arms }) =>
    arms.slice(0, MOST_ARMS).flatMap(({ ratio, interval }) => (ratio === null ? [] : { ratio, interval })),
  );
  const { lower, upper } = ratioEnds(compared, margin, 1);
  return {
    relation: bestRelation(told),
    finding: `${bestLines(shown)
      .map((sentence) => `${sentence}.`)
      .join(" ")}${othersText(told.length)}`,
    params: {
      cells: told.length > 1 ? shown.map(({ cell }) => cell) : [""],
      baselines: shown.flatMap(({ baseline, arms }) =>
        arms.flatMap(({ experiment, row }) => (experiment === baseline ? row : [])),
      ),
      mostArms: MOST_ARMS,
      margin,
      lower,
      upper,
      ticks: ratioTicks({ lower, upper }, APART).map((change) => 1 + change / 100),
      better: betterOf(shown),
    },
  };
}

/** Nothing where cells are judged by figures of either kind. */
function betterOf(cells: readonly BestOfCell[]): string {
  if (new Set(cells.map(({ better }) => better)).size > 1) return "";
  return cells[0]?.better === "lower" ? "← better" : "better →";
}
