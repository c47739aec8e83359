import { quantileLinear, sortedCopy } from "../../math/quantile.ts";
import { NS_PER_MS, NS_PER_S } from "../../math/units.ts";
import { openAccess } from "../../schema/access.ts";
import type { Observation } from "../../schema/observation.ts";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { CalibrationLevel } from "../../schema/trial.ts";
import { plainRequests } from "../../schema/plain-requests.ts";
import type { Workload } from "../../schema/workload.ts";
import type { World } from "../../world/world.ts";
import { runLoad } from "../run-load.ts";
import type { NullServerTruth } from "./null-server.ts";

/** A load on the null server: so many streams, each with so many tokens, so many ns apart, the first of them so long after the request. */
export interface NullLoad {
  streams: number;
  requests: number;
  tokens: number;
  firstNs: number;
  gapNs: number;
}

/** What client and server saw of it. */
export interface NullLoadSeen {
  observation: Observation;
  truth: NullServerTruth;
}

const deadlineS = 10;

/** Puts the client to it. A failure where a request failed: then nothing was measured. */
export async function putLoad(
  { clock, network, processes }: Pick<World, "clock" | "network" | "processes">,
  port: number,
  load: NullLoad,
  signal: AbortSignal,
): Promise<Result<NullLoadSeen>> {
  const address = `http://127.0.0.1:${port}`;
  const seen = await runLoad({
    endpoint: {
      url: `${address}/${load.firstNs}/${Math.round(load.gapNs)}/${load.streams}`,
      model: "null",
      requestFields: {},
      access: openAccess,
    },
    workload: workloadOf(load),
    samples: Array.from({ length: load.requests }, (_, index) => ({
      index,
      prompt: { text: String(index) },
      reference: null,
      outputTokens: load.tokens,
      promptTokens: 1,
      turn: null,
    })),
    requests: load.requests,
    inFlightDefault: load.streams,
    keepText: false,
    seed: 1,
    clock,
    ownCpuS: () => processes.ownCpuS(),
    signal,
  });
  if (!seen.ok) return seen;
  for (const { error } of seen.value.requests) {
    if (error === null) continue;
    seen.value.release();
    return fail("null-request-failed", `a request to the null server failed: ${error}`, "Run it again.");
  }
  const answer = await network.request({ url: `${address}/truth`, timeoutMs: deadlineS * 1000, signal });
  if (answer.ok) return succeed({ observation: seen.value, truth: JSON.parse(answer.value.text) as NullServerTruth });
  seen.value.release();
  return answer;
}

/** The figures of a load that was asked for so many tokens a second. Lets go of the observation. */
export function levelOf(askedTokensPerS: number, { observation, truth }: NullLoadSeen): CalibrationLevel {
  const delays = sortedCopy(delaysMs(observation, truth));
  const at = (share: number): number => quantileLinear(delays, share) ?? 0;
  const tokens = observation.tokens.length;
  const level: CalibrationLevel = {
    askedTokensPerS,
    tokensPerS: tokens / writingS(truth),
    cpuShare: observation.client.cpuShare,
    cpuPerTokenUs: (observation.clientCpuS * 1e6) / tokens,
    delayMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) },
    serverLateMs: truth.late_ms,
  };
  observation.release();
  return level;
}

/** Of each token, from its write to its stamp, in ms: two processes, one clock. */
function delaysMs({ requests, tokens, clock }: Observation, truth: NullServerTruth): number[] {
  const aheadNs = Number(BigInt(clock.monotonicStartNs) - BigInt(truth.origin_ns));
  const writtenNs = new Map<number, number[]>();
  for (const { index, sample } of requests) writtenNs.set(index, truth.written_ns[sample] ?? []);
  const delays: number[] = [];
  for (const { length, request, ordinal, atNs } of tokens.blocks()) {
    for (let row = 0; row < length; row += 1) {
      const written = writtenNs.get(request[row]!)?.[ordinal[row]!];
      if (written !== undefined) delays.push((atNs[row]! + aheadNs - written) / NS_PER_MS);
    }
  }
  return delays;
}

/** From the first write to the last. */
function writingS({ written_ns: written }: NullServerTruth): number {
  let firstNs = Infinity;
  let lastNs = -Infinity;
  for (const times of Object.values(written)) {
    firstNs = Math.min(firstNs, times[0] ?? Infinity);
    lastNs = Math.max(lastNs, times.at(-1) ?? -Infinity);
  }
  return (lastNs - firstNs) / NS_PER_S;
}

function workloadOf({ streams, requests, tokens }: NullLoad): Workload {
  const count = { requests };
  return {
    name: "calibration",
    // A closed loop would send warm-up and tail beside the requests that are to be counted.
    scenario: "offline",
    endpoint: "completions",
    prompt: "text",
    dataset: { kind: "synthetic" },
    selection: {},
    sampling: {
      temperature: 0,
      top_p: 1,
      top_k: 1,
      seed: 1,
      max_tokens: tokens,
      min_tokens: tokens,
      ignore_eos: true,
    },
    load: { max_in_flight: streams },
    ...plainRequests,
    arrivals: null,
    warmupRequests: 0,
    cache: "keep",
    deadlineS,
    counts: { smoke: count, screen: count, valid: count, submission: count },
  };
}
