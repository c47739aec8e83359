import { generateQueries } from "../../math/loadgen/queries.ts";
import { effectiveCounts, isStream, type LoadgenSettings } from "../../math/loadgen/settings.ts";
import { NS_PER_MS } from "../../math/units.ts";

/** What LoadGen would issue: which samples, in which order, when. */
export interface LoadGenPlan {
  /** Places in the dataset, in the order of issue. */
  samples: Uint32Array;
  /** So many of them go in one query. */
  samplesPerQuery: number;
  /** When each query is due, in ns after the start. */
  scheduledNs: Float64Array;
  /** The streams end when so many queries were issued and so much time has passed; null where everything is issued. */
  enough: { queries: number; ns: number } | null;
}

/** The requests that LoadGen's settings give. Its loaded sets follow each other; a performance run has one. */
export function loadGenPlanOf(settings: LoadgenSettings): LoadGenPlan {
  const sets = generateQueries(settings);
  const [first] = sets;
  if (first === undefined) throw new Error("LoadGen's settings name no sample");
  const { scenario, mode } = settings;
  const { minQueryCount, targetDurationMs } = effectiveCounts(settings);
  const enough = isStream(scenario) && mode === "performance";
  let beforeNs = 0;
  const scheduledNs = sets.flatMap((set) => {
    const due = Array.from(set.scheduledNs, (ns) => beforeNs + ns);
    beforeNs += set.durationNs;
    return due;
  });
  return {
    samples: Uint32Array.from(sets.flatMap(({ samples }) => [...samples])),
    samplesPerQuery: first.samplesPerQuery,
    scheduledNs: Float64Array.from(scheduledNs),
    enough: enough ? { queries: minQueryCount, ns: targetDurationMs * NS_PER_MS } : null,
  };
}
