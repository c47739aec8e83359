import { median } from "../load/summary.ts";
import { metricNames, type Figures } from "./metrics.ts";

/** One round of one tool, by its own requests where nothing else is said. */
export interface Round {
  /** What it prints. */
  reported: Figures;
  /** By our definitions. */
  defined: Figures;
  /** So, and with the number of output tokens that was forced. */
  counted: Figures;
  /** So, and without the first requests of the closed loop. */
  settled: Figures;
}

/** One metric side by side: medians over the rounds. */
export interface SideRow {
  metric: string;
  ours: number | null;
  theirs: number | null;
  /** Theirs ÷ ours − 1, in per cent. */
  differencePercent: number | null;
  /** Lowest and highest of the rounds. */
  ranges: { ours: [number, number] | null; theirs: [number, number] | null };
  /** Null where the difference is under the limit; else what the data show, or that they show nothing. */
  explanation: string | null;
}

/** The issue's: above it a difference has to be explained. */
export const limitPercent = 2;

/** Every metric that both report. What explains a difference is taken from the rounds themselves, never assumed. */
export function sideBySide(ours: readonly Round[], theirs: readonly Round[]): SideRow[] {
  return metricNames.map((metric) => {
    const of = (rounds: readonly Round[], kind: keyof Round): (number | null)[] =>
      rounds.map((round) => round[kind][metric] ?? null);
    // Where a tool does not report a metric, its own requests still tell it.
    const shown = (rounds: readonly Round[]) =>
      median(of(rounds, "reported")) === null ? of(rounds, "defined") : of(rounds, "reported");
    const [a, b] = [median(shown(ours)), median(shown(theirs))];
    const ranges = { ours: rangeOf(shown(ours)), theirs: rangeOf(shown(theirs)) };
    const differencePercent = percent(a, b);
    const row = { metric, ours: a, theirs: b, differencePercent, ranges };
    if (differencePercent === null || Math.abs(differencePercent) <= limitPercent) return { ...row, explanation: null };
    const step = (kind: keyof Round): StepFound => ({
      difference: percent(median(of(ours, kind)), median(of(theirs, kind))),
      overlap: overlaps(rangeOf(of(ours, kind)), rangeOf(of(theirs, kind))),
    });
    const explanation = metric.startsWith("engine's own")
      ? "the engine was not asked, or did not answer, alike"
      : explained(ranges, differencePercent, step, engineDifference(metric, ours, theirs));
    return { ...row, explanation };
  });
}

/** By how much the engine's own mean lets the metric differ, in per cent: theirs ÷ ours − 1. Null where it says nothing. */
function engineDifference(metric: string, ours: readonly Round[], theirs: readonly Round[]): number | null {
  const kind = metric.split(/[ ,]/)[0] ?? "";
  const name = { ttft: "ttft", tpot: "itl", itl: "itl", e2e: "e2e" }[kind] ?? "e2e";
  const of = (rounds: readonly Round[]) =>
    median(rounds.map(({ reported }) => reported[`engine's own ${name} mean, ms`] ?? null));
  const difference = percent(of(ours), of(theirs));
  if (difference === null) return null;
  // A closed loop carries less by as much as each request takes longer.
  return kind.endsWith("_throughput") ? (1 / (1 + difference / 100) - 1) * 100 : difference;
}

/** What is taken out of the difference, step by step, and the words for it where nothing over the limit is left. */
const steps: readonly { kind: keyof Round; words: string }[] = [
  { kind: "defined", words: "definition: from its own requests by our definition" },
  { kind: "counted", words: "tokens: with the number that was forced, and not its own count," },
  { kind: "settled", words: "start: without the first requests of each" },
];

/** What is left of a difference after a step, and whether the rounds of the two then overlap. */
interface StepFound {
  difference: number | null;
  overlap: boolean;
}

function explained(
  ranges: SideRow["ranges"],
  reported: number,
  stepOf: (kind: keyof Round) => StepFound,
  engine: number | null,
): string {
  const noisy = overlaps(ranges.ours, ranges.theirs);
  const found = steps.map(({ kind, words }) => ({ ...stepOf(kind), words }));
  const parts: string[] = [];
  const enough = found.find(({ difference }) => difference !== null && Math.abs(difference) <= limitPercent);
  // A step that brings the two so near that their rounds overlap explains what they did not share before.
  const near = noisy ? undefined : found.find(({ difference, overlap }) => difference !== null && overlap);
  if (enough) parts.push(`${enough.words} the difference is ${signed(enough.difference!)} %`);
  else if (near) parts.push(`${near.words} the difference is ${signed(near.difference!)} %, and the rounds overlap`);
  // The engine is a witness: it was there for both.
  if (engine !== null && Math.abs(engine) <= limitPercent && parts.length === 0)
    parts.push(`client: the engine's own mean differs by ${signed(engine)} % alone, so the rest is how it was seen`);
  if (engine !== null && Math.abs(engine) > limitPercent && Math.abs(reported - engine) <= limitPercent) {
    const what = "what it did differed, not how it was seen";
    parts.push(`engine: by its own means it would differ by ${signed(engine)} %: ${what}`);
  }
  if (noisy) parts.push("noise: the rounds of the two overlap");
  if (parts.length > 0) return parts.join("; ");
  const left = found.findLast(({ difference }) => difference !== null)?.difference ?? reported;
  return `NOT EXPLAINED: ${signed(left)} % is left, and the rounds do not overlap`;
}

function overlaps(a: [number, number] | null, b: [number, number] | null): boolean {
  return a !== null && b !== null && a[0] <= b[1] && b[0] <= a[1];
}

function percent(a: number | null, b: number | null): number | null {
  return a === null || b === null || a === 0 ? null : (b / a - 1) * 100;
}

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${value.toFixed(1)}`;
}

function rangeOf(values: readonly (number | null)[]): [number, number] | null {
  const found = values.filter((value) => value !== null);
  return found.length === 0 ? null : [Math.min(...found), Math.max(...found)];
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
