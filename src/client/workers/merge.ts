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
  const numbering = numberingOf(parts);
  const requests = mergedRequests(parts, numbering);
  const finished = parts.flatMap(({ outcome: { endNs } }) => endNs ?? []);
  // Where nothing finished, the attempts are all that the window can be of.
  const ended = finished.length > 0 ? finished : parts.map(({ outcome }) => outcome.ranNs);
  return {
    window: { startNs: 0, endNs: Math.max(0, ...ended) },
    requests,
    tokens: mergedTokens(parts, numbering),
    client: worstOf(parts.map(({ outcome }) => outcome.client)),
    inFlight: heldOf(requests, asked, units, Math.max(0, ...parts.map(({ outcome }) => outcome.ranNs))),
    warmUp: worstWarmUp(parts.map(({ outcome }) => outcome.warmUp ?? null)),
    release() {
      for (const { load } of parts) load.release();
    },
  };
}

const phases: readonly RequestRecord["phase"][] = ["warmup", "measure", "tail"];

/** Which request of which part is where in the whole load, and the other way round. */
interface Numbering {
  /** In global order. */
  part: Uint16Array;
  local: Uint32Array;
  /** By part and local index. */
  global: readonly Uint32Array[];
}

/** The requests of all parts in turn, phase by phase: first of each, second of each … A part that has no more is left out. */
function numberingOf(parts: readonly SeenPart[]): Numbering {
  const byPhase = parts.map(({ load }) => {
    const own: Record<RequestRecord["phase"], number[]> = { warmup: [], measure: [], tail: [] };
    for (let local = 0; local < load.requests.length; local += 1) own[load.requests.at(local).phase].push(local);
    return own;
  });
  const length = parts.reduce((sum, { load }) => sum + load.requests.length, 0);
  const part = new Uint16Array(length);
  const local = new Uint32Array(length);
  const global = parts.map(({ load }) => new Uint32Array(load.requests.length));
  let next = 0;
  for (const phase of phases) {
    const most = Math.max(0, ...byPhase.map((own) => own[phase].length));
    for (let turn = 0; turn < most; turn += 1) {
      for (const [which, own] of byPhase.entries()) {
        const place = own[phase][turn];
        if (place === undefined) continue;
        [part[next], local[next]] = [which, place];
        global[which]![place] = next;
        next += 1;
      }
    }
  }
  return { part, local, global };
}

function mergedRequests(parts: readonly SeenPart[], { part, local }: Numbering): RequestSource {
  return {
    length: part.length,
    *[Symbol.iterator]() {
      for (let index = 0; index < part.length; index += 1) {
        const record = parts[part[index]!]!.load.requests.at(local[index]!);
        record.index = index;
        yield record;
      }
    },
  };
}

function mergedTokens(parts: readonly SeenPart[], { global }: Numbering): TokenSource {
  const sources = parts.map(({ load }, part) => load.renumbered((local) => global[part]![local]!));
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

/**
 * What all of them held together, from the requests' own times. A conversation is held from its first send to its last end.
 * Where the load was kept whole, over the time in which it was measured.
 */
function heldOf(requests: RequestSource, asked: number, units: number, ranNs: number): Observation["inFlight"] {
  const opened: number[] = [];
  const closed: number[] = [];
  const sessions = new Map<string, { openedNs: number; closedNs: number }>();
  let isKeptWhole = false;
  for (const { phase, turn, session, sentNs, endNs } of requests) {
    if (phase === "tail" || endNs > 0) isKeptWhole ||= phase !== "measure";
    else if (phase === "warmup") continue;
    if (turn === null || session === null) {
      opened.push(sentNs);
      closed.push(endNs);
      continue;
    }
    const key = `${phase} ${session}`;
    const own = sessions.get(key) ?? { openedNs: sentNs, closedNs: endNs };
    sessions.set(key, {
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
  let begun = false;
  for (const startNs of starts) {
    for (; done < ends.length && ends[done]! <= startNs; done += 1) gauge.closed(ends[done]!);
    if (isKeptWhole && !begun && startNs >= 0) {
      gauge.begin(0);
      begun = true;
    }
    if (isKeptWhole && startNs > ranNs) break;
    gauge.opened(startNs);
  }
  if (isKeptWhole) gauge.end(ranNs);
  return gauge.held();
}
