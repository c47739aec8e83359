import { median } from "../load/summary.ts";
import { isWitness, metricNames } from "./metrics.ts";
import { limitPercent, overlaps, percent, rangeOf, signed, small } from "./percent.ts";
import type { Kind, Round } from "./round.ts";

/** One metric side by side: medians over the rounds. */
export interface SideRow {
  metric: string;
  ours: number | null;
  theirs: number | null;
  /** Theirs ÷ ours − 1, in per cent. */
  differencePercent: number | null;
  /** Lowest and highest of the rounds. */
  ranges: { ours: [number, number] | null; theirs: [number, number] | null };
  /** Null where the difference is under the limit; else what the data show of its cause, or that they show nothing. */
  explanation: string | null;
}

/** A difference after one more thing has been made the same, and whether the rounds of the two then overlap. */
interface Step {
  words: string;
  difference: number | null;
  overlap: boolean;
}

/** What is made the same, one after the other. */
const steps: readonly { kind: Kind; words: string }[] = [
  { kind: "defined", words: "definition: from its own requests by our definition" },
  { kind: "counted", words: "tokens: with the number that was forced, and not its own count," },
  { kind: "settled", words: "start: without the first requests of each" },
];

/** Every metric that both report. What explains a difference is taken from the rounds themselves, never assumed. */
export function sideBySide(ours: readonly Round[], theirs: readonly Round[]): SideRow[] {
  return metricNames.map((metric) => {
    const of = (rounds: readonly Round[], kind: Kind): (number | null)[] =>
      rounds.map((round) => round[kind][metric] ?? null);
    // Where a tool does not report a metric, its own requests still tell it.
    const shown = (rounds: readonly Round[]) =>
      median(of(rounds, "reported")) === null ? of(rounds, "defined") : of(rounds, "reported");
    const [a, b] = [median(shown(ours)), median(shown(theirs))];
    const ranges = { ours: rangeOf(shown(ours)), theirs: rangeOf(shown(theirs)) };
    const row = { metric, ours: a, theirs: b, differencePercent: percent(a, b), ranges };
    if (row.differencePercent === null || small(row.differencePercent)) return { ...row, explanation: null };
    if (isWitness(metric)) return { ...row, explanation: "a witness, no result: see the rows above" };
    const taken = steps.map(({ kind, words }): Step => {
      const [mine, its] = [of(ours, kind), of(theirs, kind)];
      return {
        words,
        difference: percent(median(mine), median(its)),
        overlap: overlaps(rangeOf(mine), rangeOf(its)),
      };
    });
    const isNoise = overlaps(ranges.ours, ranges.theirs);
    const engine = engineDifference(metric, ours, theirs);
    return { ...row, explanation: explained(row.differencePercent, isNoise, taken, engine) };
  });
}

/** By how much the engine's own mean lets the metric differ, in per cent: theirs ÷ ours − 1. Null where it says nothing. */
function engineDifference(metric: string, ours: readonly Round[], theirs: readonly Round[]): number | null {
  const kind = metric.split(/[ ,]/)[0] ?? "";
  const name = kind.endsWith("_throughput") ? "e2e" : { ttft: "ttft", tpot: "itl", itl: "itl", e2e: "e2e" }[kind];
  if (name === undefined) return null;
  const of = (rounds: readonly Round[]) =>
    median(rounds.map(({ reported }) => reported[`engine's own ${name} mean, ms`] ?? null));
  const difference = percent(of(ours), of(theirs));
  if (difference === null) return null;
  // A closed loop carries less by as much as each request takes longer.
  return kind.endsWith("_throughput") ? (1 / (1 + difference / 100) - 1) * 100 : difference;
}

function explained(reported: number, isNoise: boolean, taken: readonly Step[], engine: number | null): string {
  const noise = isNoise ? ["noise: the rounds of the two overlap"] : [];
  const enough = taken.find(({ difference }) => small(difference));
  if (enough) return [`${enough.words} the difference is ${signed(enough.difference!)} %`, ...noise].join("; ");
  // A step that brings the two so near that their rounds overlap explains what they did not share before.
  const near = isNoise ? undefined : taken.find(({ difference, overlap }) => difference !== null && overlap);
  if (near) return `${near.words} the difference is ${signed(near.difference!)} %, and the rounds overlap`;
  const left = taken.findLast(({ difference }) => difference !== null)?.difference ?? reported;
  const parts = [...largestStep(reported, taken), ...engineWords(left, engine), ...noise];
  const isExplained = noise.length > 0 || engineWords(left, engine).length > 0;
  if (!isExplained) parts.push(`NOT EXPLAINED: ${signed(left)} % is left, and the rounds do not overlap`);
  return parts.join("; ");
}

/** The engine was there for both: what its own means say of the difference that is left. */
function engineWords(left: number, engine: number | null): string[] {
  if (engine === null) return [];
  if (small(engine))
    return [`client: the engine's own mean differs by ${signed(engine)} % alone, so the rest is how it was seen`];
  if (!small(left - engine)) return [];
  return [`engine: by its own means it differs by ${signed(engine)} %: what it did differed, not how it was seen`];
}

/** The step that takes most of the difference away and leaves something over the limit; none where that is under the limit itself. */
function largestStep(reported: number, taken: readonly Step[]): string[] {
  let nearest = Math.abs(reported);
  let [most, said]: [number, string[]] = [limitPercent, []];
  for (const { difference, words } of taken) {
    if (difference === null) continue;
    const nearer = nearest - Math.abs(difference);
    nearest -= Math.max(0, nearer);
    if (nearer > most) [most, said] = [nearer, [`${words} the difference is ${signed(difference)} %`]];
  }
  return said;
}

/** The rows as a table of text. */
export function sideTable(rows: readonly SideRow[], theirName: string): string {
  const cells = [
    ["metric", "ceteris", "rounds", theirName, "rounds", "difference %", ""],
    ...rows.map(({ metric, ours, theirs, differencePercent, ranges, explanation }) => [
      metric,
      figure(ours),
      span(ranges.ours),
      figure(theirs),
      span(ranges.theirs),
      differencePercent === null ? "-" : signed(differencePercent),
      explanation ?? "",
    ]),
  ];
  const widths = cells[0]!.map((_, place) => Math.max(...cells.map((line) => line[place]!.length)));
  const last = widths.length - 1;
  const pad = (cell: string, place: number): string =>
    place === 0 || place === last ? cell.padEnd(widths[place]!) : cell.padStart(widths[place]!);
  return cells.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

function figure(value: number | null): string {
  return value === null ? "-" : value.toPrecision(4);
}

function span(range: [number, number] | null): string {
  return range === null ? "-" : `${figure(range[0])}..${figure(range[1])}`;
}
