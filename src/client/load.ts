import { NS_PER_S } from "../math/units.ts";
import type { Observation } from "../schema/observation.ts";
import { fail, succeed, type Fault, type Result } from "../schema/result.ts";
import type { LoadOptions } from "./load-options.ts";
import { leastUnits, planLoad } from "./load-plan.ts";
import { systemClassOf } from "../world/file-fault.ts";
import { runShard, type ShardOutcome } from "./load-shard.ts";
import { watchQueue, type QueueWatch } from "./drive/queue-watch.ts";
import { requestBody } from "./plan/request-body.ts";
import { scenarios } from "./plan/scenarios/index.ts";
import { createMemoryStore } from "./spool/byte-store.ts";
import { openSpoolFiles } from "./spool/spool-files.ts";
import { closeStores, fileStores, readSpool, type SpoolStores } from "./spool/spool.ts";
import type { CreateTransport } from "./transport/transport.ts";

/**
 * Warms up, then measures, over a given transport, in this process. The zero of all times is the start of the measured
 * phase, so those of the warm-up are negative. `RequestRecord.index` is the place in `requests`, the warm-up first.
 */
export async function runLoadOver(
  createTransport: CreateTransport,
  options: LoadOptions,
): Promise<Result<Observation>> {
  const problem = problemOf(options);
  if (problem) return { ok: false, problem };
  const loadPlan = planLoad(options);
  if (!loadPlan.ok) return loadPlan;
  const stores = openStores(options.spoolFolder);
  if (!stores.ok) return stores;
  const { workload } = options;
  const needsQueue = scenarios[workload.scenario].needsQueue(workload.load);
  let watch: QueueWatch | undefined;
  try {
    const outcome = await runShard(createTransport, options, loadPlan.value, {
      worker: 0,
      workers: 1,
      stores: stores.value,
      begin: () => Promise.resolve(null),
      measured: () => Promise.resolve(),
      begun(counts, now) {
        watch = watchQueue({
          probe: needsQueue ? options.queueProbe : undefined,
          now,
          units: leastUnits(loadPlan.value),
          untilNs: loadPlan.value.shortestS * NS_PER_S,
          asked: loadPlan.value.asked,
          counts: () => counts,
        });
      },
    });
    const queue = watch?.stop() ?? { series: [], ranEmpty: null };
    if (!outcome.ok) {
      closeStores(stores.value);
      return outcome;
    }
    return succeed({
      ...observed(stores.value, outcome.value),
      clock: { monotonicStartNs: outcome.value.zeroNs.toString() },
      series: queue.series,
      queueRanEmpty: needsQueue ? queue.ranEmpty : null,
    });
  } catch (error) {
    watch?.stop();
    closeStores(stores.value);
    return spoolFault(error, options.spoolFolder);
  }
}

function observed(
  stores: SpoolStores,
  { spool, endNs, ranNs, clientCpuS, client, inFlight, warmUp, gaveUp, silence }: ShardOutcome,
): Omit<Observation, "clock" | "series" | "queueRanEmpty"> {
  const load = readSpool(stores, spool);
  // Where nothing finished, the window covers the attempts.
  return {
    window: { startNs: 0, endNs: endNs ?? ranNs },
    requests: load.requests,
    tokens: load.tokens,
    clientCpuS,
    client,
    inFlight,
    warmUp: warmUp ?? null,
    gaveUp,
    silence: silence ?? null,
    release: () => load.release(),
  };
}

/** What is wrong with a load, as far as it can be seen before anything is sent. */
export function problemOf({ endpoint, workload, samples }: LoadOptions): Fault | null {
  if (samples.length === 0) {
    return fail("no-samples", "the dataset has no samples to send", "Check the workload's dataset and selection.")
      .problem;
  }
  for (const sample of samples) {
    const body = requestBody(sample, workload, endpoint);
    if (!body.ok) return body.problem;
  }
  return null;
}

function openStores(folder: string | undefined): Result<SpoolStores> {
  if (folder === undefined) return succeed({ requests: createMemoryStore(), tokens: createMemoryStore() });
  try {
    return succeed(fileStores(openSpoolFiles(folder)));
  } catch (error) {
    return spoolFault(error, folder);
  }
}

/** The file system's error where it does not take a load's requests. Anything else is an internal error, and is thrown. */
export function spoolFault(error: unknown, folder: string | undefined): { ok: false; problem: Fault } {
  const { code, message } = error as NodeJS.ErrnoException;
  if (folder === undefined || !/^E[A-Z0-9]+$/.test(code ?? "")) throw error;
  return fail(
    systemClassOf(code) ?? "requests-not-kept",
    `finished requests could not be written to ${folder}: ${message}`,
    "Give it room and the right to write there, or choose another folder with CETERIS_SCRATCH or --results.",
  );
}
