import { NS_PER_MS, NS_PER_S } from "../units.ts";
import { drawsOf, exponentialNs, shuffle, type Draws } from "./draws.ts";
import { effectiveCounts, type LoadgenSettings } from "./settings.ts";

/** The traffic of one loaded set, all decided before the clock starts. */
export interface LoadgenQueries {
  /** `loaded_qsl_set`: indices into the data set, in the order in which they are loaded. */
  loadedSet: Uint32Array;
  /** `generated_query_count`. In the streams an upper bound: they end when count and duration are reached. */
  queries: number;
  /** `generated_samples_per_query`, padding included. */
  samplesPerQuery: number;
  /** `generated_query_duration`: the sum of all gaps, the one after the last query too. */
  durationNs: number;
  /** When each query is due from the start; the streams ignore it and issue when the one before is done. */
  scheduledNs: Float64Array;
  /** Indices into the data set in order of issue, `samplesPerQuery` for each query. */
  samples: Uint32Array;
}

/** One loaded set; MultiStream repeats its beginning at the end, so that samples of a query stand beside each other. */
interface LoadedSet {
  samples: Uint32Array;
  /** Without that padding. */
  size: number;
}

/**
 * The queries that LoadGen generates, from its seeds: one element in performance mode, one a loaded set in accuracy mode.
 * Equal to LoadGen's to the nanosecond and the index where it was built with the standard library that the settings name.
 * Source: loadgen/loadgen.cc, GenerateLoadableSets and GenerateQueries.
 */
export function generateQueries(settings: LoadgenSettings): LoadgenQueries[] {
  const sets = loadableSets(settings);
  const used = settings.mode === "accuracy" ? sets : sets.slice(0, 1);
  return used.map((set) => queriesOf(settings, set));
}

function loadableSets(settings: LoadgenSettings): LoadedSet[] {
  const { librarySamples, performanceSamples } = settings;
  const total =
    settings.mode === "accuracy"
      ? settings.accuracySamples
      : settings.performanceSetFrom === "library"
        ? librarySamples
        : performanceSamples;
  const indices = firstNumbers(Math.min(total, librarySamples));
  shuffle(indices, drawsOf(settings.seeds.qsl, settings.standardLibrary));
  const padding = settings.scenario === "MultiStream" ? settings.samplesPerQuery - 1 : 0;
  const sets: LoadedSet[] = [];
  for (let from = 0; from < indices.length; from += performanceSamples) {
    const own = indices.subarray(from, from + performanceSamples);
    // A set smaller than its padding goes round, as LoadGen's copy of the growing set does.
    const samples = Uint32Array.from({ length: own.length + padding }, (_, index) => own[index % own.length]!);
    sets.push({ samples, size: own.length });
  }
  return sets;
}

function queriesOf(settings: LoadgenSettings, set: LoadedSet): LoadgenQueries {
  const sampleDraws = drawsOf(settings.seeds.sampleIndex, settings.standardLibrary);
  const scheduleDraws = drawsOf(settings.seeds.schedule, settings.standardLibrary);
  const { samplesPerQuery, leastQueries, untilNs } = extentOf(settings, set);
  const choose = chooser(settings, set, { samplesPerQuery, leastQueries: leastQueries.drawn, draws: sampleDraws });
  const gapNs = gaps(settings, scheduleDraws);

  const scheduledNs: number[] = [];
  const samples: number[] = [];
  let least = leastQueries.padded;
  let due = 0;
  let before = 0;
  while (before < untilNs || scheduledNs.length < least) {
    choose(samples);
    scheduledNs.push(due);
    before = due;
    due += gapNs();
    // Not long enough yet after a whole pass: another one.
    if (settings.equalIssue && settings.scenario !== "Offline" && scheduledNs.length >= least && before < untilNs) {
      least += set.samples.length;
    }
  }
  return {
    loadedSet: set.samples,
    queries: scheduledNs.length,
    samplesPerQuery,
    durationNs: due,
    scheduledNs: Float64Array.from(scheduledNs),
    samples: Uint32Array.from(samples),
  };
}

interface Extent {
  samplesPerQuery: number;
  /** The number that permutations are drawn for, and the one that is issued at least. */
  leastQueries: { drawn: number; padded: number };
  untilNs: number;
}

function extentOf(settings: LoadgenSettings, set: LoadedSet): Extent {
  const { scenario, mode, equalIssue } = settings;
  const counts = effectiveCounts(settings);
  const loaded = set.samples.length;
  if (mode === "accuracy") {
    const samplesPerQuery = scenario === "Offline" ? set.size : counts.samplesPerQuery;
    const queries = Math.floor(loaded / samplesPerQuery);
    return { samplesPerQuery, leastQueries: { drawn: queries, padded: queries }, untilNs: 0 };
  }
  const wholePasses = (count: number): number => Math.ceil(count / loaded) * loaded;
  const padSamples = equalIssue && scenario === "Offline";
  const padQueries = equalIssue && scenario !== "Offline";
  const multiplier = scenario === "Server" ? 1 : 2;
  return {
    samplesPerQuery: padSamples ? wholePasses(counts.samplesPerQuery) : counts.samplesPerQuery,
    leastQueries: {
      drawn: counts.minQueryCount,
      padded: padQueries ? wholePasses(counts.minQueryCount) : counts.minQueryCount,
    },
    untilNs: multiplier * counts.targetDurationMs * NS_PER_MS,
  };
}

function gaps({ scenario, targetQps }: LoadgenSettings, draws: Draws): () => number {
  const periodNs = Math.trunc((1 / targetQps) * NS_PER_S);
  return scenario === "Server" ? () => exponentialNs(draws, targetQps) : () => periodNs;
}

/** Appends a query's samples to a list. Permutations are drawn from the one stream whether they are used or not, as LoadGen draws them. */
function chooser(
  settings: LoadgenSettings,
  set: LoadedSet,
  { samplesPerQuery, leastQueries, draws }: { samplesPerQuery: number; leastQueries: number; draws: Draws },
): (samples: number[]) => void {
  const { scenario, mode, equalIssue } = settings;
  const loaded = set.samples;
  const stride = scenario === "MultiStream" ? samplesPerQuery : 1;
  const starts = (): Uint32Array => {
    const list = Uint32Array.from({ length: Math.ceil(set.size / stride) }, (_, index) => index * stride);
    shuffle(list, draws);
    return list;
  };
  const ofAccuracy = mode === "accuracy" ? starts() : null;
  starts(); // LoadGen's "unique" order, of a mode that no language model uses.
  const passes = equalIssuePasses(leastQueries, loaded.length, draws);

  let next = 0;
  const position = (): number => {
    const at = next++;
    // Beyond its permutations LoadGen begins again with the first.
    if (equalIssue && scenario !== "MultiStream") return passes[at % passes.length]!;
    return ofAccuracy === null ? draws.below(set.size) : ofAccuracy[at]!;
  };
  if (scenario === "Offline") {
    return (samples) => {
      for (const sample of offlineSamples(settings, loaded, samplesPerQuery, draws)) samples.push(sample);
    };
  }
  return (samples) => {
    const first = position();
    for (let index = 0; index < samplesPerQuery; index++) samples.push(loaded[first + index]!);
  };
}

/** Whole permutations of a set, enough for so many samples; each shuffles what the one before left. */
function equalIssuePasses(least: number, size: number, draws: Draws): Uint32Array {
  const order = firstNumbers(size);
  const passes = new Uint32Array(Math.ceil(least / size) * size);
  for (let from = 0; from < passes.length; from += size) {
    shuffle(order, draws);
    passes.set(order, from);
  }
  return passes;
}

/** The loaded set over and over; with equal issue each whole repeat is shuffled by itself. */
function offlineSamples(settings: LoadgenSettings, loaded: Uint32Array, count: number, draws: Draws): Uint32Array {
  const samples = Uint32Array.from({ length: count }, (_, index) => loaded[index % loaded.length]!);
  if (!settings.equalIssue) return samples;
  for (let from = 0; from + loaded.length <= count; from += loaded.length) {
    shuffle(samples, draws, from, from + loaded.length);
  }
  return samples;
}

function firstNumbers(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, index) => index);
}
