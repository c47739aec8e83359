import { generateQueries, type LoadgenQueries } from "../../math/loadgen/queries.ts";
import { runSettings } from "../../math/loadgen/run-settings.ts";
import { effectiveCounts, isStream, type LoadgenMode, type LoadgenSettings } from "../../math/loadgen/settings.ts";
import { certifies } from "../../schema/fidelity.ts";
import { asText, type Json } from "../../schema/json.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { StoredRequest } from "../../schema/observation.ts";
import type { RulesetScenario } from "../../schema/ruleset.ts";
import { isUsable, type Trial } from "../../schema/trial.ts";
import { marked } from "./mark.ts";
import { defaultLimitNs, type IssuedSample, type MlperfRun } from "./run.ts";

/** Which rules a trial was made by: `<ruleset>/<model>` and the scenario in our words; null where it had none. */
export function rulesOfTrial({ identity }: Pick<Trial, "identity">): { ruleset: string; scenario: string } | null {
  const workload = identity.workload as { [member: string]: Json };
  const { ruleset, scenario } = workload;
  return typeof ruleset === "string" && typeof scenario === "string" ? { ruleset, scenario } : null;
}

/** A run that can be exported. */
export interface ExportedRun {
  run: MlperfRun;
  /** What the seeds give, one element a loaded set; none where an accuracy run had an order of its own. */
  queries: LoadgenQueries[];
  issued: IssuedSample[];
}

/** The usable accuracy trials of a performance trial's configuration, build and sampling, the latest first. */
export function accuracyTrials(trials: readonly Trial[], { accuracyKey, resolvedId }: Trial): Trial[] {
  const own = trials.filter(
    (one) =>
      one.spec.purpose === "accuracy" &&
      one.accuracyKey === accuracyKey &&
      one.resolvedId === resolvedId &&
      isUsable(one),
  );
  return own.toSorted((left, right) => Date.parse(right.startedAt) - Date.parse(left.startedAt));
}

/** What is compared is whole ns on both sides; a start at a fraction of one may round the other way. */
const roundingNs = 1;

/**
 * A performance trial as a run of LoadGen's. Fails where LoadGen could not have made it: an answer that never came, tokens
 * that the server did not count, requests that are not those of the ruleset's seeds.
 */
export function performanceRun(
  trial: Trial,
  rules: RulesetScenario,
  requests: readonly StoredRequest[],
): Result<ExportedRun> {
  const issued = issuedSamples(trial, requests);
  if (!issued.ok) return issued;
  const found = settingsOf(trial, rules, "performance", issued.value);
  if (found === null) {
    return fail(
      "other-traffic",
      `${trial.spec.trialId}: its requests are not those that the seeds of ${rules.rulesetId} give`,
      "Run it with this version of the ruleset, and with a load.order that is declared.",
    );
  }
  return succeed({ run: runOf(trial, rules, found.settings), queries: found.queries, issued: issued.value });
}

/** An accuracy trial as a run of LoadGen's. Where its order is none of LoadGen's, its log says no loaded set. */
export function accuracyRun(trial: Trial, rules: RulesetScenario, requests: readonly StoredRequest[]): ExportedRun {
  const issued = issuedSamples(trial, requests);
  const samples = issued.ok ? issued.value : [];
  const found = samples.length === 0 ? null : settingsOf(trial, rules, "accuracy", samples);
  const settings =
    found?.settings ??
    runSettings(rules, { mode: "accuracy", targetQps: rateOf(trial, requests.length), samples: requests.length });
  return { run: runOf(trial, rules, settings), queries: found?.queries ?? [], issued: samples };
}

function issuedSamples({ spec }: Trial, requests: readonly StoredRequest[]): Result<IssuedSample[]> {
  const refuse = (why: string): Result<never> =>
    fail("not-a-run", `${spec.trialId}: ${why}`, "LoadGen has no way to say so: export another trial.");
  const startNs = requests.reduce((least, { scheduledNs, sentNs }) => Math.min(least, scheduledNs ?? sentNs), Infinity);
  const issued: IssuedSample[] = [];
  for (const [place, request] of requests.entries()) {
    const { sample, chunk, scheduledNs, sentNs, firstTokenNs, lastTokenNs, endNs, outputTokens } = request;
    if (request.error !== null || request.cancelled) return refuse(`request ${place} had no whole answer`);
    if (firstTokenNs === null) return refuse(`request ${place} had no token`);
    if (outputTokens === null) return refuse("the server did not count its tokens");
    issued.push({
      sample,
      query: chunk ?? place,
      dueNs: scheduledNs === null ? null : scheduledNs - startNs,
      sentNs: sentNs - startNs,
      firstTokenNs: firstTokenNs - startNs,
      doneNs: (lastTokenNs ?? endNs) - startNs,
      tokens: outputTokens,
    });
  }
  return issued.length === 0 ? refuse("it has no request") : succeed(issued);
}

/**
 * The settings that give just this traffic. A certified trial goes by the rules; a shorter one by so many samples as it
 * asked, which MultiStream rounds up to whole queries.
 */
function settingsOf(
  trial: Trial,
  rules: RulesetScenario,
  mode: LoadgenMode,
  issued: readonly IssuedSample[],
): { settings: LoadgenSettings; queries: LoadgenQueries[] } | null {
  const targetQps = rateOf(trial, issued.length);
  const counts = isCertified(trial)
    ? [null]
    : Array.from({ length: rules.samplesPerQuery }, (_, less) => issued.length - less);
  for (const samples of counts) {
    if (samples !== null && samples < 1) continue;
    const settings = runSettings(rules, { mode, targetQps, samples });
    const queries = generateQueries(settings);
    if (isTraffic(queries, issued, settings)) return { settings, queries };
  }
  return null;
}

/** Below, a run is smaller by intention. */
function isCertified({ spec }: Trial): boolean {
  return certifies(spec.fidelity);
}

/** The rate of the load, or what Offline and the streams were sized by. */
function rateOf({ identity, sizing }: Trial, requests: number): number {
  const { load = {} } = identity.workload as { load?: { [knob: string]: Json } };
  const stated = load["rate"] ?? sizing?.attempts.at(-1)?.expectedRate ?? load["expected_rate"];
  return typeof stated === "number" ? stated : Math.max(1, requests);
}

/** Server and Offline issue all; the streams end when they had enough. */
function isTraffic(
  queries: readonly LoadgenQueries[],
  issued: readonly IssuedSample[],
  { scenario, mode }: LoadgenSettings,
): boolean {
  const samples = queries.flatMap((set) => [...set.samples]);
  if (isStream(scenario) ? issued.length > samples.length : issued.length !== samples.length) return false;
  if (!issued.every(({ sample }, place) => sample === samples[place])) return false;
  const [first] = queries;
  if (scenario !== "Server" || mode === "accuracy" || first === undefined) return true;
  return issued.every(({ dueNs }, place) => Math.abs((dueNs ?? NaN) - first.scheduledNs[place]!) <= roundingNs);
}

function limitNs(ms: number | null): number {
  return ms === null ? defaultLimitNs : Math.round(ms * 1e6);
}

function datasetName({ provenance }: Trial): string {
  return asText(provenance?.dataset["name"]) ?? "unknown";
}

function runOf(trial: Trial, rules: RulesetScenario, settings: LoadgenSettings): MlperfRun {
  const { limits } = rules;
  const { provenance, spec, verdict, origin, study } = trial;
  const { mode, targetQps } = settings;
  const counts = effectiveCounts(runSettings(rules, { mode, targetQps, samples: null }));
  const mark = {
    madeBy: `ceteris ${provenance?.ceteris.version ?? "(version unknown)"}`,
    study,
    trialId: spec.trialId,
    status: verdict.status,
    reason: verdict.reason,
    cutShort: isCertified(trial)
      ? null
      : `Smaller than ${rules.rulesetId} asks for by intention (fidelity ${spec.fidelity}), and judged by what it asks for.`,
    simulated: origin === "simulated",
  };
  return {
    mark,
    settings,
    least: { durationMs: rules.minDurationMs, queries: counts.minQueryCount, samples: counts.minSampleCount },
    percentile: rules.percentile ?? 0.99,
    limits: {
      ttftNs: limitNs(limits.ttftMs),
      tpotNs: limitNs(limits.tpotMs),
      // mlperf.conf sets it to 0 where tokens are judged.
      latencyNs: rules.tokenLatencies ? 0 : limitNs(limits.latencyMs),
    },
    tokenLatencies: rules.tokenLatencies,
    confidence: rules.earlyStoppingConfidence,
    loadgenVersion: rules.loadgenVersion,
    sutName: marked(`Ceteris-${trial.labels.name}`, mark),
    qslName: datasetName(trial),
    startedAt: trial.startedAt,
    endedAt: trial.endedAt,
  };
}
