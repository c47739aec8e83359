import type {
  ClientHealth,
  Delays,
  Observation,
  RequestRecord,
  RequestSource,
  StampHealth,
  TokenBlock,
  TokenSource,
} from "../../schema/observation.ts";
import { createInFlightGauge } from "../in-flight.ts";
import type { PartOutcome } from "../load-part.ts";
import { longest } from "../loop-delay.ts";
import type { SpooledLoad } from "../spool/spool.ts";
import { worstWarmUp } from "../warm-up-phase.ts";

/** What one worker saw, and the requests and tokens that it put away. */
export interface SeenPart {
  outcome: PartOutcome;
  load: SpooledLoad;
}

type Merged = Pick<Observation, "window" | "requests" | "tokens" | "client" | "inFlight" | "warmUp" | "release">;

/** Several parts as one load. Indices are global: the warm-up first, then in turn of the workers, as the units were dealt. */
export function mergeParts(parts: readonly SeenPart[], asked: number, units: number): Merged {
  const places = placesOf(parts);
  const requests = mergedRequests(parts, places);
  return {
    window: { startNs: 0, endNs: Math.max(0, ...parts.map(({ outcome }) => outcome.endNs)) },
    requests,
    tokens: mergedTokens(parts, places),
    client: worstOf(parts.map(({ outcome }) => outcome.client)),
    inFlight: heldOf(requests, asked, units),
    warmUp: worstWarmUp(parts.map(({ outcome }) => outcome.warmUp ?? null)),
    release() {
      for (const { load } of parts) load.release();
    },
  };
}

/** Global index of the request with a local one. */
type PlaceOf = (part: number, local: number) => number;

/** The requests of all parts in turn: first of each, second of each … A part that has no more is left out. */
function placesOf(parts: readonly SeenPart[]): PlaceOf {
  const warm = parts.map(({ outcome }) => outcome.warmedUp);
  const measured = parts.map(({ load }, part) => load.requests.length - warm[part]!);
  const allWarm = warm.reduce((sum, count) => sum + count, 0);
  return (part, local) =>
    local < warm[part]! ? inTurn(warm, part, local) : allWarm + inTurn(measured, part, local - warm[part]!);
}

function inTurn(counts: readonly number[], part: number, local: number): number {
  return counts.reduce((before, count, other) => before + Math.min(count, local + (other < part ? 1 : 0)), 0);
}

function mergedRequests(parts: readonly SeenPart[], placeOf: PlaceOf): RequestSource {
  const taken = function* (from: readonly number[], to: readonly number[]): Generator<RequestRecord> {
    const turns = Math.max(0, ...to.map((end, part) => end - from[part]!));
    for (let turn = 0; turn < turns; turn += 1) {
      for (const [part, { load }] of parts.entries()) {
        const local = from[part]! + turn;
        if (local >= to[part]!) continue;
        const record = load.requests.at(local);
        record.index = placeOf(part, local);
        yield record;
      }
    }
  };
  const none = parts.map(() => 0);
  const warm = parts.map(({ outcome }) => outcome.warmedUp);
  const all = parts.map(({ load }) => load.requests.length);
  return {
    length: all.reduce((sum, count) => sum + count, 0),
    *[Symbol.iterator]() {
      yield* taken(none, warm);
      yield* taken(warm, all);
    },
  };
}

function mergedTokens(parts: readonly SeenPart[], placeOf: PlaceOf): TokenSource {
  const sources = parts.map(({ load }, part) => load.renumbered((local) => placeOf(part, local)));
  return {
    length: sources.reduce((sum, { length }) => sum + length, 0),
    *blocks(): Generator<TokenBlock> {
      for (const source of sources) yield* source.blocks();
    },
  };
}

/** Of each figure the worst that a worker had: a load is as good as the process that was busiest. */
function worstOf(clients: readonly ClientHealth[]): ClientHealth {
  return {
    ...clients[0]!,
    loopDelayMs: worstDelays(clients.map(({ loopDelayMs }) => loopDelayMs)),
    readDelayMs: worstDelays(clients.map(({ readDelayMs }) => readDelayMs)),
    cpuShare: worst(clients.map(({ cpuShare }) => cpuShare)) ?? 0,
    backlogBytesMax: worst(clients.map(({ backlogBytesMax }) => backlogBytesMax)),
    stamps: worstStamps(clients.flatMap(({ stamps }) => (stamps === null ? [] : [stamps]))),
    // Nobody knows any more whose requests a pause touched: as if it had been each worker's.
    pauses: longest(clients.flatMap(({ pauses }) => pauses)),
    clockSetMs:
      clients.map((one) => one.clockSetMs).toSorted((left, right) => Math.abs(right) - Math.abs(left))[0] ?? 0,
  };
}

function worstStamps(stamps: readonly StampHealth[]): StampHealth | null {
  const boundMs = worstDelays(stamps.map((one) => one.boundMs));
  if (boundMs === null) return null;
  const share = (figure: "sharedShare" | "clampedShare"): number => Math.max(...stamps.map((one) => one[figure]));
  return { boundMs, sharedShare: share("sharedShare"), clampedShare: share("clampedShare") };
}

function worstDelays(delays: readonly (Delays | null)[]): Delays | null {
  const of = (figure: "p50" | "p99" | "max"): number | null => worst(delays.map((one) => one?.[figure]));
  const [p50, p99, max] = [of("p50"), of("p99"), of("max")];
  return p50 === null || p99 === null || max === null ? null : { p50, p99, max };
}

function worst(figures: (number | null | undefined)[]): number | null {
  const known = figures.filter((figure) => typeof figure === "number");
  return known.length === 0 ? null : Math.max(...known);
}

/** What all of them held together, from the requests' own times. A conversation is held from its first send to its last end. */
function heldOf(requests: RequestSource, asked: number, units: number): Observation["inFlight"] {
  const opened: number[] = [];
  const closed: number[] = [];
  const sessions = new Map<number, { openedNs: number; closedNs: number }>();
  for (const { phase, turn, session, sentNs, endNs } of requests) {
    if (phase !== "measure") continue;
    if (turn === null || session === null) {
      opened.push(sentNs);
      closed.push(endNs);
      continue;
    }
    const own = sessions.get(session) ?? { openedNs: sentNs, closedNs: endNs };
    sessions.set(session, {
      openedNs: Math.min(own.openedNs, sentNs),
      closedNs: Math.max(own.closedNs, endNs),
    });
  }
  for (const { openedNs, closedNs } of sessions.values()) {
    opened.push(openedNs);
    closed.push(closedNs);
  }
  const gauge = createInFlightGauge(asked, units);
  const starts = Float64Array.from(opened).toSorted();
  const ends = Float64Array.from(closed).toSorted();
  let done = 0;
  for (const startNs of starts) {
    for (; done < ends.length && ends[done]! <= startNs; done += 1) gauge.closed(ends[done]!);
    gauge.opened(startNs);
  }
  return gauge.held();
}
