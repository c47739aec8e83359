import { attemptsKey, type LedgerEntry, type TrialSpec } from "../schema/trial-spec.ts";
import { trialId } from "../schema/ids.ts";
import type { Study } from "../schema/study.ts";
import { openSession } from "./in-flight.ts";
import { pastOf } from "./past.ts";
import type { Asked, Remaining } from "./remaining.ts";

/**
 * What is missing of one block of the plan. A block that was left goes on where the session is still the same: on the same
 * devices, without a longer interruption. Otherwise every trial of it runs again, as another attempt, so that all of them
 * run side by side; what was measured of it stays, and does not count. An accuracy trial runs once. It depends on that block
 * alone, so that any number of runs do different blocks at the same time. Deterministic.
 */
export function remainingOfBlock(
  study: Study,
  planned: readonly TrialSpec[],
  { ledger, now, retry }: Pick<Asked, "ledger" | "now" | "retry">,
  block: number,
): Remaining {
  const specs = planned.filter((spec) => spec.block === block);
  const past = pastOf(ledger, study.fidelity, retry);
  const sessions = past.sessions.filter((session) => session.block === block && session.seed === study.seed);
  const standing = (entries: readonly LedgerEntry[]) =>
    new Set(entries.filter((entry) => past.stands(entry)).map(attemptsKey));
  const performance = specs.filter(({ purpose }) => purpose === "performance");
  const isWhole = sessions.some(({ trials }) => !performance.some(lacks(standing(trials))));
  const open = isWhole ? null : openSession({ sessions }, ledger, now, study.seed);
  const done = standing(ledger.trials.filter(({ purpose }) => purpose === "accuracy"));
  const here = standing(open?.trials ?? []);
  const rest = specs.filter((spec) =>
    spec.purpose === "performance" ? !isWhole && lacks(here)(spec) : lacks(done)(spec),
  );
  const attempts = new Map<string, number>();
  for (const { attempt, ...entry } of ledger.trials)
    attempts.set(attemptsKey(entry), Math.max(attempt, attempts.get(attemptsKey(entry)) ?? 0));
  const taken = new Set(ledger.taken);
  return {
    trials: rest.map((spec) => {
      let attempt = (attempts.get(attemptsKey(spec)) ?? 0) + 1;
      while (taken.has(trialId({ ...spec, attempt }))) attempt += 1;
      return { ...spec, attempt, trialId: trialId({ ...spec, attempt }) };
    }),
    continues: open === null || rest.length === 0 ? null : block,
    beside: [],
  };
}

function lacks(keys: ReadonlySet<string>): (spec: TrialSpec) => boolean {
  return (spec) => !keys.has(attemptsKey(spec));
}
