import { NS_PER_MS, NS_PER_S } from "../../math/units.ts";
import type { Observation, RequestRecord } from "../../schema/observation.ts";
import { fail, succeed, type Fault, type Result } from "../../schema/result.ts";
import { plainSample } from "../../schema/sample.ts";
import type { LoadKnobs, Workload } from "../../schema/workload.ts";
import type { LoadOptions, LoadProgress } from "../load-options.ts";
import { isKeptWhole, leastUnits, planLoad, type LoadPlan } from "../load-plan.ts";
import { problemOf, spoolFault } from "../load.ts";
import { watchQueue, type Counts, type QueueProbe } from "../drive/queue-watch.ts";
import { scenarios } from "../plan/scenarios/index.ts";
import { openSpoolFiles, type SpoolFiles } from "../spool/spool-files.ts";
import { closeStores, fileStores, readSpool } from "../spool/spool.ts";
import { gaveUpOf, watchTail } from "../drive/tail-budget.ts";
import { unitCount } from "../plan/request-plan.ts";
import { mergeShards } from "./merge.ts";
import type { FromWorker, PlainOptions } from "./messages.ts";
import { startWorker, type Worker } from "./start.ts";

/** From the message `go` until the start: a message to an idle process takes less than a millisecond. */
const AHEAD_MS = 25;

/** The longest time between two reports of merged progress. */
const PROGRESS_EVERY_MS = 400;

/** Whether a load is carried by processes of its own. */
export function needsWorkers({ workers = 1, cores }: LoadKnobs): boolean {
  return workers > 1 || cores !== undefined;
}

/**
 * Puts a load on an endpoint from several processes, each with an event loop and connections of its own. What they send
 * is together exactly what one would: the same order, the same due times from one common start. A worker that ends
 * early is the failure `client-worker-died`, and no shard of the load is passed off as the whole.
 */
export async function runLoadInWorkers(options: LoadOptions): Promise<Result<Observation>> {
  const problem = problemOf(options) ?? refusal(options.workload);
  if (problem) return { ok: false, problem };
  const loadPlan = planLoad(options);
  if (!loadPlan.ok) return loadPlan;
  if (options.spoolFolder === undefined) throw new Error("a load of several workers needs a folder to gather it in");
  const files: SpoolFiles[] = [];
  try {
    for (let worker = 0; worker < countOf(loadPlan.value, options.workload.load); worker += 1) {
      files.push(openSpoolFiles(options.spoolFolder));
    }
  } catch (error) {
    closeAll(files);
    return spoolFault(error, options.spoolFolder);
  }
  const answer = await carriedBy(files, options, loadPlan.value, options.spoolFolder);
  if (!answer.ok) closeAll(files);
  return answer;
}

/** No more than there are places to keep open or units to send: a worker without any would say nothing. */
function countOf({ requestPlan, dueNs, asked }: LoadPlan, { workers = 1 }: LoadKnobs): number {
  return Math.max(1, Math.min(workers, unitCount(requestPlan), dueNs === null ? asked : Infinity));
}

function refusal({ scenario, load }: Workload): Fault | null {
  const { workers = 1, batch_size: size } = load;
  if (workers === 1 || scenarios[scenario].canBeSplit(load)) return null;
  if (scenario === "open") {
    const message = `load.max_in_flight limits what is open, which ${workers} workers cannot count together`;
    return fail("cap-needs-one-worker", message, "Leave out load.workers, or load.max_in_flight.").problem;
  }
  if (size === undefined) {
    const message = `a query of ${scenario} goes when the one before it is over, which ${workers} workers cannot see to`;
    return fail("queries-need-one-worker", message, "Leave out load.workers.").problem;
  }
  return fail(
    "chunks-need-one-worker",
    `load.batch_size sends chunks one after the other, which ${workers} workers cannot do together`,
    "Leave out load.workers, or load.batch_size.",
  ).problem;
}

async function carriedBy(
  files: readonly SpoolFiles[],
  options: LoadOptions,
  loadPlan: LoadPlan,
  spoolFolder: string,
): Promise<Result<Observation>> {
  const { workload, signal, clock, ownCpuS, onProgress, queueProbe } = options;
  const { cores } = workload.load;
  const tail = watchTail(options.tailBudgets ?? [], loadPlan.requestPlan.sequence.length);
  const workerProgress = createWorkerProgress(files.length, onProgress, (record) => tail.saw(record, record.endNs));
  const workers = files.map((spool, worker) =>
    startWorker({ worker, workers: files.length, core: cores?.[worker % cores.length] ?? null }, spool, (message) =>
      workerProgress.onMessage(worker, message),
    ),
  );
  const failed = firstFailure(workers);
  const sayStop = (): void => {
    for (const worker of workers) worker.say({ type: "stop" });
  };
  tail.signal?.addEventListener("abort", () => {
    for (const worker of workers) worker.say({ type: "give-up" });
  });
  try {
    sendLoad(workers, plainOf(options), { spoolFolder, watched: tail.signal !== undefined });
    signal?.addEventListener("abort", sayStop, { once: true });
    if (signal?.aborted) sayStop();
    const early = await Promise.race([failed, Promise.all(workers.map(({ ready }) => ready))]);
    if ("problem" in early) return early;

    const zeroNs = clock.nowNs() + BigInt(AHEAD_MS * NS_PER_MS);
    for (const worker of workers) worker.say({ type: "go", zeroNs });
    await new Promise((resolve) => void setTimeout(resolve, AHEAD_MS));
    const cpuBeforeS = ownCpuS();
    const needsQueue = scenarios[workload.scenario].needsQueue(workload.load);
    const watch = watchQueue({
      probe: needsQueue && queueProbe ? workerProgress.counted(queueProbe, workers) : undefined,
      now: () => Number(clock.nowNs() - zeroNs),
      units: leastUnits(loadPlan),
      untilNs: loadPlan.shortestS * NS_PER_S,
      asked: loadPlan.asked,
      counts: workerProgress.counts,
    });
    void finishTogether(workers);
    const late = await Promise.race([failed, Promise.all(workers.map(({ done }) => done))]);
    const queue = watch.stop();
    if ("problem" in late) return late;
    const outcomes = late.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
    const seen = outcomes.map((outcome, shard) => ({
      outcome,
      load: readSpool(fileStores(files[shard]!), outcome.spool),
    }));
    const own = outcomes.reduce((sum, { clientCpuS }) => sum + clientCpuS, 0);
    return succeed({
      ...mergeShards(seen, {
        asked: loadPlan.asked,
        units: unitCount(loadPlan.requestPlan),
        isKeptWhole: isKeptWhole(loadPlan, options.workload),
      }),
      clock: { monotonicStartNs: zeroNs.toString() },
      series: queue.series,
      clientCpuS: own + ownCpuS() - cpuBeforeS,
      queueRanEmpty: needsQueue ? queue.ranEmpty : null,
      gaveUp: gaveUpOf(tail, loadPlan.dueNs),
      silence: outcomes.map(({ silence }) => silence ?? null).find((one) => one !== null) ?? null,
    });
  } finally {
    signal?.removeEventListener("abort", sayStop);
    for (const worker of workers) worker.kill();
    await Promise.all(workers.map(({ done }) => done));
  }
}

/** Without functions, clocks and signals, which stay here; prompts are made. */
function plainOf(options: LoadOptions): PlainOptions {
  const {
    clock: _c,
    ownCpuS: _o,
    signal: _s,
    onProgress: _p,
    queueProbe: _q,
    spoolFolder: _f,
    tailBudgets: _t,
    ...plain
  } = options;
  return { ...plain, samples: plain.samples.map(plainSample) };
}

function sendLoad(
  workers: readonly Worker[],
  options: PlainOptions,
  shared: { spoolFolder: string; watched: boolean },
): void {
  for (const [worker, one] of workers.entries()) {
    one.say({ type: "load", options, worker, workers: workers.length, ...shared });
  }
}

/** Each keeps its shard of the load up until the measured requests of all are over. */
async function finishTogether(workers: readonly Worker[]): Promise<void> {
  await Promise.all(workers.map(({ measured }) => measured));
  for (const worker of workers) worker.say({ type: "finish" });
}

/** Resolves with the first failure of a worker; never where all of them come to their end. */
function firstFailure(workers: readonly Worker[]): Promise<{ ok: false; problem: Fault }> {
  return new Promise((resolve) => {
    for (const { done } of workers) void done.then((outcome) => void (outcome.ok || resolve(outcome)));
  });
}

function closeAll(files: readonly SpoolFiles[]): void {
  for (const one of files) closeStores(fileStores(one));
}

/** The progress and the counts of all workers, merged. */
function createWorkerProgress(
  workers: number,
  onProgress: LoadOptions["onProgress"],
  onEnded: (record: RequestRecord) => void,
) {
  const progress: (LoadProgress | null)[] = Array.from({ length: workers }, () => null);
  const counts = Array.from({ length: workers }, (): Counts => ({ sent: 0, begun: 0, ended: 0 }));
  /** Workers that were asked for their counts and have not answered. */
  const pending = new Set<number>();
  const finished = new Set<number>();
  let allCounted: (() => void) | null = null;
  let shownMs = -Infinity;

  const showProgress = (): void => {
    const known = progress.filter((one) => one !== null);
    const phase = known.some((one) => one.phase === "measure") ? "measure" : "warmup";
    const own = known.filter((one) => one.phase === phase);
    const total = (figure: (one: LoadProgress) => number): number => own.reduce((sum, one) => sum + figure(one), 0);
    const rate = total(({ tokensPerS }) => tokensPerS ?? 0);
    const merged = { phase, done: total(({ done }) => done), of: total(({ of }) => of) } as const;
    const nowMs = performance.now();
    if (merged.done < merged.of && nowMs - shownMs < PROGRESS_EVERY_MS) return;
    shownMs = nowMs;
    onProgress?.({ ...merged, tokensPerS: rate === 0 ? null : rate });
  };

  return {
    onMessage(worker: number, message: FromWorker): void {
      if (message.type === "progress") {
        progress[worker] = message.progress;
        showProgress();
        return;
      }
      if (message.type === "ended") {
        onEnded(message.record);
        return;
      }
      if (message.type === "counts") counts[worker] = message;
      if (message.type === "done") finished.add(worker);
      pending.delete(worker);
      if (pending.size === 0) allCounted?.();
    },
    counts: (): Counts => ({
      sent: counts.reduce((sum, { sent }) => sum + sent, 0),
      begun: counts.reduce((sum, { begun }) => sum + begun, 0),
      ended: counts.reduce((sum, { ended }) => sum + ended, 0),
    }),
    /** A probe of the engine's queue that asks the workers right after it, so that both are of the same moment. */
    counted:
      (probe: QueueProbe, asked: readonly Worker[]): QueueProbe =>
      async () => {
        const answer = await probe();
        for (const [worker, one] of asked.entries()) {
          if (finished.has(worker)) continue;
          pending.add(worker);
          one.say({ type: "count" });
        }
        if (pending.size > 0) await new Promise<void>((resolve) => (allCounted = resolve));
        return answer;
      },
  };
}
