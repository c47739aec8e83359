import { levelOf } from "../math/level.ts";
import { changeText, countText, firstNames, percentText } from "../math/figures.ts";
import type { Collateral, Effect } from "../schema/effect.ts";
import type { Trial } from "../schema/trial.ts";
import { ownPeaks } from "./own-peaks.ts";
import { pooledValues, wholePool, type Pool } from "./pool.ts";
import { largestLengthShift } from "./rules.ts";
import { ranApart } from "./block-parts.ts";
import { rulesOf, type ComparedStudy } from "./study.ts";
import { sharedBlocks, unlikeInBlocks } from "./unlike.ts";

/** Two sides and all that can confound their effect. */
export interface Sides {
  treatment: Pool;
  control: Pool;
  /** Accuracy trials of the change and of the baseline. */
  accuracy: { change: readonly Trial[]; baseline: readonly Trial[] };
  collateral: Collateral | undefined;
  effect: Effect | null;
  /** The knobs that the change declares. */
  changed: readonly string[];
}

/** Why something other than the change may have caused the effect, in sentences; empty where nothing suggests it. */
export function confoundsOf(study: ComparedStudy, sides: Sides): string[] {
  return [
    ...unlikeArms(sides),
    ...versionsThatAreOne(sides),
    ...ranApart(sides.treatment.trials, sides.control.trials),
    ...variedConfiguration(sides),
    ...(rulesOf(study).attribution === "strict" ? strictly(sides) : []),
    ...movedClocks(sides),
    ...movedLengths(sides),
    ...driftInOrder(study, sides),
    ...(ownPeaks(study, sides.treatment, sides.control)?.confounds ?? []),
  ].map((why) => `confounded: ${why}`);
}

/** Facts that differ between the arms and that the change does not declare: `GPU NVIDIA H200 against NVIDIA H100`. */
function unlikeArms({ treatment, control, changed }: Sides): string[] {
  return unlikeInBlocks(treatment.trials, control.trials, changed).map(
    ({ what, blocks, of, ...values }) =>
      `${what} ${values.treatment} against ${values.control}${blocks === of ? "" : ` in ${blocks} of ${countText(of, "block")}`}`,
  );
}

/** A change of the version, where both sides turned out to be the same build: two names of one program. */
function versionsThatAreOne({ treatment, control, changed }: Sides): string[] {
  if (!changed.includes("sut.version")) return [];
  const found = new Set(
    [...treatment.trials, ...control.trials].map(({ provenance }) => provenance?.engine["version"]),
  );
  const [version] = found;
  return found.size !== 1 || typeof version !== "string"
    ? []
    : [`the change declares another version of the engine, and both sides ran ${version}`];
}

/** Values of the resolved configuration that differ among the launches of one arm: something other than the change moved them. */
function variedConfiguration({ collateral }: Sides): string[] {
  const varying = collateral?.varying ?? [];
  return varying.length === 0
    ? []
    : [named(varying.map(({ path, arm, values }) => `${path} differs among the launches of ${arm} (${values})`))];
}

/** `attribution: strict`: the effect is to be that of the declared knob alone, so that nothing may move with it. */
function strictly({ collateral }: Sides): string[] {
  const moved = collateral?.moved ?? [];
  return moved.length === 0
    ? []
    : [`the change also moved ${named(moved.map(({ path }) => path))}, and the matrix asks for strict attribution`];
}

/** Settings in a message: the first three, and how many more there are. */
export function named(all: readonly string[]): string {
  return firstNames(all, 3).join(", ");
}

/** GPU clocks that differ between the arms by more than this were set, or slowed, by something else. Our choice: under one load a GPU's own clock stays within a few per cent. */
const largestClockShift = 0.05;

function movedClocks({ treatment, control }: Sides): string[] {
  const ratio = ratioOf(treatment, control, "gpu_sm_clock", "value");
  if (ratio === null || Math.abs(ratio - 1) <= largestClockShift) return [];
  return [`the GPU clock moved by ${changeText(ratio)}, at most ±${percentText(largestClockShift)}`];
}

/** A configuration with shorter answers is faster. */
function movedLengths({ treatment, control, accuracy }: Sides): string[] {
  const shifts = [
    { what: "output tokens per request", ratio: ratioOf(treatment, control, "output_tokens", "mean") },
    {
      what: "characters of an answer (gen_len)",
      ratio: ratioOf(wholePool(accuracy.change), wholePool(accuracy.baseline), "gen_len", "each"),
    },
  ];
  return shifts.flatMap(({ what, ratio }) =>
    ratio === null || Math.abs(ratio - 1) <= largestLengthShift
      ? []
      : [`${what} moved by ${changeText(ratio)}, at most ±${percentText(largestLengthShift)}`],
  );
}

/** The mean over the blocks that hold both sides, so that what differs between hosts moves nothing; null where no block has the figure on both. */
function ratioOf(treatment: Pool, control: Pool, metric: string, stat: "mean" | "value" | "each"): number | null {
  const levelIn = (trials: readonly Trial[]): number | null => {
    if (stat !== "each") return levelOf(pooledValues(wholePool(trials), metric, stat).values);
    const each = trials.flatMap(({ measurements }) => {
      const found = measurements.find((row) => row.metric === metric && row.stat === "sum");
      return found?.value == null || found.n === 0 ? [] : [found.value / found.n];
    });
    return levelOf(each);
  };
  const ratios = sharedBlocks(treatment.trials, control.trials).flatMap(([above, below]) => {
    const [own, other] = [levelIn(above), levelIn(below)];
    return own === null || other === null || other === 0 ? [] : own / other;
  });
  return levelOf(ratios);
}

/** In the declared order a change has the same place in every block, so that drift within blocks looks like an effect. */
function driftInOrder({ order }: ComparedStudy, { effect }: Sides): string[] {
  const across = effect?.drift?.acrossBlocks ?? null;
  if (order !== "declared" || across === null || effect?.ratio == null) return [];
  if (Math.abs(Math.log(across)) < Math.abs(Math.log(effect.ratio))) return [];
  return [
    `all arms drifted by ${changeText(across)} over the blocks, more than the effect, and the order is declared, not random`,
  ];
}
