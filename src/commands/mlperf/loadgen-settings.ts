import { NS_PER_MS } from "../../math/units.ts";
import type { RulesetScenario } from "../../schema/ruleset.ts";

/** The last is a compliance test: a performance run under settings of its own that logs some answers. */
export const bridgeModes = ["performance", "accuracy", "test06"] as const;

/** What the user asks for beyond the ruleset. Shorter and fewer than the ruleset's are for trying out: LoadGen then says INVALID, or no submission would be. */
export interface BridgeRequest {
  /** Queries a second that are expected, in Offline samples. */
  rate: number;
  /** Samples that there are. */
  samples: number;
  minDurationS: number | null;
  minQueries: number | null;
}

/** What is handed on to the bridge as it is: where it sends requests, what it sends, and how. */
export interface BridgeTarget {
  url: string;
  path: string;
  /** JSON bodies, a line each, in the order of the data set. */
  bodies: string;
  /** The environment variable with the server's key; null without one. */
  keyVariable: string | null;
  sutName: string;
  mode: (typeof bridgeModes)[number];
  deadlineS: number;
  /** Requests open at once at most; null: all that are due. */
  maxInFlight: number | null;
  /** The file that LoadGen reads the settings of a compliance test from; null where the mode is none. */
  auditConfig: string | null;
}

type OfRuleset = "scenario" | "samplesPerQuery" | "percentile" | "tokenLatencies" | "equalIssue" | "seeds";

/** `settings.json` of the bridge (`sut/requirements/loadgen-bridge.py`), in snake_case there. Times as named, seeds as decimal texts. */
export interface BridgeSettings extends BridgeTarget, Pick<RulesetScenario, OfRuleset> {
  targetQps: number;
  minDurationMs: number;
  minQueryCount: number;
  ttftNs: number;
  tpotNs: number;
  latencyNs: number;
  librarySamples: number;
  performanceSamples: number;
}

/** LoadGen's default of the limits that a ruleset does not set. */
const defaultLimitMs = 100;

function limitNs(ms: number | null): number {
  return Math.round((ms ?? defaultLimitMs) * NS_PER_MS);
}

/** A ruleset's scenario as LoadGen is told it, cut to the samples that there are. */
export function bridgeSettings(rules: RulesetScenario, request: BridgeRequest, target: BridgeTarget): BridgeSettings {
  const { limits, scenario, samplesPerQuery, percentile, tokenLatencies, equalIssue, seeds } = rules;
  const performance = Math.min(rules.performanceSamples, request.samples);
  // Offline's fewest are one pass: over fewer samples, one pass over those.
  const fewest = rules.minQueryCount === rules.performanceSamples ? performance : rules.minQueryCount;
  const library = target.mode === "accuracy" ? rules.accuracySamples : rules.librarySamples;
  return {
    ...target,
    scenario,
    samplesPerQuery,
    percentile,
    tokenLatencies,
    equalIssue,
    seeds,
    targetQps: request.rate,
    minDurationMs: request.minDurationS === null ? rules.minDurationMs : Math.round(request.minDurationS * 1000),
    minQueryCount: request.minQueries ?? fewest,
    ttftNs: limitNs(limits.ttftMs),
    tpotNs: limitNs(limits.tpotMs),
    // mlperf.conf sets the limit of the whole latency to 0 where tokens are judged.
    latencyNs: tokenLatencies ? 0 : limitNs(limits.latencyMs),
    librarySamples: Math.min(library, request.samples),
    performanceSamples: performance,
  };
}

/** What is not as the ruleset has it, each in a sentence; none where the logs could be handed in. */
export function departures(rules: RulesetScenario, settings: BridgeSettings): string[] {
  const told: string[] = [];
  const less = (what: string, is: number, least: number, unit: string): void => {
    if (is < least) told.push(`${what} ${is}${unit} instead of ${least}${unit}`);
  };
  // An accuracy run asks every sample once, however long that takes.
  if (settings.mode === "accuracy") {
    less("samples", settings.librarySamples, rules.accuracySamples, "");
    return told;
  }
  // A compliance test has a duration and counts of its own.
  if (settings.auditConfig === null) {
    less("min_duration", settings.minDurationMs / 1000, rules.minDurationMs / 1000, " s");
    less("min_query_count", settings.minQueryCount, rules.minQueryCount, "");
  }
  less("samples", settings.performanceSamples, rules.performanceSamples, "");
  return told;
}

/** Why LoadGen will send more than the fewest queries that were asked for; null where it will not. */
export function fullPasses({ mode, equalIssue, minQueryCount, performanceSamples }: BridgeSettings): string | null {
  if (mode !== "performance" || !equalIssue || minQueryCount % performanceSamples === 0) return null;
  const fewest = Math.ceil(minQueryCount / performanceSamples) * performanceSamples;
  return (
    `each of the ${performanceSamples} samples is sent equally often, as the ruleset has it: at least ${fewest} are sent, ` +
    `not ${minQueryCount}; --samples ${minQueryCount} takes fewer`
  );
}
