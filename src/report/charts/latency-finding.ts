import { bySize } from "../../math/statistics.ts";
import { figureText } from "../../math/figures.ts";
import type { Effect } from "../../schema/effect.ts";
import { isClear } from "../relations/wording.ts";
import type { ChartInput } from "./index.ts";
import type { LatencyKind, LatencyLine } from "./latency.ts";

const medians: Record<LatencyKind["title"], string> = {
  TTFT: "median TTFT",
  TPOT: "median TPOT",
  E2E: "median E2E latency",
};

/** A change's effect on a median that is drawn. */
interface Shift {
  effect: Effect;
  kind: LatencyKind;
  ratio: number;
  from: number;
  to: number;
}

/** A sentence, and the experiment that it names; null where it names none. */
export interface LatencyFinding {
  said: string;
  experiment: string | null;
}

/**
 * The largest shift of a median that is clear (p, corrected over the changes, below 0.05), and what the same change clearly does the
 * other way; where none is clear, that, or the largest of a single launch each; and which send latency counts from.
 */
export function latencyFinding(
  { study, effects }: Pick<ChartInput, "study" | "effects">,
  lines: readonly LatencyLine[],
): LatencyFinding {
  const kinds = [...new Map(lines.map(({ kind }) => [kind.title, kind])).values()];
  const controls = new Map(study.contrasts.toReversed().map(({ treatment, control }) => [treatment, control]));
  const shifts = effects.flatMap((effect): Shift[] => {
    const { treatment, control, metric, stat, ratio, controlValue: from, treatmentValue: to } = effect;
    const kind = kinds.find((one) => one.metric === metric);
    if (kind === undefined || stat !== "p50" || controls.get(treatment) !== control) return [];
    return ratio === null || from === null || to === null ? [] : [{ effect, kind, ratio, from, to }];
  });
  const largestFirst = bySize(shifts, ({ ratio }) => ratio);
  const { said, experiment } = shiftFound(largestFirst, lines);
  return { said: `${said} ${sendText(study, kinds)}`, experiment };
}

function shiftFound(shifts: readonly Shift[], lines: readonly LatencyLine[]): LatencyFinding {
  const clear = shifts.filter(({ effect }) => isClear(effect));
  const [first] = clear;
  const [largest] = shifts;
  if (first !== undefined) {
    const against = clear.find(
      ({ effect, ratio }) => effect.treatment === first.effect.treatment && ratio > 1 !== first.ratio > 1,
    );
    const also = against === undefined ? "" : ` and ${movedText(against)}`;
    const experiment = first.effect.treatment;
    return { said: `${experiment} ${movedText(first)}${also}.`, experiment };
  }
  if (largest === undefined) return { said: levelText(lines), experiment: null };
  if (shifts.some(({ effect }) => effect.pAdjusted !== null)) {
    return { said: "No change shifts a median clearly (p below 0.05).", experiment: null };
  }
  const experiment = largest.effect.treatment;
  return {
    said: `One launch each has no interval; the largest difference: ${experiment} ${movedText(largest)}.`,
    experiment,
  };
}

/** `cuts the median TTFT from 2.6 to 0.2 s` */
function movedText({ kind, ratio, from, to }: Shift): string {
  return `${ratio < 1 ? "cuts" : "raises"} the ${medians[kind.title]} from ${spanText(from, to)}`;
}

/** Of a study without a comparison: where its first line begins and ends. */
function levelText(lines: readonly LatencyLine[]): string {
  const line = lines.find(({ kind }) => kind.title === "E2E") ?? lines[0];
  if (line === undefined) return "";
  const known = Object.entries(line.levels).flatMap(([stat, ms]) => (ms === null ? [] : [{ stat, ms }]));
  const [least, most] = [known[0], known.at(-1)];
  if (least === undefined || most === undefined) return "";
  const of = `${line.kind.title} of ${line.name}`;
  return known.length === 1
    ? `${of}: ${least.stat} ${timeText(least.ms)}; the sample is too small for more.`
    : `${of}: from ${timeText(least.ms)} (${least.stat}) to ${timeText(most.ms)} (${most.stat}).`;
}

function sendText({ workloads = [] }: ChartInput["study"], kinds: readonly LatencyKind[]): string {
  const scheduled = kinds.filter(({ metric }) => metric.endsWith("_sched")).map(({ title }) => title);
  if (scheduled.length > 1) return "Latency counts from the intended send.";
  if (scheduled.length === 1) return `${scheduled[0]} counts from the intended send, the others from the actual one.`;
  const isClosed = workloads.length > 0 && workloads.every(({ scenario }) => scenario === "closed");
  return `Latency counts from the actual send${isClosed ? ": in a closed loop nothing is scheduled" : ""}.`;
}

/** In s from one second on, else in ms. */
function timeText(ms: number): string {
  return ms >= 1000 ? `${figureText(ms / 1000)} s` : `${figureText(ms)} ms`;
}

/** Both in the unit of the larger: `2.6 to 0.2 s`. */
function spanText(from: number, to: number): string {
  const isLong = Math.max(from, to) >= 1000;
  const [start, end] = [from, to].map((ms) => figureText(isLong ? ms / 1000 : ms));
  return `${start} to ${end} ${isLong ? "s" : "ms"}`;
}
