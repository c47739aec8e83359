import { NS_PER_MS } from "../../math/units.ts";
import type { RulesetScenario } from "../../schema/ruleset.ts";

/** The last is a compliance test: a performance run under settings of its own that logs some answers. */
export const bridgeModes = ["performance", "accuracy", "test06"] as const;

/** What the user asks for beyond the ruleset. Shorter and fewer than the ruleset's are for trying out: LoadGen then says INVALID, or no submission would be. */
export interface BridgeRequest {
  mode: (typeof bridgeModes)[number];
  /** Queries a second that are expected, in Offline samples. */
  rate: number;
  /** Samples that there are. */
  samples: number;
  minDurationS: number | null;
  minQueries: number | null;
  deadlineS: number;
  /** Requests open at once at most; null: all that are due. */
  maxInFlight: number | null;
}

/** Where the bridge sends requests, and what it sends. */
export interface BridgeTarget {
  url: string;
  path: string;
  /** JSON bodies, a line each, in the order of the data set. */
  bodies: string;
  /** The environment variable with the server's key; null without one. */
  keyVariable: string | null;
  sutName: string;
  /** The file that LoadGen reads the settings of a compliance test from; null where the mode is none. */
  auditConfig: string | null;
}

/** `settings.json` of the bridge (`sut/requirements/loadgen-bridge.py`). Times as named, seeds as decimal texts. */
export interface BridgeSettings {
  url: string;
  path: string;
  bodies: string;
  key_variable: string | null;
  sut_name: string;
  deadline_s: number;
  max_in_flight: number | null;
  scenario: RulesetScenario["scenario"];
  mode: BridgeRequest["mode"];
  audit_config: string | null;
  target_qps: number;
  min_duration_ms: number;
  min_query_count: number;
  samples_per_query: number;
  percentile: number | null;
  token_latencies: boolean;
  ttft_ns: number;
  tpot_ns: number;
  latency_ns: number;
  equal_issue: boolean;
  library_samples: number;
  performance_samples: number;
  seeds: { qsl: string; sample_index: string; schedule: string };
}

/** LoadGen's default of the limits that a ruleset does not set. */
const defaultLimitMs = 100;

function limitNs(ms: number | null): number {
  return Math.round((ms ?? defaultLimitMs) * NS_PER_MS);
}

/** A ruleset's scenario as LoadGen is told it, cut to the samples that there are. */
export function bridgeSettings(rules: RulesetScenario, request: BridgeRequest, target: BridgeTarget): BridgeSettings {
  const { limits, seeds } = rules;
  // mlperf.conf sets the limit of the whole latency to 0 where tokens are judged.
  const latencyNs = rules.tokenLatencies ? 0 : limitNs(limits.latencyMs);
  const performance = Math.min(rules.performanceSamples, request.samples);
  // Offline's fewest are one pass: over fewer samples, one pass over those.
  const fewest = rules.minQueryCount === rules.performanceSamples ? performance : rules.minQueryCount;
  return {
    url: target.url,
    path: target.path,
    bodies: target.bodies,
    key_variable: target.keyVariable,
    sut_name: target.sutName,
    deadline_s: request.deadlineS,
    max_in_flight: request.maxInFlight,
    scenario: rules.scenario,
    mode: request.mode,
    audit_config: target.auditConfig,
    target_qps: request.rate,
    min_duration_ms: request.minDurationS === null ? rules.minDurationMs : Math.round(request.minDurationS * 1000),
    min_query_count: request.minQueries ?? fewest,
    samples_per_query: rules.samplesPerQuery,
    percentile: rules.percentile,
    token_latencies: rules.tokenLatencies,
    ttft_ns: limitNs(limits.ttftMs),
    tpot_ns: limitNs(limits.tpotMs),
    latency_ns: latencyNs,
    equal_issue: rules.equalIssue,
    library_samples: Math.min(
      request.mode === "accuracy" ? rules.accuracySamples : rules.librarySamples,
      request.samples,
    ),
    performance_samples: performance,
    seeds: { qsl: seeds.qsl, sample_index: seeds.sampleIndex, schedule: seeds.schedule },
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
    less("samples", settings.library_samples, rules.accuracySamples, "");
    return told;
  }
  // A compliance test has a duration and counts of its own.
  if (settings.audit_config === null) {
    less("min_duration", settings.min_duration_ms / 1000, rules.minDurationMs / 1000, " s");
    less("min_query_count", settings.min_query_count, rules.minQueryCount, "");
  }
  less("samples", settings.performance_samples, rules.performanceSamples, "");
  return told;
}
