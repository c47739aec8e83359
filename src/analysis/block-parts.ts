import { countText } from "../math/figures.ts";
import { longestInterruptionS, sessionsOfBlock } from "../schema/block.ts";
import { asText } from "../schema/json.ts";
import { declaredDevices } from "../schema/trial-spec.ts";
import type { Trial } from "../schema/trial.ts";
import { coresUsed, gpuIds } from "../schema/used-devices.ts";

/** The block of a trial, whichever part of it the trial has in its place. */
export function wholeBlock({ spec }: Trial): number {
  return Math.floor(spec.block);
}

/**
 * The part of its block in which each trial ran side by side with others: without an interruption that is longer than a block
 * tolerates, on one host and one set of devices. A block that is whole keeps its number; a later part of block 3 is 3.001,
 * 3.002 … A fact that is unknown of a trial separates it from nothing.
 * @param trials every trial at one fidelity, since each of them takes up the time of its block
 */
export function partsOfBlocks(trials: readonly Trial[]): (trial: Trial) => number {
  const partOf = new Map<string, number>();
  for (const [block, own] of Map.groupBy(trials, ({ spec }) => spec.block)) {
    const parts: Trial[][] = [];
    for (const session of sessionsOfBlock(own)) {
      const inSession: { trials: Trial[]; places: Map<string, Trial> }[] = [];
      for (const trial of session) {
        // Trials of one place are alike: one of each is enough to compare with.
        const place = placeOf(trial);
        const part = inSession.find(
          ({ places }) => places.has(place) || places.values().every((other) => isSamePlace(other, trial)),
        );
        if (part === undefined) inSession.push({ trials: [trial], places: new Map([[place, trial]]) });
        else {
          part.trials.push(trial);
          part.places.set(place, trial);
        }
      }
      parts.push(...inSession.map((part) => part.trials));
    }
    for (const [place, part] of parts.entries())
      for (const { spec } of part) partOf.set(spec.trialId, block + place / 1000);
  }
  return ({ spec }) => partOf.get(spec.trialId) ?? spec.block;
}

/** The same for trials of one host and one set of devices that the matrix declares for them. */
export function placeOf(trial: Trial): string {
  return JSON.stringify([hostOf(trial), declaredDevices(trial.knobs), devicesOf(trial), coresUsed(trial.provenance)]);
}

function isSamePlace(left: Trial, right: Trial): boolean {
  return isSameWhereKnown(hostOf(left), hostOf(right)) && areSameDevices(left, right);
}

/** Trials for which the matrix declares other devices are not expected to share them. */
function areSameDevices(left: Trial, right: Trial): boolean {
  return (
    declaredDevices(left.knobs) !== declaredDevices(right.knobs) ||
    (isSameWhereKnown(devicesOf(left), devicesOf(right)) && haveSameCores(left, right))
  );
}

function haveSameCores(left: Trial, right: Trial): boolean {
  return isSameWhereKnown(coresUsed(left.provenance), coresUsed(right.provenance));
}

function isSameWhereKnown(left: string | null, right: string | null): boolean {
  return left === null || right === null || left === right;
}

/**
 * Why two sides cannot be compared although blocks hold both: in none of these did they run side by side. Empty where they
 * did so in at least one block, since the other blocks do not count. Trials have the part of their block in its place.
 */
export function ranApart(treatment: readonly Trial[], control: readonly Trial[]): string[] {
  const pairs = treatment.flatMap((above) =>
    control.filter((below) => wholeBlock(below) === wholeBlock(above)).map((below) => [above, below]),
  ) as [Trial, Trial][];
  if (pairs.length === 0 || pairs.some(([above, below]) => above.spec.block === below.spec.block)) return [];
  const blocks = new Set(pairs.map(([above]) => wholeBlock(above))).size;
  const inBlocks = `in ${blocks} of ${countText(blocks, "block")}`;
  const hosts = pairs.find(([above, below]) => !isSameWhereKnown(hostOf(above), hostOf(below)));
  if (hosts !== undefined) {
    return [`its two sides ran on different hosts (${hosts.map(hostOf).join(", ")}) ${inBlocks}`];
  }
  if (pairs.some(([above, below]) => !areSameDevices(above, below))) {
    const what = pairs.every(([above, below]) => haveSameCores(above, below))
      ? "GPUs of one kind"
      : "cores of one host";
    return [`its two sides ran on different ${what} ${inBlocks}`];
  }
  return [
    `its two sides did not run in one session ${inBlocks}: more than ${longestInterruptionS / 60} min passed between two trials`,
  ];
}

/** The name of the machine that a trial ran on; null where it is not known. */
export function hostOf({ provenance }: Trial): string | null {
  return asText(provenance?.host["hostname"]);
}

/** UUIDs of the GPUs, or of their slices, that the engine of a trial could use; null where none is known. */
export function devicesOf({ provenance }: Trial): string | null {
  return gpuIds(provenance).join(" ") || null;
}
