/**
 * One worker: a process that carries a shard of a load. Started by `start.ts`, controlled by messages; what it saw
 * goes into files that the main process opened. It ends with the process that started it.
 */
import type { Counts } from "../drive/queue-watch.ts";
import { NS_PER_MS } from "../../math/units.ts";
import type { LoadOptions } from "../load-options.ts";
import { isKeptWhole, planLoad } from "../load-plan.ts";
import { runShard } from "../load-shard.ts";
import { spoolFault } from "../load.ts";
import { fileStores } from "../spool/spool.ts";
import { TAIL_SPENT, type TailBudget } from "../drive/tail-budget.ts";
import { transports } from "../transport/index.ts";
import { spoolDescriptors, type FromWorker, type ToWorker } from "./messages.ts";

/** The end of the wait for the common start is polled, in ms: a timer is late by up to a millisecond. */
const POLLED_MS = 3;

type Load = Extract<ToWorker, { type: "load" }>;

const stop = new AbortController();
let start: ((zeroNs: bigint) => void) | null = null;
let finish: (() => void) | null = null;
let counts: Counts = { sent: 0, begun: 0, ended: 0 };

process.on("disconnect", () => process.exit(1));
// Ctrl-C in a terminal goes to every process; the main process decides what is stopped, and when. A limit on the size of files fails the write.
for (const signal of ["SIGINT", "SIGTERM", "SIGQUIT", "SIGHUP", "SIGXFSZ"]) process.on(signal, () => undefined);
process.on("message", (message: ToWorker) => {
  if (message.type === "load") void carry(message);
  else if (message.type === "go") start?.(message.zeroNs);
  else if (message.type === "finish") finish?.();
  else if (message.type === "stop") stop.abort();
  else if (message.type === "give-up") stop.abort(TAIL_SPENT);
  else say({ type: "counts", ...counts });
});

function nowNs(): bigint {
  return process.hrtime.bigint();
}

/** Never spent here: every request is reported to the main process, which counts the misses of all workers. */
const toldBudget: TailBudget = {
  allowed: () => Infinity,
  missed(record) {
    say({ type: "ended", record });
    return false;
  },
};

async function carry({ options, worker, workers, spoolFolder, watched }: Load): Promise<void> {
  const loadPlan = planLoad(options);
  const createTransport = await transports[new URL(options.endpoint.url).protocol]?.();
  if (!loadPlan.ok || !createTransport) throw new Error("a load was accepted and then refused");
  const own: LoadOptions = {
    ...options,
    clock: { nowNs },
    ownCpuS() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
    signal: stop.signal,
    ...(watched ? { tailBudgets: [toldBudget] } : {}),
    onProgress: (progress) => say({ type: "progress", progress }),
  };
  const outcome = await runShard(createTransport, own, loadPlan.value, {
    worker,
    workers,
    stores: fileStores(spoolDescriptors),
    async begin() {
      const answered = new Promise<bigint>((resolve) => (start = resolve));
      say({ type: "ready" });
      const zeroNs = await answered;
      const aheadMs = Number(zeroNs - nowNs()) / NS_PER_MS;
      // The warm-up is still under way: a busy wait would keep its answers waiting.
      if (isKeptWhole(loadPlan.value, options.workload)) {
        await new Promise((resolve) => void setTimeout(resolve, Math.max(0, aheadMs)));
        return zeroNs;
      }
      if (aheadMs > POLLED_MS) await new Promise((resolve) => void setTimeout(resolve, aheadMs - POLLED_MS));
      while (nowNs() < zeroNs);
      return zeroNs;
    },
    begun: (measured) => (counts = measured),
    measured() {
      const answered = new Promise<void>((resolve) => (finish = resolve));
      say({ type: "measured" });
      return answered;
    },
  }).catch((error: unknown) => spoolFault(error, spoolFolder));
  say({ type: "counts", ...counts });
  process.send?.({ type: "done", outcome } satisfies FromWorker, undefined, undefined, () => process.exit(0));
}

function say(message: FromWorker): void {
  process.send?.(message);
}
