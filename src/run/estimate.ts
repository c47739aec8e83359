import type { Estimate, Plan } from "../schema/plan.ts";
import type { Ledger, TrialSpec } from "../schema/trial-spec.ts";

/** Seconds taken where nothing is known yet: guesses, and the estimate says so. */
const guesses = { measured: { startupS: 90, loadS: 60 }, simulated: { startupS: 0.6, loadS: 3 } } as const;

/** How long a plan will take, from this study's own past trials where there are any. Pure: the ledger is the past. */
export function estimateTime(plan: Plan, ledger: Ledger, trials: TrialSpec[] = plan.trials): Estimate {
  const { study } = plan;
  const launches = new Set(trials.map((trial) => trial.launchKey)).size;
  const guess = guesses[study.engine.origin];
  const pastStartup = ledger.trials.flatMap(({ startupS }) => (startupS === null ? [] : [startupS]));
  const pastLoad = ledger.trials.flatMap(({ loadS }) => (loadS === null ? [] : [loadS]));
  const startupEachS = average(pastStartup) ?? guess.startupS;
  const shortestS = Math.max(...study.workloads.map(({ counts }) => counts[study.fidelity].seconds ?? 0));
  const loadEachS = average(pastLoad) ?? Math.max(guess.loadS, shortestS);
  const startupS = startupEachS * launches;
  const loadS = loadEachS * trials.length;
  return {
    totalS: Math.round(startupS + loadS),
    startupS: Math.round(startupS),
    loadS: Math.round(loadS),
    launches,
    trials: trials.length,
    basis:
      `${launches} launches at ${startupEachS.toFixed(1)} s (${source(pastStartup)}) and ` +
      `${trials.length} trials at ${loadEachS.toFixed(1)} s of load (${source(pastLoad)})`,
  };
}

function average(values: number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function source(values: number[]): string {
  return values.length === 0 ? "a guess, no trial of this study yet" : `mean of ${values.length} past trials`;
}
