import { longestInterruptionS } from "../schema/block.ts";
import type { Experiment } from "../schema/experiment.ts";
import { trialIdParts } from "../schema/ids.ts";
import type { Devices, Ledger, Purpose } from "../schema/trial-spec.ts";
import type { Partners } from "./partners.ts";
import type { Past } from "./past.ts";
import { areAlike, type Session } from "./sessions.ts";

/** A trial of the block that was interrupted, at the place and with the id that it was given. */
export interface InFlight {
  experiment: Experiment;
  purpose: Purpose;
  replicate: number;
  attempt: number;
  block: number;
  position: number;
  launchKey: string;
}

/**
 * The session that the study may continue: the last one, where a trial that is asked for now (and runs after the longest
 * start of an engine that the study has seen) begins within the longest interruption, on the same devices and by the same
 * seed. Else null.
 */
export function openSession(
  { sessions }: Pick<Past, "sessions">,
  { trials }: Ledger,
  now: { atMs: number; devices: Devices },
  seed: number,
): Session | null {
  const last = sessions.reduce<Session | null>(
    (latest, session) => (latest === null || session.lastEndMs >= latest.lastEndMs ? session : latest),
    null,
  );
  if (last === null || last.seed !== seed || !areAlike(last.devices, now.devices)) return null;
  const startupS = trials.reduce((longest, entry) => Math.max(longest, entry.startupS ?? 0), 0);
  // Where the last trial ended in the future, the clock was set back: how long nothing ran is known no better than that.
  const interruptionMs = Math.abs(now.atMs - last.lastEndMs) + 1000 * startupS;
  return interruptionMs <= 1000 * longestInterruptionS ? last : null;
}

/**
 * What is left of that session's block, as it was drawn: of the experiments that are needed, those whose partners have run
 * there or are still to run.
 */
export function restOf(
  session: Session,
  { trials, planned = [], taken = [] }: Ledger,
  {
    needed,
    partners,
    past,
    fidelity,
  }: { needed: ReadonlyMap<string, Experiment>; partners: Partners; past: Past; fidelity: string },
): InFlight[] {
  const done = new Set([...taken, ...trials.map(({ trialId }) => trialId)]);
  const rest = planned.flatMap(({ trialId, experiment: name, block, position, launchKey }): InFlight[] => {
    const parts = trialIdParts(trialId);
    if (block !== session.block || position === undefined || launchKey === undefined || done.has(trialId)) return [];
    const experiment = parts === null ? undefined : needed.get(parts.experimentId);
    if (parts === null || experiment?.labels.name !== name || parts.fidelity !== fidelity) return [];
    const { purpose, replicate, attempt } = parts;
    if (purpose !== "performance" && purpose !== "accuracy") return [];
    return [{ experiment, purpose, replicate, attempt, block, position, launchKey }];
  });
  const { standing, lost } = past.heldBy(session);
  const coming = new Set(
    rest.filter(({ purpose }) => purpose === "performance").map(({ experiment }) => experiment.id),
  );
  return rest.filter(({ experiment }) =>
    [...partners(experiment.id)].every((id) => !lost.has(id) && (standing.has(id) || coming.has(id))),
  );
}
