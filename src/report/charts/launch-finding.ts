import { listText, percentText } from "../../math/figures.ts";
import { mean } from "../../math/statistics.ts";
import { statuses } from "../../schema/trial.ts";
import type { LaunchRow } from "./launch-rows.ts";

/** A launch that counts, in an arm of several. */
interface Repeated {
  row: LaunchRow;
  /** Logarithm of its figure ÷ the level of its arm. */
  deviation: number;
}

/** Whether blocks agree, how far launches lie from their arms' means, and which do not count. */
export function launchFinding(rows: readonly LaunchRow[], margin: number): string {
  const repeated = rows.flatMap((row): Repeated[] =>
    row.counts && row.fromMean !== null && row.fromMean > 0 ? [{ row, deviation: Math.log(row.fromMean) }] : [],
  );
  return [spreadText(rows, repeated, margin), ...unusableText(rows)].join(" ");
}

function spreadText(rows: readonly LaunchRow[], repeated: readonly Repeated[], margin: number): string {
  if (!rows.some(({ counts }) => counts)) return "No launch counts.";
  if (repeated.length === 0) return "One launch each: nothing shows how well a launch repeats.";
  const farthest = Math.max(...repeated.map(({ deviation }) => Math.abs(Math.expm1(deviation))));
  const within = `within ${percentText(farthest, 1)} of the mean of its arm`;
  const blocks = [...Map.groupBy(repeated, blockOf).values()].map((own) => ({
    row: own[0]!.row,
    shift: mean(own.map(({ deviation }) => deviation)) ?? 0,
  }));
  const apart = blocks.toSorted((left, right) => Math.abs(right.shift) - Math.abs(left.shift))[0]!;
  const isAll = rows.every(({ counts, fromMean }) => !counts || fromMean !== null);
  const every = isAll ? "every launch that counts" : "every launch of an arm that ran more than once";
  const count = new Set(blocks.map(({ row }) => row.block)).size;
  if (count < 2) return `${every.replace("every", "Every")} is ${within}.`;
  if (Math.abs(Math.expm1(apart.shift)) <= margin) {
    return `The ${count} blocks agree: ${every} is ${within}.`;
  }
  const where = apart.row.cell === "" ? "" : ` of ${apart.row.cell}`;
  return `Block ${apart.row.block}${where} lies ${awayText(Math.exp(apart.shift))} the mean of all blocks; ${every} is ${within}.`;
}

function blockOf({ row }: Repeated): string {
  return JSON.stringify([row.cell, row.block]);
}

/** What does not count: a single one with how far off it was, of several how many of each verdict. */
function unusableText(rows: readonly LaunchRow[]): string[] {
  const unusable = rows.filter(({ counts }) => !counts);
  const [first] = unusable;
  if (first === undefined) return [];
  if (unusable.length === 1) {
    const off = first.fromMean === null ? "" : `lies ${awayText(first.fromMean)} its arm's mean and `;
    return [`Block ${first.block} of ${first.experiment} ${off}does not count: ${first.verdict}.`];
  }
  const counts = statuses.flatMap((status) => {
    const own = unusable.filter(({ verdict }) => verdict.startsWith(status)).length;
    return own === 0 ? [] : `${own} ${status}`;
  });
  if (counts.length === 1) return [`${counts[0]} launches do not count.`];
  return [`${unusable.length} launches do not count: ${listText(counts)}.`];
}

/** `5.1 % below` */
function awayText(ratio: number): string {
  return `${percentText(Math.abs(ratio - 1), 1)} ${ratio < 1 ? "below" : "above"}`;
}
