import { countText, figureText, percentText } from "../math/figures.ts";
import { earlyStopping, earlyStoppingEstimate } from "../math/loadgen/early-stopping.ts";
import { judgedDurationNs, timePerOutputTokenNs } from "../math/loadgen/results.ts";
import { isStream } from "../math/loadgen/settings.ts";
import { quantileLoadgen, sortedCopy } from "../math/quantile.ts";
import { NS_PER_MS, NS_PER_S } from "../math/units.ts";
import { certifies, type Fidelity } from "../schema/fidelity.ts";
import type { Observation, RequestRecord } from "../schema/observation.ts";
import type { RulesetScenario } from "../schema/ruleset.ts";
import { atLeast, atMost, measuredRequests, type CheckRule, type Found, type JudgeInput } from "./check.ts";

/** A trial that a ruleset judges. */
interface RulesetTrial {
  ruleset: RulesetScenario;
  observation: Observation;
  fidelity: Fidelity;
  /** True where the trial may be called VALID: below, a run is too short for the ruleset by intention. */
  certified: boolean;
}

/** Null where no ruleset judges the trial: one of accuracy, and a probe that was given up, of which `tail-budget` says all. */
function rulesetTrial({ ruleset, observation, spec }: JudgeInput): RulesetTrial | null {
  if (ruleset === undefined || ruleset === null || observation === null || spec.purpose === "accuracy") return null;
  if (observation.gaveUp !== null) return null;
  return { ruleset, observation, fidelity: spec.fidelity, certified: certifies(spec.fidelity) };
}

export const judgedLatencies = ["ttft", "tpot", "latency"] as const;
type JudgedLatency = (typeof judgedLatencies)[number];

/** Values in nanoseconds, or why they cannot be had: a run without a schedule is none of the scenario's, so that it fails. */
type LatencyValues = { values: number[] } | { why: string; status: "fail" | "unknown" };

/**
 * Latencies of all measured requests by LoadGen's clock: from the moment that was scheduled, in the streams from the send. A
 * request that failed or was cut off counts as infinitely late, since LoadGen knows no answer that never comes.
 */
function latencyValues({ ruleset, observation }: RulesetTrial, judged: JudgedLatency): LatencyValues {
  const values: number[] = [];
  for (const request of measuredRequests(observation).all) {
    if (startNs(ruleset, request) === null) return { why: "the sends had no schedule", status: "fail" };
    const value = latencyNs(ruleset, request, judged);
    if (value === null) return { why: "the server did not count its tokens", status: "unknown" };
    values.push(value);
  }
  return { values };
}

/** One of them, in ns; null where it had no schedule, or where its tokens were not counted. */
export function latencyNs(ruleset: RulesetScenario, request: RequestRecord, judged: JudgedLatency): number | null {
  const { firstTokenNs, outputTokens } = request;
  const start = startNs(ruleset, request);
  if (start === null) return null;
  if (request.error !== null || request.cancelled || firstTokenNs === null) return Infinity;
  const firstNs = firstTokenNs - start;
  const wholeNs = (request.lastTokenNs ?? request.endNs) - start;
  if (judged === "ttft") return firstNs;
  if (judged === "latency") return wholeNs;
  return outputTokens === null ? null : timePerOutputTokenNs(wholeNs, firstNs, outputTokens);
}

function startNs({ scenario }: RulesetScenario, { scheduledNs, sentNs }: RequestRecord): number | null {
  return scenario === "Server" || scenario === "Offline" ? scheduledNs : sentNs;
}

/** The limit of a latency in ms; null where the scenario has none, and for all but Server, which alone has limits. */
export function limitMs({ scenario, limits, tokenLatencies }: RulesetScenario, judged: JudgedLatency): number | null {
  if (scenario !== "Server" || tokenLatencies !== (judged !== "latency")) return null;
  return { ttft: limits.ttftMs, tpot: limits.tpotMs, latency: limits.latencyMs }[judged];
}

const latencyNames: Readonly<Record<JudgedLatency, string>> = { ttft: "TTFT", tpot: "TPOT", latency: "latency" };

/** As many requests as the ruleset asks for, in whole passes over its samples where every sample is to come equally often. */
export const rulesetQueries: CheckRule = {
  id: "ruleset-queries",
  asks: "Under a ruleset, at valid and submission: enough requests, and whole passes over the samples where each is to come equally often.",
  limit: "the ruleset's",
  remedy: "Ask for at least that many requests, in whole passes over the samples.",
  judge(input) {
    const trial = rulesetTrial(input);
    if (trial === null || !trial.certified) return null;
    const { ruleset, observation } = trial;
    const { all } = measuredRequests(observation);
    const value = all.length;
    const limit = ruleset.minQueryCount * ruleset.samplesPerQuery;
    // MultiStream pads its number of queries, whose samples overlap.
    const pass = ruleset.equalIssue && ruleset.scenario !== "MultiStream" ? ruleset.performanceSamples : 1;
    const whole = value % pass === 0;
    const passes = whole
      ? ""
      : `; they are ${countText(Math.floor(value / pass), "pass", "passes")} over ${pass} samples and ${value % pass} more, and passes have to be whole`;
    return {
      ...atLeast(value, limit, "1"),
      ...(whole ? {} : { status: "fail" as const }),
      message: `${countText(value, "request")} ${value === 1 ? "was" : "were"} sent, and ${ruleset.rulesetId} asks for at least ${limit} in ${ruleset.name}${passes}`,
      remedy: `Ask for at least ${Math.ceil(limit / pass) * pass} requests${pass === 1 ? "" : `, a multiple of ${pass}`}.`,
    };
  },
};

/** What is measured of a scenario, and what makes it longer. */
const words = {
  Offline: {
    what: "the longest latency was",
    remedy: "Ask for more samples: raise the expected rate, of which LoadGen makes its one query.",
  },
  Server: { what: "the last request was due after", remedy: "Ask for more requests, or for a lower load.rate." },
  SingleStream: { what: "the last request was sent after", remedy: "Ask for more requests." },
  MultiStream: { what: "the last query was sent after", remedy: "Ask for more queries." },
} as const;

/** The run is as long as the ruleset asks for, by what LoadGen compares with its shortest duration. */
export const rulesetDuration: CheckRule = {
  id: "ruleset-duration",
  asks: "Under a ruleset, at valid and submission: the run is long enough, by what LoadGen compares with its shortest duration.",
  limit: "the ruleset's",
  remedy: "Ask for more requests; in Offline raise the expected rate, of which LoadGen makes its one query.",
  judge(input) {
    const trial = rulesetTrial(input);
    if (trial === null || !trial.certified) return null;
    const { ruleset, observation } = trial;
    const value = judgedSeconds(ruleset, observation);
    if (value === null) return null;
    const limit = ruleset.minDurationMs / 1000;
    const { what, remedy } = words[ruleset.scenario];
    return {
      ...atLeast(value, limit, "s"),
      message: `${what} ${figureText(value)} s, and ${ruleset.rulesetId} asks for at least ${figureText(limit)} s in ${ruleset.name}${sizedText(input.sizing)}`,
      remedy,
    };
  },
};

/** What LoadGen compares with its shortest duration, in seconds; null where nothing was measured. */
export function judgedSeconds(ruleset: RulesetScenario, observation: Observation): number | null {
  let firstNs = Infinity;
  let maxLatencyNs = 0;
  let lastScheduledNs = 0;
  let lastIssuedNs = 0;
  const { all } = measuredRequests(observation);
  for (const { scheduledNs, sentNs, lastTokenNs, endNs } of all) {
    const dueNs = scheduledNs ?? sentNs;
    firstNs = Math.min(firstNs, dueNs);
    maxLatencyNs = Math.max(maxLatencyNs, (lastTokenNs ?? endNs) - dueNs);
    lastScheduledNs = Math.max(lastScheduledNs, dueNs);
    lastIssuedNs = Math.max(lastIssuedNs, sentNs);
  }
  if (all.length === 0) return null;
  const run = { maxLatencyNs, lastScheduledNs: lastScheduledNs - firstNs, lastIssuedNs: lastIssuedNs - firstNs };
  return judgedDurationNs(ruleset.scenario, run) / NS_PER_S;
}

function sizedText(sizing: JudgeInput["sizing"]): string {
  const earlier = (sizing?.attempts ?? []).slice(0, -1);
  if (earlier.length === 0) return "";
  const ended = earlier.map(
    ({ requests, lastedS }) => `${countText(requests, "request")} lasted ${figureText(lastedS)} s`,
  );
  return `; it was enlarged ${earlier.length === 1 ? "once" : "twice"} by what had been measured: ${ended.join(", ")}`;
}

/**
 * Server: the percentile of TTFT and TPOT, or of the whole latency, by LoadGen's index, is not above its limit. At every
 * fidelity but smoke, whose handful of requests has no tail.
 */
export const rulesetLatencies: readonly CheckRule[] = judgedLatencies.map(latencyRule);

function latencyRule(judged: JudgedLatency): CheckRule {
  return {
    id: `ruleset-${judged}`,
    asks: `Under a ruleset, in Server: the percentile of ${latencyNames[judged]}, by LoadGen's index, is within its limit. Not at smoke.`,
    limit: "the ruleset's",
    remedy: "Lower load.rate.",
    judge(input) {
      const trial = rulesetTrial(input);
      if (trial === null || trial.fidelity === "smoke") return null;
      const { ruleset } = trial;
      const limit = limitMs(ruleset, judged);
      if (limit === null || ruleset.percentile === null) return null;
      const name = `${latencyNames[judged]} at p${figureText(ruleset.percentile * 100)}`;
      const check = (status: Found["status"], value: number | null, message: string): Found => {
        return { ...atMost(value, limit, "ms"), status, message };
      };
      const found = latencyValues(trial, judged);
      if ("why" in found) return check(found.status, null, `no ${name}: ${found.why}`);
      const valueNs = quantileLoadgen(sortedCopy(found.values), ruleset.percentile);
      if (valueNs === null) return null;
      const asked = `${ruleset.rulesetId} allows ${figureText(limit)} ms in ${ruleset.name}`;
      if (valueNs === Infinity) return check("fail", null, `too many requests failed for a ${name}; ${asked}`);
      const value = valueNs / NS_PER_MS;
      const kept = valueNs <= limit * NS_PER_MS;
      return check(kept ? "pass" : "fail", value, `${name} was ${figureText(value)} ms, and ${asked}`);
    },
  };
}

/** Server: so few requests are above each limit that it is held with the ruleset's confidence, not by luck. */
export const rulesetEarlyStopping: readonly CheckRule[] = [
  ...judgedLatencies.map(limitRule),
  {
    id: "early-stopping",
    asks: "Under a ruleset, in SingleStream and MultiStream, at valid and submission: enough queries for an estimate of the percentile by early stopping.",
    limit: "as many queries as LoadGen's early stopping needs",
    remedy: "Ask for at least as many queries as the message says.",
    judge: judgeStream,
  },
];

function limitRule(judged: JudgedLatency): CheckRule {
  return {
    id: `early-stopping-${judged}`,
    asks: `Under a ruleset, in Server, at valid and submission: so few requests are above the limit of ${latencyNames[judged]} that it is kept with the ruleset's confidence.`,
    limit: "as many requests as LoadGen's early stopping tolerates",
    remedy: "Ask for more requests, or lower load.rate until fewer are late.",
    judge(input) {
      const trial = rulesetTrial(input);
      if (trial === null || !trial.certified) return null;
      const { ruleset } = trial;
      const limit = limitMs(ruleset, judged);
      if (limit === null || ruleset.percentile === null) return null;
      const found = latencyValues(trial, judged);
      if ("why" in found) {
        const message = `cannot tell how many were above the ${latencyNames[judged]} limit: ${found.why}`;
        return { status: found.status, value: null, limit: null, margin: null, unit: "1", message };
      }
      const over = found.values.filter((value) => value > limit * NS_PER_MS).length;
      const stop = earlyStopping(found.values.length, over, ruleset.percentile, ruleset.earlyStoppingConfidence);
      const share = `p${figureText(ruleset.percentile * 100)}`;
      const isOne = stop.queries === 1;
      const tolerated =
        stop.allowed === null
          ? `${isOne ? "is" : "are"} too few to tolerate any`
          : `${isOne ? "tolerates" : "tolerate"} ${stop.allowed}`;
      const more = stop.met
        ? ""
        : `; ${countText(stop.more, "more request")} within the limit would be enough (${stop.needed} in all)`;
      return {
        status: stop.met ? "pass" : "fail",
        value: over,
        limit: stop.allowed ?? "none",
        margin: stop.allowed === null ? null : stop.allowed - over,
        unit: "1",
        message:
          `${over} of ${countText(stop.queries, "request")} ${over === 1 || isOne ? "was" : "were"} above the ${latencyNames[judged]} limit of ${figureText(limit)} ms; ` +
          `at ${share} and ${percentText(ruleset.earlyStoppingConfidence)} confidence ${countText(stop.queries, "request")} ${tolerated}${more}`,
      };
    },
  };
}

/** SingleStream and MultiStream have no limit: enough queries for an estimate of their percentile. */
function judgeStream(input: JudgeInput): Found | null {
  const trial = rulesetTrial(input);
  if (trial === null || !trial.certified) return null;
  const { ruleset } = trial;
  const { percentile } = ruleset;
  if (percentile === null) return null;
  if (!isStream(ruleset.scenario)) return null;
  const queries = Math.floor(measuredRequests(trial.observation).all.length / ruleset.samplesPerQuery);
  const estimate = earlyStoppingEstimate(queries, percentile, ruleset.earlyStoppingConfidence);
  const share = `p${figureText(percentile * 100)}`;
  return {
    ...atLeast(queries, estimate.needed, "1"),
    status: estimate.met ? "pass" : "fail",
    message: estimate.met
      ? `${sentText(queries)}, enough for an estimate of ${share}, which discards the ${estimate.discarded} highest`
      : `${sentText(queries)}, and an estimate of ${share} needs ${estimate.needed}, ${estimate.more} more`,
    remedy: `Ask for at least ${estimate.needed} queries.`,
  };
}

function sentText(queries: number): string {
  return `${countText(queries, "query", "queries")} ${queries === 1 ? "was" : "were"} sent`;
}
