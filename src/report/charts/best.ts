import { bestLines, bestRelation } from "../relations/best.ts";
import { ratioEnds, ratioTicks } from "../ratio-axis.ts";
import type { BestOfCell } from "../../schema/best.ts";
import type { ChartRows } from "./chart.ts";
import type { ChartInput } from "./index.ts";

/** Cells that are drawn, and configurations in each; the table has the others. */
const [MOST_CELLS, MOST_ARMS] = [4, 12];
/** The least distance of two ticks as a share of the axis: about 30 of 200 px. */
const APART = 0.15;

/** Each configuration beside the best of the others, for each workload and point of which something can be told. */
export function best({ study, best: cells = [] }: ChartInput): ChartRows {
  const told = cells.filter(({ arms }) => arms.some(({ ratio }) => ratio !== null));
  const shown = told.slice(0, MOST_CELLS);
  const margin = study.rules?.smallestEffectOfInterest ?? 0.02;
  const compared = shown.flatMap(({ arms }) =>
    arms.slice(0, MOST_ARMS).flatMap(({ ratio, interval }) => (ratio === null ? [] : { ratio, interval })),
  );
  const { lower, upper } = ratioEnds(compared, margin, 1);
  const more = told.length - shown.length;
  return {
    relation: bestRelation(told),
    finding: [...bestLines(shown), ...(more > 0 ? [`The table has ${more} more`] : [])]
      .map((sentence) => `${sentence}.`)
      .join(" "),
    params: {
      cells: shown.map(({ cell }) => cell),
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
