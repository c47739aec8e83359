import {
  accuracyFollowsPeak,
  dearestSearches,
  partnersOf,
  repeatsOf,
  secondBaselines,
  workloadWith,
} from "../design/index.ts";
import { isOpenLoop } from "../schema/scenario.ts";
import type { Workload } from "../schema/workload.ts";
import { peakOf } from "../schema/peak-found.ts";
import type { Experiment } from "../schema/experiment.ts";
import type { Plan } from "../schema/plan.ts";
import type { Study } from "../schema/study.ts";
import type { Purpose } from "../schema/trial-spec.ts";
import { loadgenSettings } from "./ruleset-load.ts";

/** What the searches of a study come to in the longest case, where the first rate of each holds. Seconds are those of the schedules. */
export interface SearchEstimate {
  probes: number;
  sustained: number;
  accuracy: number;
  launches: number;
  loadS: number;
}

/**
 * The longest that these searches can take: of every way that one can go whose first rate holds, with no probe given up.
 * Where the first rate breaks there is no bound: each halving takes twice as long as the one before.
 */
export function estimateSearches(
  { study, contrasts }: Pick<Plan, "study" | "contrasts">,
  searched: readonly Experiment[],
): SearchEstimate {
  const total: SearchEstimate = { probes: 0, sustained: 0, accuracy: 0, launches: 0, loadS: 0 };
  const { peak } = study;
  if (peak === null) return total;
  const repeats = peak.sustain ? repeatsOf(study) : 0;
  const searches = dearestSearches(peak).map((tries) => ({
    rates: tries.map(({ rate }) => rate),
    best: peakOf(tries),
  }));
  const longest = new Map<Workload, { probes: number; loadS: number; sustainedS: number; accuracyS: number }>();
  const baselines = new Set(
    searched.filter(({ labels }) => labels.row === study.baseline.id).map(({ labels }) => labels.name),
  );
  const visitedTwice = new Set(
    study.order === "interleaved" ? secondBaselines(searched, baselines, partnersOf({ contrasts }, searched)) : [],
  );
  const accurate = new Set<string>();
  for (const row of searched) {
    const { workload, accuracyKey } = row;
    const own = longest.getOrInsertComputed(workload, () => {
      let most = { probes: 0, loadS: 0, sustainedS: 0, accuracyS: 0 };
      for (const { rates, best } of searches) {
        const each = rates.map((rate) => scheduleS(study, workload, rate, "probe"));
        const sustainedS = best === null ? 0 : repeats * scheduleS(study, workload, best, "performance");
        const loadS = each.reduce((sum, seconds) => sum + seconds, sustainedS);
        if (loadS <= most.loadS) continue;
        const { accuracy } = study;
        const accuracyS = accuracy === null || best === null ? 0 : scheduleS(study, accuracy, best, "accuracy");
        most = { probes: rates.length, loadS, sustainedS, accuracyS };
      }
      return most;
    });
    const visits = visitedTwice.has(row) ? 2 : 1;
    total.probes += own.probes;
    total.sustained += repeats * visits;
    total.launches += 1 + repeats * visits;
    total.loadS += own.loadS + (visits - 1) * own.sustainedS;
    if (!accuracyFollowsPeak(study) || accurate.has(accuracyKey)) continue;
    accurate.add(accuracyKey);
    total.accuracy += 1;
    total.loadS += own.accuracyS;
  }
  return total;
}

/** Seconds from the first arrival to the last at one rate; by a ruleset as many whole passes as its counts and durations ask for, without drawing them. */
function scheduleS({ fidelity }: Study, declared: Workload, rate: number, purpose: Purpose): number {
  const workload = workloadWith(declared, { "load.rate": rate });
  if (!isOpenLoop(workload)) return 0;
  const settings = loadgenSettings(workload, { fidelity, purpose });
  if (settings === null) {
    const { requests, seconds = 0 } = workload.counts[fidelity];
    return Math.max(requests / rate, purpose === "performance" ? seconds : 0); // a probe asks for requests alone
  }
  if (purpose === "accuracy") return settings.accuracySamples / rate;
  const { minQueryCount, minDurationMs, performanceSamples, equalIssue } = settings;
  const pass = equalIssue ? performanceSamples : 1;
  return (Math.ceil(Math.max(minQueryCount, (minDurationMs / 1000) * rate) / pass) * pass) / rate;
}
