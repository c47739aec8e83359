import type { BestArm, BestOfCell } from "../../schema/best.ts";
import { shortened } from "../charts/labels.ts";
import { change, interval, number, relationOf, text, type Relation } from "./relation.ts";
import { metricText } from "./wording.ts";
import { someText } from "../../math/figures.ts";

/** Which of many configurations is the best, under each workload and at each point of the sweep: a line for each configuration. */
export function bestRelation(cells: readonly BestOfCell[]): Relation {
  const rows = cells.flatMap((cell) => cell.arms.map((arm) => ({ ...arm, of: cell })));
  return relationOf("best", rows, [
    cells.length > 1 && text("for", "For", ({ of }) => of.cell),
    text("configuration", "Configuration", ({ row, standing }) => ({ value: row, strong: standing === "best" })),
    text("metric", "By", ({ of }) => metricText(`${of.metric} ${of.stat}`)),
    number("value", "Value", ({ value }) => value, { grouped: true }),
    text("unit", "Unit", ({ unit }) => unit),
    change("change", "Δ best of the others", ({ ratio }) => ratio),
    {
      ...interval<(typeof rows)[number]>("change_interval", (arm) => arm.interval),
      title: "95 % interval of all together",
    },
    text("standing", "Standing", ({ standing }) =>
      standing === "not told apart" ? "cannot be told from the best" : standing,
    ),
    rows.some(({ why }) => why !== null) && text("why", "Why not", ({ why }) => why),
  ]);
}

/** Characters from which on a combination is named by its values alone, as in the page's table. */
const LONG_NAME = 28;
/** Names in a sentence at most; the others are counted. */
const mostNamed = 8;

/** A sentence about one cell, in parts: `for 1k1k: s256t4k; s128t4k cannot be told from it`. */
export interface BestSaid {
  /** The cell; empty where there is one. */
  where: string;
  /** The configuration with the best estimate; null where nothing can be told. */
  best: string | null;
  rest: string;
}

/** What the page says of the best of many. */
export function bestFacts(cells: readonly BestOfCell[]) {
  const said = bestSaid(cells);
  return {
    cells: said,
    isKnown: said.some(({ best }) => best !== null),
    titles: [...new Set(cells.map(({ title }) => title))],
  };
}

/** What is said of each cell. */
export function bestSaid(cells: readonly BestOfCell[]): BestSaid[] {
  return cells.map((cell) => {
    const of = (standing: BestArm["standing"]) => cell.arms.filter((arm) => arm.standing === standing);
    const [best, alike, worse, left] = [of("best")[0], of("not told apart"), of("worse"), of("not compared")];
    if (best === undefined) return { where: cell.cell, best: null, rest: unknownText(cell) };
    const others =
      alike.length > 0
        ? `; ${namesOf(alike)} cannot be told from it`
        : `, better than ${worse.length === 1 ? namesOf(worse) : `the ${worse.length} others`}`;
    return {
      where: cell.cell,
      best: shortened(best.row, LONG_NAME, "whole"),
      rest: others + (left.length === 0 ? "" : `; not compared: ${namesOf(left)}`),
    };
  });
}

/** The same for a terminal. */
export function bestLines(cells: readonly BestOfCell[]): string[] {
  return bestSaid(cells).map(
    ({ where, best, rest }) => `Best${where === "" ? "" : ` for ${where}`}: ${best ?? ""}${rest}`,
  );
}

function unknownText({ arms, why, better }: BestOfCell): string {
  const first = arms.find(({ value }) => value !== null);
  const seen = first && `; the ${better === "higher" ? "highest" : "lowest"} figure is that of ${first.row}`;
  return `not known: ${why ?? ""}${seen ?? ""}`;
}

function namesOf(arms: readonly BestArm[]): string {
  return someText(
    arms.map(({ row }) => shortened(row, LONG_NAME, "whole")),
    mostNamed,
  );
}
