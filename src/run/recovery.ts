import { trialId } from "../schema/ids.ts";
import type { Failure } from "../schema/launch.ts";
import type { RecoveryPolicy } from "../schema/recovery.ts";
import type { Fault } from "../schema/result.ts";
import type { Trial } from "../schema/trial.ts";
import { attemptsKey, type TrialSpec } from "../schema/trial-spec.ts";
import { countText, eachOnce } from "../math/figures.ts";

/** What follows from a launch that has ended. */
export interface Aftermath {
  /** The next attempts at trials that failed, to be run now, in the same block; empty where nothing is tried again. */
  again: TrialSpec[];
  /** Seconds before that. */
  waitS: number;
  /** What is told of it; null where nothing is tried again. */
  notice: string | null;
  /** Why the run ends: its environment fails every launch; null where it goes on. */
  fault: Fault | null;
}

/** Applies a recovery policy to the launches of one run. */
export interface Recovery {
  /** Is told of the trials of each launch, as soon as it has ended. */
  after(ended: readonly Trial[]): Aftermath;
}

export function createRecovery({ retry, environment }: RecoveryPolicy): Recovery {
  const attempts = new Map<string, number>();
  const isOfEnvironment = new Set(environment.classes);
  let failedInARow = 0;

  const againOf = (trials: readonly Trial[], { class: failed }: Failure): Omit<Aftermath, "fault"> => {
    const rule = retry.find(({ classes }) => classes.includes(failed));
    const open =
      rule === undefined ? [] : trials.filter(({ spec }) => (attempts.get(attemptsKey(spec)) ?? 0) < rule.times);
    if (rule === undefined || open.length === 0) return nothing;
    let most = 0;
    for (const { spec } of open) {
      const tried = (attempts.get(attemptsKey(spec)) ?? 0) + 1;
      attempts.set(attemptsKey(spec), tried);
      most = Math.max(most, tried);
    }
    const waitS = rule.wait_s * (rule.factor ?? 2) ** (most - 1);
    const names = eachOnce(open.map(({ spec }) => spec.experiment));
    return {
      again: open.map(({ spec }) => nextAttempt(spec)),
      waitS,
      notice: `${names}: ${failed}; retries ${waitS === 0 ? "at once" : `in ${waitS} s`} (${most} of ${rule.times})`,
    };
  };

  return {
    after(ended) {
      const failed = ended.flatMap((trial) =>
        trial.verdict.failure === null ? [] : [{ trial, failure: trial.verdict.failure }],
      );
      const last = failed.at(-1)?.failure;
      const isEnvironment = last !== undefined && failed.length === ended.length && isOfEnvironment.has(last.class);
      if (ended.length > 0) failedInARow = isEnvironment ? failedInARow + 1 : 0;
      if (last === undefined) return { ...nothing, fault: null };
      if (failedInARow >= environment.launches) return { ...nothing, fault: environmentFails(failedInARow, last) };
      const ofClass = failed.filter(({ failure }) => failure.class === last.class).map(({ trial }) => trial);
      return { ...againOf(ofClass, last), fault: null };
    },
  };
}

const nothing: Omit<Aftermath, "fault"> = { again: [], waitS: 0, notice: null };

/** Code of the fault that ends a run whose environment fails every launch. */
export const environmentFailsCode = "environment-fails";

function environmentFails(launches: number, { class: failed, message, hint }: Failure): Fault {
  return {
    code: environmentFailsCode,
    message: `${countText(launches, "launch", "launches")} in a row failed because of the environment, not of their configurations; the last: ${failed}: ${message}`,
    hint: `${hint} Then run again with --retry failed.`,
  };
}

function nextAttempt(spec: TrialSpec): TrialSpec {
  const next = { ...spec, attempt: spec.attempt + 1 };
  return { ...next, trialId: trialId(next) };
}
