import type { Series } from "../../schema/observation.ts";
import type { World } from "../../world/world.ts";
import { engineMetric } from "../engine-metric-names.ts";

/** Fine enough to see a queue run empty in a trial of half a minute; a page of vLLM has 57 kB. */
const defaultIntervalMs = 1000;

/** Whoever can be asked for our metrics: a running engine. */
export interface MetricsSource {
  scrapeMetrics(): Promise<Record<string, number> | null>;
}

export interface EngineSampler {
  /**
   * Scrapes once more and ends. One series a metric, `source: "engine"`; times are nanoseconds since `originNs` (the
   * observation's `clock.monotonicStartNs`), since the sampler's start without it. A scrape that failed is a null in
   * every series. Counters are as the engine counts them.
   */
  stop(originNs?: bigint): Promise<Series[]>;
}

interface Scrape {
  atNs: bigint;
  metrics: Record<string, number> | null;
}

/** Scrapes an engine's metrics now and at an interval (ms), until it is stopped. An engine without metrics gives no series. */
export function sampleEngine(
  { clock }: Pick<World, "clock">,
  engine: MetricsSource,
  intervalMs: number = defaultIntervalMs,
): EngineSampler {
  const startNs = clock.nowNs();
  const ended = new AbortController();
  const scrapes: Scrape[] = [];
  const scrape = async () => {
    const askedNs = clock.nowNs();
    const metrics = await engine.scrapeMetrics();
    // The engine counted somewhere between question and answer.
    scrapes.push({ atNs: (askedNs + clock.nowNs()) / 2n, metrics });
  };
  const sampling = (async () => {
    await scrape();
    while (!ended.signal.aborted) {
      await clock.sleep(intervalMs, ended.signal);
      if (!ended.signal.aborted) await scrape();
    }
  })();
  return {
    async stop(originNs = startNs) {
      ended.abort();
      await sampling;
      await scrape();
      return asSeries(scrapes, originNs);
    },
  };
}

function asSeries(scrapes: readonly Scrape[], originNs: bigint): Series[] {
  const names = [...new Set(scrapes.flatMap(({ metrics }) => Object.keys(metrics ?? {})))];
  const atNs = scrapes.map((scrape) => Number(scrape.atNs - originNs));
  return names.map((name) => ({
    name,
    unit: engineMetric(name).unit,
    source: "engine",
    atNs: [...atNs],
    value: scrapes.map(({ metrics }) => metrics?.[name] ?? null),
  }));
}
