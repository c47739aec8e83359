import { sessionsOfBlock } from "../schema/block.ts";
import type { Devices, LedgerEntry } from "../schema/trial-spec.ts";

/** Trials of one block that ran side by side: without a longer interruption, on the same devices. */
export interface Session {
  block: number;
  /** The seed of its order. */
  seed: number;
  trials: LedgerEntry[];
  devices: Devices;
  /** When its last trial ended, in ms since 1970; -Infinity where no time can be read. */
  lastEndMs: number;
}

/** The sessions of all blocks, each block's in the order of time. Probes belong to none: a search has no blocks. */
export function sessionsOf(entries: readonly LedgerEntry[]): Session[] {
  const blocks = Map.groupBy(
    entries.filter(({ purpose }) => purpose !== "probe"),
    ({ block }) => block,
  );
  return [...blocks.values()].flatMap((ofBlock) => sessionsOfBlock(ofBlock).flatMap(onSameDevices));
}

function onSameDevices(trials: readonly LedgerEntry[]): Session[] {
  const sessions: Session[] = [];
  for (const trial of trials) {
    const last = sessions.at(-1);
    const endMs = Date.parse(trial.endedAt) || -Infinity;
    if (last === undefined || !areAlike(last.devices, trial.devices)) {
      const { block, seeds, devices } = trial;
      sessions.push({ block, seed: seeds.order, trials: [trial], devices, lastEndMs: endMs });
    } else {
      last.trials.push(trial);
      last.devices = joined(last.devices, trial.devices);
      last.lastEndMs = Math.max(last.lastEndMs, endMs);
    }
  }
  return sessions;
}

/** True where nothing that is known of both differs. */
export function areAlike(left: Devices, right: Devices): boolean {
  return (
    isSame(left.host, right.host) &&
    (["gpus", "engine"] as const).every((part) =>
      Object.entries(left[part]).every(([declared, found]) => isSame(found, right[part][declared])),
    )
  );
}

function isSame(one: string | null | undefined, other: string | null | undefined): boolean {
  return one == null || other == null || one === other;
}

function joined(left: Devices, right: Devices): Devices {
  return {
    host: left.host ?? right.host,
    gpus: { ...right.gpus, ...left.gpus },
    engine: { ...right.engine, ...left.engine },
  };
}
