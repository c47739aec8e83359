import { longestInterruptionS, sessionsOfBlock } from "../schema/block.ts";
import type { Trial } from "../schema/trial.ts";
import { countText } from "./words.ts";

/**
 * Blocks whose two sides did not run side by side, in a sentence each kind: between them the block was interrupted for longer
 * than it tolerates, or they ran on unlike hosts or devices. Told from the trials alone.
 * @param all every trial of the study at this fidelity, since each of them fills the time of its block
 */
export function ranApart(treatment: readonly Trial[], control: readonly Trial[], all: readonly Trial[]): string[] {
  const ofBlock = Map.groupBy(all, ({ spec }) => spec.block);
  const shared = [...new Set(treatment.map(({ spec }) => spec.block))]
    .filter((block) => control.some(({ spec }) => spec.block === block))
    .toSorted((left, right) => left - right);
  const sidesOf = (block: number): Trial[] => [...treatment, ...control].filter(({ spec }) => spec.block === block);
  const interrupted = shared.filter((block) => {
    const sides = new Set(sidesOf(block));
    return sessionsOfBlock(ofBlock.get(block)!).filter((session) => session.some((one) => sides.has(one))).length > 1;
  });
  const hosts = shared.map((block) => distinct(sidesOf(block), ({ provenance }) => provenance?.host["hostname"]));
  const moved = hosts.filter((names) => names.length > 1);
  const devices = shared.filter((block) => distinct(sidesOf(block), devicesOf).length > 1);
  return [
    ...(interrupted.length === 0
      ? []
      : [
          `its two sides did not run in one session in ${blocksText(interrupted.length, shared.length)}: ` +
            `between two trials lay more than ${longestInterruptionS / 60} min`,
        ]),
    ...(moved.length === 0
      ? []
      : [
          `its two sides ran on different hosts (${moved[0]!.join(", ")}) in ${blocksText(moved.length, shared.length)}`,
        ]),
    ...(devices.length === 0 || moved.length > 0
      ? []
      : [`its two sides ran on different GPUs of one kind in ${blocksText(devices.length, shared.length)}`]),
  ];
}

function blocksText(some: number, all: number): string {
  return `${some} of ${countText(all, "block")}`;
}

/** What is known of some trials, each value once. */
function distinct(trials: readonly Trial[], of: (trial: Trial) => unknown): string[] {
  return [...new Set(trials.map(of).filter((value) => typeof value === "string"))];
}

function devicesOf({ provenance }: Trial): string | null {
  const used = (provenance?.gpus ?? []).filter(({ selected }) => selected !== false);
  const names = used.map(({ uuid }) => uuid).filter((uuid) => typeof uuid === "string");
  return names.length === 0 ? null : names.toSorted().join(" ");
}
