import type { ClientHealth, Observation, RequestRecord, WarmUp } from "../schema/observation.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { Endpoint, Sample } from "../schema/sample.ts";
import { issueOf, type Issue } from "./issue.ts";
import type { LoadOptions } from "./load-options.ts";
import { watchLoopDelay } from "./loop-delay.ts";
import { createPhase, type Phase, type Records } from "./phase.ts";
import { requestBody, requestPath, type BodyParts } from "./request-body.ts";
import { scenarios } from "./scenarios/index.ts";
import { createSpool, type SpoolIndex, type SpoolStores } from "./spool/spool.ts";
import { gaveUpOf, watchTail } from "./tail-budget.ts";
import { threadCpuS } from "./thread-cpu.ts";
import { createTokenLog } from "./token-log.ts";
import type { CreateTransport } from "./transport.ts";
import { createTrialClock, NS_PER_S } from "./trial-clock.ts";
import { measuredTraffic, takeUnits, unitCount, type Traffic } from "./units.ts";
import { warmUp, type SharedPhaseOptions } from "./warm-up-phase.ts";

/** Which part of a load one process carries, and how it is joined with the others. */
export interface LoadPart {
  worker: number;
  workers: number;
  /** Where finished requests go; the caller's to close. */
  stores: SpoolStores;
  /** Called when all is ready to be sent. Resolves with the zero of all times on the machine's monotonic clock, just past; null for this moment. */
  begin(): Promise<bigint | null>;
  /** Called when the zero is set. `now` is in nanoseconds from it. */
  begun(counts: Phase["counts"], now: () => number): void;
}

/** What one process saw: plain data, so that it can be told to another. */
export interface PartOutcome {
  spool: SpoolIndex;
  /** The zero of all times on the machine's monotonic clock. */
  zeroNs: bigint;
  /** Requests of the warm-up: those with the lowest indices. */
  warmedUp: number;
  /** How its gate ended it; null or absent without one. */
  warmUp?: WarmUp | null;
  /** The last token of the last measured request; of one that failed or was cut off, its end. 0 of none. */
  endNs: number;
  /** Why it ended before its schedule did; null where it did not. */
  gaveUp: Observation["gaveUp"];
  /** Nanoseconds from the zero until the last request was over. */
  ranNs: number;
  clientCpuS: number;
  client: ClientHealth;
  inFlight: Observation["inFlight"];
}

/** A whole load as it was laid out before anything is sent: the same in every process. */
export interface LoadLayout {
  traffic: Traffic;
  /** When each unit is due, in ns after the start; null where the scenario has no schedule. */
  dueNs: Float64Array | null;
  /** Units that are to be open at once; of a schedule, those to be ready for. */
  asked: number;
  /** What LoadGen would issue; null where the load does not reproduce it. */
  issue: Issue | null;
}

/** Everything that the seed decides. A failure where the schedule cannot be made. */
export function layOut(
  options: Pick<LoadOptions, "workload" | "samples" | "requests" | "loadgen" | "seed" | "traceS" | "inFlightDefault">,
): Result<LoadLayout> {
  const scenario = scenarios[options.workload.scenario];
  const issue = options.loadgen === undefined ? null : issueOf(options.loadgen);
  const traffic = measuredTraffic({ ...options, issue });
  const schedule = scenario.schedule({ ...options, requests: unitCount(traffic), issue });
  if (!schedule.ok) return schedule;
  const dueNs = schedule.value;
  const asked = scenario.asked(options.workload.load, options.inFlightDefault, dueNs, issue);
  return succeed({ traffic, dueNs, asked, issue });
}

/**
 * What one of several workers carries. With a schedule, every n-th unit at its own time. Without one, the places that
 * are kept open are dealt to the workers, and each unit goes with its place, so that a worker with more places has as
 * many units more and all end together.
 */
export function partOf(layout: LoadLayout, worker: number, workers: number): LoadLayout {
  if (workers === 1) return layout;
  const { traffic, dueNs, asked, issue } = layout;
  const isOwn = ownUnits(layout, worker, workers);
  return {
    traffic: takeUnits(traffic, isOwn),
    dueNs: dueNs === null ? null : dueNs.filter((_, unit) => isOwn(unit)),
    asked: shareOf(asked, worker, workers),
    issue,
  };
}

function ownUnits({ dueNs, asked }: LoadLayout, worker: number, workers: number): (unit: number) => boolean {
  return (unit) => (dueNs === null ? unit % asked : unit) % workers === worker;
}

function shareOf(count: number, worker: number, workers: number): number {
  return Math.floor((count + workers - 1 - worker) / workers);
}

/**
 * Warms up, then measures, over a given transport, one part of a load. The zero of all times is the start of the measured
 * phase, so those of the warm-up are negative. `RequestRecord.index` counts from 0 in the order of sending, the warm-up
 * first. Rejects where the spool cannot be written.
 */
export async function runPart(
  createTransport: CreateTransport,
  options: LoadOptions,
  layout: LoadLayout,
  part: LoadPart,
): Promise<Result<PartOutcome>> {
  const { endpoint, workload, signal } = options;
  const { worker, workers } = part;
  const scenario = scenarios[workload.scenario];
  const { traffic, dueNs, asked } = partOf(layout, worker, workers);
  const clock = createTrialClock(() => options.clock.nowNs());
  const log = createTokenLog();
  const spool = createSpool(part.stores);
  const transport = createTransport({ url: endpoint.url, headers: authorisation(endpoint), now: clock.now });
  const tail = watchTail(options.tailBudgets ?? [], traffic.sequence.length);
  const stopping = tail.signal === undefined ? signal : AbortSignal.any([tail.signal, ...(signal ? [signal] : [])]);
  let opened = 0;
  let endNs = 0;
  const records: Records = {
    opened(record) {
      record.index = opened;
      opened += 1;
    },
    over(record) {
      if (record.phase === "measure") {
        endNs = Math.max(endNs, lastMoment(record));
        tail.saw(record, record.endNs);
      }
      spool.put(record, log.take(record.index, record.outputTokens));
    },
  };
  const shared = {
    transport,
    records,
    log,
    signal,
    path: requestPath(workload.endpoint),
    bodyOf: (sample: Sample, parts: BodyParts) => bodyBytes(sample, options, parts),
    now: clock.now,
    secret: endpoint.apiKey,
    rules: { maxTokens: workload.sampling.max_tokens, finishReasons: endpoint.finishReasons ?? [] },
    deadlineS: workload.deadlineS,
    onProgress: options.onProgress,
  } satisfies SharedPhaseOptions;

  try {
    const ready = Math.min(asked, unitCount(traffic));
    const reached = await transport.open(ready);
    if (!reached.ok) return reached;
    const ownPart = (whole: LoadLayout): LoadLayout => partOf(whole, worker, workers);
    const warmedUpBy = await warmUp(options, layout, ownPart, shared);
    const warmedUp = opened;
    const measured = createPhase({
      ...shared,
      phase: "measure",
      traffic,
      asked,
      dueNs,
      signal: stopping,
      keepText: options.keepText,
      drive: (session) => scenario.drive(session, workload.load, layout.issue),
    });
    // Those that the server ended meanwhile. A failure here is each request's own, in its row.
    if (!signal?.aborted) await transport.open(ready);

    spool.shift(clock.restart(await part.begin()));
    part.begun(measured.counts, clock.now);
    transport.largestRead();
    transport.readHealth();
    const loopDelay = watchLoopDelay({ now: clock.now });
    const eventsBefore = log.events();
    const before = { clientS: options.ownCpuS(), threadS: threadCpuS() };
    const inFlight = await measured.run();
    const clientCpuS = options.ownCpuS() - before.clientS;
    const threadS = threadCpuS() - before.threadS;
    const ranNs = clock.now();
    const loop = loopDelay.stop();
    const { all, shared: sharing } = log.events();
    const reads = transport.readHealth();
    return succeed({
      spool: await spool.end(),
      zeroNs: clock.zeroNs(),
      warmedUp,
      warmUp: warmedUpBy,
      endNs,
      gaveUp: gaveUpOf(tail, dueNs),
      ranNs,
      clientCpuS,
      client: {
        ...loop,
        // Polling for a due time gives way to everything else: it is no load.
        cpuShare: Math.max(0, threadS - measured.polledNs() / NS_PER_S) / (ranNs / NS_PER_S),
        readDelayMs: reads?.delayMs ?? null,
        backlogBytesMax: transport.largestRead(),
        stamps:
          reads === null
            ? null
            : {
                boundMs: reads.boundMs,
                sharedShare: (sharing - eventsBefore.shared) / Math.max(1, all - eventsBefore.all),
                clampedShare: reads.clampedShare,
              },
      },
      inFlight,
    });
  } finally {
    await transport.close();
  }
}

function bodyBytes(sample: Sample, { workload, endpoint }: LoadOptions, parts: BodyParts): Buffer {
  const body = requestBody(sample, workload, endpoint, parts);
  if (!body.ok) throw new Error(`sample ${sample.index} was accepted and then refused: ${body.problem.message}`);
  return Buffer.from(JSON.stringify(body.value));
}

function authorisation(endpoint: Endpoint): Record<string, string> {
  return endpoint.apiKey === null ? {} : { authorization: `Bearer ${endpoint.apiKey}` };
}

/** The last token of a request that is one; else its end. */
function lastMoment({ error, cancelled, lastTokenNs, endNs }: RequestRecord): number {
  return error === null && !cancelled ? (lastTokenNs ?? endNs) : endNs;
}
