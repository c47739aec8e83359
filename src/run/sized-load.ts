import { judgedSeconds } from "../checks/index.ts";
import type { LoadgenSettings } from "../math/loadgen/settings.ts";
import { runSettings, unstatedRate } from "../math/loadgen/run-settings.ts";
import type { Observation } from "../schema/observation.ts";
import { certifies } from "../schema/fidelity.ts";
import { fail, type Result } from "../schema/result.ts";
import type { RulesetScenario } from "../schema/ruleset.ts";
import type { Sizing } from "../schema/trial.ts";
import type { Workload } from "../schema/workload.ts";
import type { Clock } from "../world/world.ts";
import { loadgenRequests, loadgenSettings, needsExpectedRate, type RulesetRun } from "../plan/index.ts";
import { countText, figureText } from "../math/figures.ts";

/** A probe ends when so much time has passed, whatever has ended by then. */
const longestProbeMs = 30_000;
/** Queries of a probe of the streams, of which one is open at a time. */
const probedQueries = 16;
/** A run that ended too early is repeated so often at most. */
const mostEnlargements = 2;

/** What a load is asked with. */
export interface AskedLoad {
  requests: number;
  /** Null where no ruleset says what is sent. */
  loadgen: LoadgenSettings | null;
}

export interface SizedLoad {
  workload: Workload;
  run: RulesetRun;
  /** Requests of a load without a ruleset. */
  requests: number;
  /** Requests open at once in Offline, so that a probe fills the engine. */
  inFlight: number;
  /** Runs one load; what is open is cut off when the signal is aborted. */
  load: (asked: AskedLoad, signal: AbortSignal) => Promise<Result<Observation>>;
  /** Makes the engine what it was before the first load, as to its caches. */
  reset(): Promise<void>;
  /** Called when a probe, or an attempt that ended too early, is over. */
  ended(what: "rate-probe" | "load-too-short", sizing: Sizing): void;
  clock: Pick<Clock, "sleep">;
  signal: AbortSignal;
}

/**
 * One load, of as many requests as its ruleset makes of what the engine can do. Where the workload does not state that, a
 * probe shows it: a short load, the same in kind. A run that ended before the ruleset's shortest duration all the same is
 * enlarged by what it measured and repeated. Without such a ruleset, one load and nothing else.
 */
export async function sizedLoad(request: SizedLoad): Promise<{ answer: Result<Observation>; sizing: Sizing | null }> {
  const { workload, run, load, signal } = request;
  const { ruleset } = workload;
  const isSized = certifies(run.fidelity) && run.purpose !== "accuracy" && ruleset?.scenario !== "Server";
  if (ruleset === null || !isSized) {
    const settings = loadgenSettings(workload, run);
    const requests = settings === null ? request.requests : loadgenRequests(settings);
    return { answer: await load({ requests, loadgen: settings }, signal), sizing: null };
  }
  const sizing: Sizing = { probe: null, attempts: [] };
  let expectedRate = workload.load.expected_rate ?? null;
  if (needsExpectedRate(workload, run)) {
    const probed = await probe(request, ruleset);
    if (!probed.ok) return { answer: probed, sizing };
    if (signal.aborted) {
      const answer = fail("stopped", "it was stopped while a probe looked for its rate", "Run again.");
      return { answer, sizing };
    }
    sizing.probe = probed.value;
    expectedRate = probed.value.rate;
    request.ended("rate-probe", sizing);
    await request.reset();
  }
  for (;;) {
    const settings = loadgenSettings(workload, { ...run, expectedRate });
    if (settings === null) throw new Error("a ruleset without a Server has settings at any rate");
    const requests = loadgenRequests(settings);
    const answer = await load({ requests, loadgen: settings }, signal);
    if (!answer.ok || signal.aborted) return { answer, sizing };
    const { sent, lastedS, failed } = seenOf(ruleset, answer.value);
    sizing.attempts.push({ expectedRate, requests: sent, lastedS });
    const longEnough = lastedS * 1000 >= ruleset.minDurationMs || lastedS === 0;
    if (longEnough || failed > 0 || sizing.attempts.length > mostEnlargements) return { answer, sizing };
    expectedRate = sent / ruleset.samplesPerQuery / lastedS;
    answer.value.release();
    request.ended("load-too-short", sizing);
    await request.reset();
  }
}

/** What a probe or a short attempt showed, for those who wait. */
export function sizingText(what: "rate-probe" | "load-too-short", { probe: probed, attempts }: Sizing): string {
  if (what === "rate-probe") {
    return probed === null || probed.rate === null
      ? "no request of the probe finished, so that the run has the fewest requests that the ruleset allows"
      : `the run is sized by a probe: ${countText(probed.finished, "request")} finished at ${figureText(probed.rate)} queries a second`;
  }
  const { requests = 0, lastedS = 0 } = attempts.at(-1) ?? {};
  return `${countText(requests, "request")} lasted ${figureText(lastedS)} s, shorter than the ruleset allows: it runs once more, with as many as that rate asks for`;
}

/** A short load at full load: of Offline as many requests as are kept open, of the streams some queries. */
async function probe(
  { inFlight, load, clock, signal }: SizedLoad,
  ruleset: RulesetScenario,
): Promise<Result<NonNullable<Sizing["probe"]>>> {
  const samples = ruleset.scenario === "Offline" ? inFlight : probedQueries * ruleset.samplesPerQuery;
  const settings = runSettings(ruleset, { mode: "performance", targetQps: unstatedRate, samples });
  const over = new AbortController();
  const timedOut = new AbortController();
  void clock.sleep(longestProbeMs, over.signal).then(() => void (over.signal.aborted || timedOut.abort()));
  const answer = await load(
    { requests: loadgenRequests(settings), loadgen: settings },
    AbortSignal.any([signal, timedOut.signal]),
  );
  over.abort();
  if (!answer.ok) return answer;
  const seen = probedRate(answer.value);
  answer.value.release();
  const rate = seen.rate === null ? null : seen.rate / ruleset.samplesPerQuery;
  return { ok: true, value: { ...seen, rate } };
}

/**
 * Samples a second of a probe: of the middle half of the answers by their ends, when the engine was full, or of all of
 * them where that is more. Too low a rate costs a whole run, and too high a one some requests more.
 */
export function probedRate({ requests }: Pick<Observation, "requests">): NonNullable<Sizing["probe"]> {
  const ends: number[] = [];
  let sent = 0;
  for (const { phase, error, cancelled, lastTokenNs, endNs } of requests) {
    if (phase !== "measure") continue;
    sent += 1;
    if (error === null && !cancelled) ends.push((lastTokenNs ?? endNs) / 1e9);
  }
  ends.sort((left, right) => left - right);
  const finished = ends.length;
  const seconds = ends.at(-1) ?? 0;
  if (finished === 0 || seconds <= 0) return { requests: sent, finished, seconds, rate: null };
  const [from, to] = [Math.floor(finished / 4), Math.floor((3 * finished) / 4)];
  const middleS = (ends[to] ?? 0) - (ends[from] ?? 0);
  const middle = middleS > 0 ? (to - from) / middleS : 0;
  return { requests: sent, finished, seconds, rate: Math.max(finished / seconds, middle) };
}

function seenOf(ruleset: RulesetScenario, observation: Observation): { sent: number; lastedS: number; failed: number } {
  let sent = 0;
  let failed = 0;
  for (const { phase, error } of observation.requests) {
    if (phase !== "measure") continue;
    sent += 1;
    if (error !== null) failed += 1;
  }
  return { sent, failed, lastedS: judgedSeconds(ruleset, observation) ?? 0 };
}
