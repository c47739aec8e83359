import { NS_PER_S } from "../math/units.ts";
import { hasFinished, type Observation } from "../schema/observation.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { Sample } from "../schema/sample.ts";
import { createCap } from "./drive/cap.ts";
import { createInFlightGauge } from "./drive/in-flight.ts";
import { isKeptWhole, shardOf, type LoadPlan } from "./load-plan.ts";
import type { LoadOptions } from "./load-options.ts";
import { watchLoopDelay } from "./loop-delay.ts";
import { createPacer } from "./drive/pacer.ts";
import { createPhase, LOAD_OVER, type Phase, type Records } from "./phase.ts";
import { createPlaces } from "./drive/places.ts";
import { requestBody, requestPath, type BodyParts } from "./plan/request-body.ts";
import { scenarios } from "./plan/scenarios/index.ts";
import { watchSilence } from "./drive/silence.ts";
import { createSpool, earlier, type SpoolIndex, type SpoolStores } from "./spool/spool.ts";
import { gaveUpOf, watchTail } from "./drive/tail-budget.ts";
import { prepareTail } from "./tail-phase.ts";
import { threadCpuS } from "./thread-cpu.ts";
import { createTokenLog } from "./stream/token-log.ts";
import type { CreateTransport } from "./transport/transport.ts";
import { createTrialClock } from "./trial-clock.ts";
import { unitCount } from "./plan/request-plan.ts";
import { startWarmUp, type SharedPhaseOptions } from "./warm-up-phase.ts";

/** A schedule keeps no fixed number of requests open: this many in a row without a token are a whole wave of it. */
const WAVE_OF_A_SCHEDULE = 64;

/** Which shard of a load one process carries, and how it is joined with the others. */
export interface LoadShard {
  worker: number;
  workers: number;
  /** Where finished requests go; the caller's to close. */
  stores: SpoolStores;
  /** Called when all is ready to be sent. Resolves with the zero of all times on the machine's monotonic clock, just past; null for this moment. */
  begin(): Promise<bigint | null>;
  /** Called when the zero is set. `now` is in nanoseconds from it. */
  begun(counts: Phase["counts"], now: () => number): void;
  /** Called when the shard's measured requests are over. Resolves when those of all shards are: until then the shard keeps up its load. */
  measured(): Promise<void>;
}

/** What one process saw: plain data, so that it can be sent to another. */
export interface ShardOutcome extends Pick<
  Observation,
  "warmUp" | "gaveUp" | "silence" | "clientCpuS" | "client" | "inFlight"
> {
  spool: SpoolIndex;
  /** The zero of all times on the machine's monotonic clock. */
  zeroNs: bigint;
  /** The last token of the last measured request that finished; null where none did. */
  endNs: number | null;
  /** Nanoseconds from the zero until the last measured request was over. */
  ranNs: number;
}

/**
 * Sends one shard of a load over a given transport, in phases: the warm-up, then the measured requests. Where the load is kept
 * whole, the measured requests follow the warm-up without a pause, and the tail follows them, which is not scored either,
 * until those of all shards are over. The zero of all times is the start of the measured phase. `RequestRecord.index` counts
 * from 0 in the order of sending. Rejects where the spool cannot be written.
 */
export async function runShard(
  createTransport: CreateTransport,
  options: LoadOptions,
  loadPlan: LoadPlan,
  shard: LoadShard,
): Promise<Result<ShardOutcome>> {
  const { endpoint, workload } = options;
  const { worker, workers } = shard;
  const scenario = scenarios[workload.scenario];
  const whole = isKeptWhole(loadPlan, workload);
  const { requestPlan, fewest, shortestS, dueNs, asked } = shardOf(loadPlan, worker, workers);
  const clock = createTrialClock(() => options.clock.nowNs());
  const log = createTokenLog();
  const spool = createSpool(shard.stores);
  const transport = createTransport({ url: endpoint.url, headers: endpoint.access.headers, now: clock.now });
  const budget = watchTail(options.tailBudgets ?? [], requestPlan.sequence.length);
  const wave = dueNs === null ? asked : Math.max(asked, WAVE_OF_A_SCHEDULE);
  const silence = watchSilence(Math.min(wave, requestPlan.sequence.length));
  const signal = either(silence.signal, options.signal);
  const loadOver = new AbortController();
  const stopping = either(signal, budget.signal);
  let opened = 0;
  let zeroNs = 0;
  let endNs: number | null = null;
  const records: Records = {
    opened(record) {
      record.index = opened;
      opened += 1;
    },
    done(record) {
      silence.saw(record);
      if (record.phase === "measure") {
        // One that failed, was cut off or hit its deadline does not extend the window.
        if (hasFinished(record)) endNs = Math.max(endNs ?? 0, (record.lastTokenNs ?? record.endNs) - zeroNs);
        if (budget.signal !== undefined) budget.saw(earlier({ ...record }, zeroNs), record.endNs - zeroNs);
      }
      spool.put(record, log.take(record.index, record.outputTokens));
    },
  };
  const most = scenario.most(workload.load);
  const gauge = createInFlightGauge(asked, unitCount(requestPlan));
  const pacer = createPacer(clock.now, () => stopping.aborted || loadOver.signal.aborted, transport.dueTimer());
  const shared = {
    transport,
    records,
    log,
    signal: either(signal, loadOver.signal),
    path: requestPath(workload.endpoint),
    bodyOf: (sample: Sample, parts: BodyParts) => bodyBytes(sample, options, parts),
    now: clock.now,
    secrets: endpoint.access.secrets,
    rules: { maxTokens: workload.sampling.max_tokens, finishReasons: endpoint.finishReasons ?? [] },
    deadlineS: workload.deadlineS,
    onProgress: options.onProgress,
    gauge: whole ? gauge : createInFlightGauge(asked, asked),
    places: createPlaces(asked),
    cap: most === null ? null : createCap(most),
    pacer,
  } satisfies SharedPhaseOptions;
  const ownShard = (all: LoadPlan): LoadPlan => shardOf(all, worker, workers);
  // An internal error beside the measured requests ends the load as well.
  const { promise: broken, reject: breakOff } = Promise.withResolvers<never>();
  broken.catch(() => undefined);
  const plan = { options, loadPlan, ownShard, shared, isKeptWhole: whole, breakOff };

  try {
    const ready = Math.min(asked, unitCount(requestPlan));
    const reached = await transport.open(ready);
    if (!reached.ok) return reached;
    const tail = whole ? prepareTail(plan) : null;
    const measured = createPhase({
      ...shared,
      phase: "measure",
      requestPlan,
      fewest,
      shortestS,
      asked,
      dueNs,
      gauge,
      signal: stopping,
      keepText: options.keepText,
      drive: (context) => scenario.drive(context, workload.load, loadPlan.loadGenPlan),
      spent: () => tail?.start(clock.now() - zeroNs),
    });
    const warmUp = startWarmUp(plan);
    const warmedUpBy = await warmUp.enough;
    // Replaces the connections that the server has closed meanwhile. Where that fails, each request's row says so.
    if (!whole && !signal.aborted) await transport.open(ready);

    const startNs = await shard.begin();
    zeroNs = startNs === null ? clock.now() : clock.at(startNs);
    spool.setZero(zeroNs);
    gauge.begin(zeroNs);
    const warmedUp = warmUp.end();
    warmedUp.catch(breakOff);
    shard.begun(measured.counts, () => clock.now() - zeroNs);
    transport.largestRead();
    transport.readHealth();
    const loopDelay = watchLoopDelay({ now: () => clock.now() - zeroNs });
    const eventsBefore = log.events();
    const before = { clientS: options.ownCpuS(), threadS: threadCpuS(), polledNs: pacer.polledNs() };
    await Promise.race([measured.run(zeroNs), broken]);
    const clientCpuS = options.ownCpuS() - before.clientS;
    const threadS = threadCpuS() - before.threadS;
    const polledNs = pacer.polledNs() - before.polledNs;
    const ranNs = clock.now() - zeroNs;
    const loop = loopDelay.stop();
    const { all, shared: sharing } = log.events();
    const reads = transport.readHealth();
    const backlogBytesMax = transport.largestRead();
    if (whole) gauge.end(clock.now());
    await Promise.race([shard.measured(), broken]);
    loadOver.abort(LOAD_OVER);
    await Promise.all([warmedUp, tail?.done()]);
    return succeed({
      spool: await spool.end(),
      zeroNs: clock.machineNs(zeroNs),
      warmUp: warmedUpBy,
      endNs,
      gaveUp: gaveUpOf(budget, dueNs),
      silence: options.signal?.aborted ? null : silence.problem(),
      ranNs,
      clientCpuS,
      client: {
        ...loop,
        // Polling for a due time gives way to everything else: it is no load.
        cpuShare: Math.max(0, threadS - polledNs / NS_PER_S) / (ranNs / NS_PER_S),
        readDelayMs: reads?.delayMs ?? null,
        backlogBytesMax,
        stamps:
          reads === null
            ? null
            : {
                boundMs: reads.boundMs,
                sharedShare: (sharing - eventsBefore.shared) / Math.max(1, all - eventsBefore.all),
                clampedShare: reads.clampedShare,
              },
      },
      inFlight: gauge.held(),
    });
  } finally {
    await transport.close();
  }
}

function either(...signals: (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((one) => one !== undefined));
}

function bodyBytes(sample: Sample, { workload, endpoint }: LoadOptions, parts: BodyParts): Buffer {
  const body = requestBody(sample, workload, endpoint, parts);
  if (!body.ok) throw new Error(`sample ${sample.index} was accepted and then refused: ${body.problem.message}`);
  return Buffer.from(JSON.stringify(body.value));
}
