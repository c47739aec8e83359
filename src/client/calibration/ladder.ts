import { NS_PER_S } from "../../math/units.ts";
import { succeed, type Result } from "../../schema/result.ts";
import type { Calibration, CalibrationLevel } from "../../schema/trial.ts";
import { levelOf, type NullLoad, type NullLoadSeen } from "./null-load.ts";

/** The figures of a calibration, without its date. */
export type CalibrationFigures = Omit<Calibration, "measuredAt" | "ageS">;

/** Tokens a second, from a load that any machine carries to more than one core of today's reads, one event a read. */
const rungs = [5_000, 10_000, 20_000, 40_000, 60_000, 80_000, 120_000, 160_000];
/**
 * How late a token may be stamped, in ms, 95 of 100 times. Not 99: where client and server have two cores for themselves
 * and all others, one token in fifty waits for a slice of another program, and that says nothing of the client.
 */
const largestDelayMs = 1;
/** Tries of a rung, of which the best counts: one may fail because another program had the core for a slice of 3 ms. */
const triesOfRung = 2;
const rungsToFall = 2;
/** A client that fails a rung with less than this share of a core was not busy itself: something else ran in its place. */
const leastShareOfClient = 0.6;
/** Below this share of the tokens asked for, the server was the limit. */
const leastShareWritten = 0.9;

const streams = 64;
const rungS = 0.25;
/** By then all streams are sent: what is measured is how tokens are read. */
const firstNs = 20_000_000;
const triesOfRequests = 3;
/** No rung begins after this many seconds: its tries take it to 5 at most. */
const lastRungBeginsS = 3.5;

/** Requests of one token, which show what a request costs beside its tokens. */
const shortRequests: NullLoad = { streams: 16, requests: 1600, tokens: 1, firstNs: 0, gapNs: 0 };

function rungLoad(tokensPerS: number): NullLoad {
  return {
    streams,
    requests: streams,
    tokens: Math.max(2, Math.round((tokensPerS * rungS) / streams)),
    firstNs,
    gapNs: (streams / tokensPerS) * NS_PER_S,
  };
}

/**
 * Asks for more and more tokens a second until two rungs are stamped late, the server cannot write as many, or the time is
 * over. `elapsedS` counts from the start; `put` puts one load. The first failure of a load is the answer.
 */
export async function climb(
  put: (load: NullLoad) => Promise<Result<NullLoadSeen>>,
  elapsedS: () => number,
): Promise<Result<CalibrationFigures>> {
  // V8 compiles what runs for the first time: no rung is to pay for it.
  for (const load of [rungLoad(rungs[2]!), shortRequests]) {
    const warm = await put(load);
    if (!warm.ok) return warm;
    warm.value.observation.release();
  }

  const levels: CalibrationLevel[] = [];
  let endedBy: Calibration["endedBy"] = "top";
  let fallen = 0;
  for (const rung of rungs) {
    if (elapsedS() > lastRungBeginsS) endedBy = "time";
    if (endedBy !== "top") break;
    const level = await bestOf(rung, put);
    if (!level.ok) return level;
    levels.push(level.value);
    fallen = isHeld(level.value) ? 0 : fallen + 1;
    if (fallen === rungsToFall) endedBy = level.value.cpuShare < leastShareOfClient ? "machine" : "client";
    else if (level.value.tokensPerS < leastShareWritten * rung) endedBy = "server";
  }
  const short = await cheapestRequestUs(put);
  return short.ok ? succeed(figuresOf(levels, endedBy, short.value)) : short;
}

async function bestOf(
  rung: number,
  put: (load: NullLoad) => Promise<Result<NullLoadSeen>>,
): Promise<Result<CalibrationLevel>> {
  let best: CalibrationLevel | null = null;
  for (let tried = 0; tried < triesOfRung; tried += 1) {
    const seen = await put(rungLoad(rung));
    if (!seen.ok) return seen;
    const level = levelOf(rung, seen.value);
    if (best === null || level.delayMs.p95 < best.delayMs.p95) best = level;
    if (isHeld(best)) break;
  }
  return succeed(best!);
}

/** CPU of a request of one token, in µs: the least of some, since what else the process does is in each. */
async function cheapestRequestUs(put: (load: NullLoad) => Promise<Result<NullLoadSeen>>): Promise<Result<number>> {
  let leastUs = Infinity;
  for (let tried = 0; tried < triesOfRequests; tried += 1) {
    const seen = await put(shortRequests);
    if (!seen.ok) return seen;
    const { observation } = seen.value;
    leastUs = Math.min(leastUs, (observation.clientCpuS * 1e6) / shortRequests.requests);
    observation.release();
  }
  return succeed(leastUs);
}

/** Costs are those of the highest load that was held, where what happens once a turn of the event loop weighs least. */
export function figuresOf(
  levels: CalibrationLevel[],
  endedBy: Calibration["endedBy"],
  shortRequestUs: number,
): CalibrationFigures {
  const highest = levels.findLast(isHeld);
  const cpuPerTokenUs = (highest ?? levels.at(-1))?.cpuPerTokenUs ?? 0;
  return {
    cpuPerTokenUs,
    cpuPerRequestUs: Math.max(0, shortRequestUs - cpuPerTokenUs),
    highestTokensPerS: highest?.tokensPerS ?? null,
    endedBy,
    levels,
  };
}

function isHeld({ delayMs }: CalibrationLevel): boolean {
  return delayMs.p95 <= largestDelayMs;
}
