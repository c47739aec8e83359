import { boundsText, changeText, countText } from "../../math/figures.ts";
import { figureWords } from "../../schema/figure-words.ts";
import type { NeighbourComparison } from "../../schema/host-standing.ts";
import type { ReportInput } from "../report-input.ts";
import { number, relationOf, text, type Relation } from "./relation.ts";

type Shared = Pick<ReportInput, "neighbours">;

/** Experiments that ran beside other runs of the study on their host. */
export function neighboursRelation({ neighbours = [] }: Shared): Relation {
  return relationOf(
    "neighbours",
    neighbours.flatMap(({ arms }) => arms),
    [
      text("experiment", "Experiment", ({ experiment }) => experiment),
      number("beside", "Trials with neighbours", ({ beside }) => beside.trials),
      number("beside_usable", "of these usable", ({ beside }) => beside.usable),
      number("alone", "Trials alone", ({ alone }) => alone.trials),
      number("alone_usable", "of those usable", ({ alone }) => alone.usable),
      text("blocks", "In blocks", ({ blocks }) => blocks.join(", ")),
      number("most", "Neighbours at most", ({ most }) => most),
    ],
  );
}

/** What sharing a host did to each baseline, or why that is not known. */
export function neighbourTexts({ neighbours = [] }: Shared): string[] {
  return neighbours.map(({ baseline, metric, stat, blocks, ratio, interval }: NeighbourComparison) => {
    const of = `${figureWords(`${metric} ${stat}`)} of ${baseline}`;
    const counts = `${countText(blocks.beside, "block")} beside neighbours and ${blocks.alone} alone`;
    if (ratio === null) return `What sharing does to ${of} is not known: no host has it both ways (${counts}).`;
    const bounds = interval === null ? "without an interval, since neither was repeated" : boundsText(interval);
    return `Beside neighbours the ${of} differs by ${changeText(ratio)} (${bounds}) from alone on the same host, over ${counts}.`;
  });
}
