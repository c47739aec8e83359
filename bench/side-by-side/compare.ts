import { median } from "../load/summary.ts";
import { latenessPercent, type BothLate } from "./lateness.ts";
import { isWitness, metricNames, type Figures } from "./metrics.ts";
import { burnerWords, limitPercent, overlaps, percent, rangeOf, signed, small, type Found } from "./percent.ts";
import type { Kind, Round } from "./round.ts";
import type { UsagePlace } from "./usage.ts";
import { onWire, wireExplanation, type OnWire } from "./wire-explained.ts";

/** One metric side by side: medians over the rounds. */
export interface SideRow {
  metric: string;
  ours: number | null;
  theirs: number | null;
  /** Theirs ÷ ours − 1, in per cent. */
  differencePercent: number | null;
  /** Lowest and highest of the rounds. */
  ranges: { ours: [number, number] | null; theirs: [number, number] | null };
  /** On the wire, medians; null where there was no witness or it says nothing of the metric. */
  wire: { ours: number | null; theirs: number | null };
  /** Null where the difference is under the limit; else what the data show, or that they show nothing. */
  explanation: string | null;
}

/** What was found out beside the rounds. */
export interface Evidence {
  /** Ours beside a process that used as much CPU as their client used more; none where it did not use more. */
  beside: readonly Round[];
  usage: UsagePlace | null;
  /** Of both clients on a server that knows the truth, at the engine's pace; one for each round that had it. */
  lateness: readonly BothLate[];
}

/** Every metric that both report. What explains a difference is taken from the rounds themselves, never assumed. */
export function sideBySide(
  ours: readonly Round[],
  theirs: readonly Round[],
  evidence: Evidence = { beside: [], usage: null, lateness: [] },
): SideRow[] {
  const seen: Figures = Object.fromEntries(
    metricNames.map((metric) => [metric, median(ours.map(({ settled }) => settled[metric] ?? null))]),
  );
  return metricNames.map((metric) => {
    const of = (rounds: readonly Round[], kind: Kind): (number | null)[] =>
      rounds.map((round) => round[kind][metric] ?? null);
    // Where a tool does not report a metric, its own requests still tell it.
    const shown = (rounds: readonly Round[]) =>
      median(of(rounds, "reported")) === null ? of(rounds, "defined") : of(rounds, "reported");
    const [a, b] = [median(shown(ours)), median(shown(theirs))];
    const ranges = { ours: rangeOf(shown(ours)), theirs: rangeOf(shown(theirs)) };
    const differencePercent = percent(a, b);
    const seenOnWire = onWire(metric, ours, theirs, evidence.beside);
    const wire = { ours: seenOnWire.ours, theirs: seenOnWire.theirs };
    const row = { metric, ours: a, theirs: b, differencePercent, ranges, wire };
    if (differencePercent === null || Math.abs(differencePercent) <= limitPercent) return { ...row, explanation: null };
    if (isWitness(metric)) return { ...row, explanation: "a witness, no result: see the rows above" };
    const between = (from: readonly Round[], kind: Kind): Found => ({
      difference: percent(median(of(from, kind)), median(of(theirs, kind))),
      overlap: overlaps(rangeOf(of(from, kind)), rangeOf(of(theirs, kind))),
    });
    const found = {
      reported: { difference: differencePercent, overlap: overlaps(ranges.ours, ranges.theirs) },
      steps: steps(evidence.usage).map((step) => ({ ...step, ...between(ours, step.kind) })),
      engine: engineDifference(metric, ours, theirs),
      late: median(evidence.lateness.map((both) => latenessPercent(metric, both, seen))),
      beside: between(evidence.beside, "settled"),
      cores: coresOf(ours, theirs),
      onWire: seenOnWire,
    };
    return { ...row, explanation: explained(found) };
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

/** Who used the cores, in words; empty where that could not be read. */
function coresOf(ours: readonly Round[], theirs: readonly Round[]): string {
  const [mine, its, all] = [usedBy(ours, "client"), usedBy(theirs, "client"), usedBy(theirs, "machine")];
  if (mine === null || its === null || all === null) return "";
  return ` (their client used ${its.toFixed(2)} cores, ours ${mine.toFixed(2)}; with theirs ${all.toFixed(2)} of the machine's were in use)`;
}

function usedBy(rounds: readonly Round[], who: string): number | null {
  return median(rounds.map(({ reported }) => reported[`CPU of the ${who}, cores`] ?? null));
}

/** What is taken out of the difference, step by step, and the words for it where nothing over the limit is left. */
function steps(usage: UsagePlace | null): { kind: Kind; words: string }[] {
  const why = usage === null ? "" : `: the stream says the count ${usage}, as a request of this run showed;`;
  return [
    { kind: "defined", words: "definition: from its own requests by our definition" },
    { kind: "counted", words: `tokens: with the number that was forced, and not its own count${why || ","}` },
    { kind: "settled", words: "start: without the first requests of each" },
  ];
}

function explained(found: {
  reported: Found & { difference: number };
  steps: (Found & { kind: Kind; words: string })[];
  engine: number | null;
  late: number | null;
  beside: Found;
  cores: string;
  onWire: OnWire;
}): string {
  const { reported, engine, late, beside, cores } = found;
  const parts: string[] = [];
  const enough = found.steps.find(({ difference }) => small(difference));
  const wire = enough ? null : wireExplanation(found.onWire, { reported: reported.difference, engine, late, cores });
  if (wire !== null) parts.push(wire.words);
  // A step that brings the two so near that their rounds overlap explains what they did not share before.
  const near =
    reported.overlap || wire !== null
      ? undefined
      : found.steps.find((step) => step.difference !== null && step.overlap);
  if (enough) parts.push(`${enough.words} the difference is ${signed(enough.difference!)} %`);
  else if (near) parts.push(`${near.words} the difference is ${signed(near.difference!)} %, and the rounds overlap`);
  // What definitions do not explain; where one takes out most of it, the others are held to what that leaves.
  const last = found.steps.findLast(({ difference }) => difference !== null);
  const left = last?.difference ?? reported.difference;
  if (!enough && wire === null && engine !== null) {
    // The engine is a witness: it was there for both.
    const rest = left - engine;
    if (small(engine) && parts.length === 0) {
      const own = late === null ? "" : `; on a server that knows the truth its lateness makes ${signed(late)} %`;
      parts.push(
        `client: the engine's own mean differs by ${signed(engine)} % alone, so the rest is how it was seen${own}${cores}`,
      );
    } else if (!small(engine) && small(rest)) {
      parts.push(
        `engine: by its own means it differs by ${signed(engine)} %: what it did differed, not how it was seen${cores}`,
      );
    }
  }
  if (parts.length === 0 && late !== null && !small(late) && small(left - (engine ?? 0) - late)) {
    const rest = engine === null || small(engine) ? "" : `, the engine's own mean for ${signed(engine)} %`;
    parts.push(`client: what it sees too late, on a server that knows the truth, makes ${signed(late)} %${rest}`);
  }
  const asked = wire === null ? burnerWords(beside, left, cores) : wire.burner(burnerWords(beside, left, ""));
  if (!enough && asked !== null) parts.push(asked);
  if (reported.overlap) parts.push("noise: the rounds of the two overlap");
  const first = enough || near ? "" : largestStep(reported.difference, found.steps);
  if (parts.length > 0) return first + parts.join("; ");
  // What is known of it is taken off, where that makes it less.
  const known = [
    { share: engine, words: "the engine's own mean makes" },
    { share: late, words: "its lateness on a server that knows the truth makes" },
  ].filter((one): one is { share: number; words: string } => one.share !== null && !small(one.share));
  const taken = known.reduce((sum, { share }) => sum + share, 0);
  const rest = Math.abs(left - taken) < Math.abs(left) ? left - taken : left;
  const clues = known.map(({ share, words }) => `${words} ${signed(share)} %`);
  if (found.onWire.difference !== null)
    clues.push(`on the wire the two differ by ${signed(found.onWire.difference)} %`);
  if (beside.difference !== null) clues.push(`beside as much CPU ours differs by ${signed(beside.difference)} %`);
  const of = rest === left ? "" : ` of ${signed(left)} %`;
  const why = clues.length === 0 ? "" : `; ${clues.join(", ")}`;
  return `${first}NOT EXPLAINED: ${signed(rest)} %${of} is left, and the rounds do not overlap${why}`;
}

/** The step that brings the two nearest, in words, where it leaves something over the limit; empty where none brings them nearer. */
function largestStep(reported: number, taken: readonly { difference: number | null; words: string }[]): string {
  let nearest = Math.abs(reported);
  let [most, said] = [limitPercent, ""];
  for (const { difference, words } of taken) {
    if (difference === null) continue;
    const nearer = nearest - Math.abs(difference);
    nearest -= Math.max(0, nearer);
    if (nearer > most) [most, said] = [nearer, `${words} the difference is ${signed(difference)} %; `];
  }
  return said;
}

/** The rows as a table of text. */
export function sideTable(rows: readonly SideRow[], theirName: string): string {
  const isWatched = rows.some(({ wire }) => wire.ours !== null || wire.theirs !== null);
  const wireCell = (cell: string): string[] => (isWatched ? [cell] : []);
  const wireHead = wireCell("on the wire");
  const cells = [
    ["metric", "ceteris", "rounds", ...wireHead, theirName, "rounds", ...wireHead, "difference %", ""],
    ...rows.map(({ metric, ours, theirs, differencePercent, ranges, wire, explanation }) => [
      metric,
      figure(ours),
      span(ranges.ours),
      ...wireCell(figure(wire.ours)),
      figure(theirs),
      span(ranges.theirs),
      ...wireCell(figure(wire.theirs)),
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
