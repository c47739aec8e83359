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
import { openUnits } from "../../schema/open-units.ts";
import { createInFlightGauge } from "../drive/in-flight.ts";
import type { ShardOutcome } from "../load-shard.ts";
import { longest } from "../loop-delay.ts";
import type { SpooledLoad } from "../spool/spool.ts";
import { worstWarmUp } from "../warm-up-phase.ts";

/** What one worker saw, and the requests and tokens that it put away. */
export interface SeenShard {
  outcome: ShardOutcome;
  load: SpooledLoad;
}

type Merged = Pick<Observation, "window" | "requests" | "tokens" | "client" | "inFlight" | "warmUp" | "release">;

/** Several shards as one load. Indices are global: the warm-up first, then in turn of the workers, as the units were dealt. */
export function mergeShards(
  shards: readonly SeenShard[],
  { asked, units, isKeptWhole }: { asked: number; units: number; isKeptWhole: boolean },
): Merged {
  const numbering = numberingOf(shards);
  const requests = mergedRequests(shards, numbering);
  const finished = shards.flatMap(({ outcome: { endNs } }) => endNs ?? []);
  const ranNs = shards.map(({ outcome }) => outcome.ranNs);
  return {
    window: { startNs: 0, endNs: Math.max(0, ...(finished.length > 0 ? finished : ranNs)) },
    requests,
    tokens: mergedTokens(shards, numbering),
    client: worstOf(shards.map(({ outcome }) => outcome.client)),
    inFlight: heldOf(requests, asked, units, isKeptWhole ? Math.max(0, ...ranNs) : null),
    warmUp: worstWarmUp(shards.map(({ outcome }) => outcome.warmUp ?? null)),
    release() {
      for (const { load } of shards) load.release();
    },
  };
}

const phases: readonly RequestRecord["phase"][] = ["warmup", "measure", "tail"];

/** Which request of which shard is where in the whole load, and the other way round. */
interface Numbering {
  /** In global order. */
  shard: Uint16Array;
  local: Uint32Array;
  /** By shard and local index. */
  global: readonly Uint32Array[];
}

/** The requests of all shards in turn, phase by phase: first of each, second of each … A shard that has no more is left out. */
function numberingOf(shards: readonly SeenShard[]): Numbering {
  const byPhase = shards.map(({ load }) => {
    const own: Record<RequestRecord["phase"], number[]> = { warmup: [], measure: [], tail: [] };
    for (let local = 0; local < load.requests.length; local += 1) own[load.requests.at(local).phase].push(local);
    return own;
  });
  const length = shards.reduce((sum, { load }) => sum + load.requests.length, 0);
  const shard = new Uint16Array(length);
  const local = new Uint32Array(length);
  const global = shards.map(({ load }) => new Uint32Array(load.requests.length));
  let next = 0;
  for (const phase of phases) {
    const most = Math.max(0, ...byPhase.map((own) => own[phase].length));
    for (let turn = 0; turn < most; turn += 1) {
      for (const [which, own] of byPhase.entries()) {
        const place = own[phase][turn];
        if (place === undefined) continue;
        [shard[next], local[next]] = [which, place];
        global[which]![place] = next;
        next += 1;
      }
    }
  }
  return { shard, local, global };
}

function mergedRequests(shards: readonly SeenShard[], { shard, local }: Numbering): RequestSource {
  return {
    length: shard.length,
    *[Symbol.iterator]() {
      for (let index = 0; index < shard.length; index += 1) {
        const record = shards[shard[index]!]!.load.requests.at(local[index]!);
        record.index = index;
        yield record;
      }
    },
  };
}

function mergedTokens(shards: readonly SeenShard[], { global }: Numbering): TokenSource {
  const sources = shards.map(({ load }, shard) => load.renumbered((local) => global[shard]![local]!));
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
    // The merged requests do not say which worker sent them: a pause of one counts for all.
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
 * What all shards held together, from the requests' own times. Where the load was kept whole, requests of the warm-up are open
 * when the measured phase begins, and what is held counts until it ends.
 */
function heldOf(
  requests: RequestSource,
  asked: number,
  units: number,
  wholeUntilNs: number | null,
): Observation["inFlight"] {
  const gauge = createInFlightGauge(asked, units);
  const { opened, closed } = openUnits(requests);
  let done = 0;
  const closeUntil = (atNs: number): void => {
    for (; done < closed.length && closed[done]! <= atNs; done += 1) gauge.closed(closed[done]!);
  };
  const open = (some: Float64Array): void => {
    for (const atNs of some) {
      closeUntil(atNs);
      gauge.opened(atNs);
    }
  };
  open(opened.filter((atNs) => atNs < 0));
  closeUntil(0);
  gauge.begin(0);
  open(opened.filter((atNs) => atNs >= 0 && atNs <= (wholeUntilNs ?? Infinity)));
  if (wholeUntilNs !== null) {
    closeUntil(wholeUntilNs);
    gauge.end(wholeUntilNs);
  }
  return gauge.held();
}
