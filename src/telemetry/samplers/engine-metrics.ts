import type { Series } from "../../schema/observation.ts";
import type { World } from "../../world/world.ts";
import { engineMetric } from "../engine-metric-names.ts";
import { poll } from "../poll.ts";
import type { RunningSampler, SamplingRequest } from "./sampler.ts";

/** Fine enough to see a queue run empty in a trial of half a minute; a page of vLLM has 57 kB. */
const intervalMs = 1000;

interface Scrape {
  atNs: bigint;
  metrics: Record<string, number> | null;
}

/**
 * An engine's metrics, one series each, with `source: "engine"`. A scrape that failed is a null in every series, and counters are as
 * the engine counts them. An engine without metrics gives no series.
 */
export async function sampleEngineMetrics(
  { clock }: Pick<World, "clock">,
  { engine }: Pick<SamplingRequest, "engine">,
): Promise<RunningSampler> {
  const scrapes: Scrape[] = [];
  const polling = poll(clock, intervalMs, async () => {
    const askedNs = clock.nowNs();
    const metrics = await engine.scrapeMetrics();
    // The engine counted somewhere between question and answer.
    scrapes.push({ atNs: (askedNs + clock.nowNs()) / 2n, metrics });
  });
  return {
    missing: null,
    async stop(originNs) {
      await polling.stop();
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
