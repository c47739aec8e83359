import { searchedExperiments, accuracyFollowsPeak, repeatsOf } from "../design/index.ts";
import { mean, sum } from "../math/statistics.ts";
import { runsAlready } from "../schema/engine.ts";
import type { Experiment, Expansion } from "../schema/experiment.ts";
import type { Estimate, Plan, PlannedLoad, PlannedSearch, PlannedTraffic } from "../schema/plan.ts";
import type { Fidelity } from "../schema/fidelity.ts";
import { onceEach } from "../schema/once-each.ts";
import type { Study } from "../schema/study.ts";
import { sutsOf } from "../schema/sut.ts";
import { isUsable } from "../schema/trial.ts";
import { isOpenLoop } from "../schema/scenario.ts";
import type { Workload } from "../schema/workload.ts";
import type { Ledger, TrialSpec } from "../schema/trial-spec.ts";
import { loadgenRequests, loadgenSettings, scheduleShelf } from "./ruleset-load.ts";
import { estimateSearches, type SearchEstimate } from "./search-estimate.ts";
import { keepOneRate, stretchesOf } from "../schema/arrival-kinds.ts";
import { lengthUnderRate } from "../math/under-rate.ts";
import { countText } from "../math/figures.ts";

/** Seconds taken where nothing is known yet: guesses, and the estimate says so. */
const guesses = { measured: { startupS: 90, loadS: 60 }, simulated: { startupS: 0.6, loadS: 3 } } as const;

/**
 * How long a plan will take, from this study's own past trials where there are any; the searches of a study by the
 * longest that they can take. Pure: the ledger is the past.
 */
export function estimateTime(
  plan: Plan,
  ledger: Ledger,
  trials: readonly TrialSpec[] = plan.trials,
  searched: readonly Experiment[] = searchedExperiments(plan.study, plan),
): Estimate {
  const { study } = plan;
  const search = estimateSearches(plan, searched);
  const launches = new Set(trials.map((trial) => trial.launchKey)).size + search.launches;
  const suts = sutsOf(study, plan.experiments);
  const guess = guesses[suts.every(({ engine }) => engine.origin === "simulated") ? "simulated" : "measured"];
  const pastStartup = ledger.trials.flatMap(({ startupS }) => (startupS === null ? [] : [startupS]));
  // A smoke trial does not tell how long a valid one takes, nor one that failed how long one that did not.
  const alike = ledger.trials.filter((trial) => trial.fidelity === study.fidelity && trial.purpose === "performance");
  const usable = alike.filter((trial) => isUsable({ verdict: trial }));
  const pastLoad = usable.flatMap(({ loadS }) => (loadS === null ? [] : [loadS]));
  const startupEachS = mean(pastStartup) ?? (suts.every(({ engine }) => runsAlready(engine)) ? 0 : guess.startupS);
  const shortestS = Math.max(...study.workloads.map(({ counts }) => counts[study.fidelity].seconds ?? 0));
  const otherwiseS = mean(pastLoad) ?? Math.max(guess.loadS, shortestS);
  const workloads = new Map(plan.experiments.map(({ labels, workload }) => [labels.name, workload]));
  // An open loop takes as long as its schedule says, whatever earlier trials at other rates took.
  const secondsOf = new Map<Workload, number | null>();
  const scheduled: number[] = [];
  for (const { experiment, fidelity } of trials) {
    const workload = workloads.get(experiment);
    if (workload === undefined) continue;
    const seconds = secondsOf.getOrInsertComputed(workload, () => scheduleOf(workload, fidelity)?.seconds ?? null);
    if (seconds !== null) scheduled.push(seconds);
  }
  const startupS = startupEachS * launches;
  const loadS = sum(scheduled) + otherwiseS * (trials.length - scheduled.length) + search.loadS;
  return {
    totalS: Math.round(startupS + loadS),
    startupS: Math.round(startupS),
    loadS: Math.round(loadS),
    launches,
    trials: trials.length + search.probes + search.sustained + search.accuracy,
    basis: [
      `${countText(launches, "launch", "launches")} at ${startupEachS.toFixed(1)} s (${source(pastStartup)})`,
      ...(scheduled.length < trials.length
        ? [
            `${countText(trials.length - scheduled.length, "trial")} at ${otherwiseS.toFixed(1)} s of load (${source(pastLoad)})`,
          ]
        : []),
      ...(scheduled.length > 0
        ? [`${countText(scheduled.length, "trial")} of an open loop, ${sum(scheduled).toFixed(1)} s by their rates`]
        : []),
      ...searchText(study, searched.length, search),
    ].join(" and "),
  };
}

/** Requests that a trial measures, and the seconds that it takes: by its schedule where it has one, else at the least. */
export function plannedLoad(workload: Workload, fidelity: Fidelity): PlannedLoad {
  const settings = loadgenSettings(workload, { fidelity, purpose: "performance" });
  const { requests, seconds = 0 } = workload.counts[fidelity];
  const scheduled = scheduleOf(workload, fidelity);
  return {
    requests: settings === null ? Math.max(requests, scheduled?.requests ?? 0) : loadgenRequests(settings),
    seconds: Math.max(scheduled?.seconds ?? 0, seconds),
    isScheduled: scheduled !== null && scheduled.seconds >= seconds,
  };
}

/** How many arrivals an open loop has under its rate, and how long they take in seconds; null for any other load, and where the times are a trace's. */
function scheduleOf(workload: Workload, fidelity: Fidelity): { requests: number; seconds: number } | null {
  const { arrivals, load } = workload;
  const { rate = null } = load;
  if (!isOpenLoop(workload)) return null;
  const { requests, seconds = 0 } = workload.counts[fidelity];
  const stretches = stretchesOf(arrivals, rate);
  if (stretches !== null) return lengthUnderRate(stretches, { requests, seconds });
  const settings = loadgenSettings(workload, { fidelity, purpose: "performance" });
  if (rate === null || (settings === null && !keepOneRate(arrivals))) return null;
  // A schedule that has to last so long has as many arrivals as its rate gives until then.
  const lasts = settings === null ? Math.max(requests / rate, seconds) : (loadgenRequests(settings) - 1) / rate;
  return { requests: Math.ceil(lasts * rate), seconds: lasts };
}

/** The searches, and on what their bound rests. */
function searchText(
  { peak }: Study,
  searched: number,
  { probes, sustained, accuracy, loadS }: SearchEstimate,
): string[] {
  if (peak === null || searched === 0) return [];
  const after = [
    ...(sustained > 0 ? [countText(sustained, "sustained trial")] : []),
    ...(accuracy > 0 ? [`${accuracy} of accuracy`] : []),
  ];
  return [
    `${countText(searched, "search", "searches")}, in the longest case ${[countText(probes, "probe"), ...after].join(", ")}: ${loadS.toFixed(1)} s by their rates, ` +
      `more only where ${peak.from} a second breaks`,
  ];
}

function source(values: number[]): string {
  return values.length === 0
    ? "a guess: this study has no such trial yet"
    : `mean of ${countText(values.length, "past trial")}`;
}

/** Requests, seconds and schedules of the workloads of a plan. */
export function plannedTraffic(fidelity: Fidelity): PlannedTraffic {
  const loadOf = onceEach((workload: Workload) => plannedLoad(workload, fidelity));
  return { loadOf, scheduleOf: scheduleShelf(fidelity) };
}

/** What a plan searches for; null where it searches nothing. */
export function plannedSearch({ study, expansion }: Plan & { expansion: Expansion }): PlannedSearch | null {
  const experiments = searchedExperiments(study, expansion).length;
  if (study.peak === null || experiments === 0) return null;
  return {
    experiments,
    sustained: study.peak.sustain ? repeatsOf(study) : 0,
    hasAccuracy: accuracyFollowsPeak(study),
  };
}
