import { describe, expect, it } from "vitest";
import { engineMetrics } from "../../../src/telemetry/engine-metric-names.ts";
import { sampleEngineMetrics } from "../../../src/telemetry/samplers/engine-metrics.ts";
import type { Clock } from "../../../src/world/world.ts";

/** A clock that stands still but for its sleeps, and an engine that says these one after the other. */
function scripted(answers: (Record<string, number> | null)[]) {
  let nowNs = 1_000_000_000n;
  let asked = 0;
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const clock: Clock = {
    nowNs: () => nowNs,
    wall: () => "",
    async sleep(ms, signal) {
      nowNs += BigInt(ms) * 1_000_000n;
      if (asked < answers.length - 1) return;
      resolve();
      await new Promise<void>((wake) => signal?.addEventListener("abort", () => wake(), { once: true }));
    },
  };
  const engine = { scrapeMetrics: () => Promise.resolve(answers[Math.min(asked++, answers.length - 1)] ?? null) };
  return { clock, engine, done };
}

describe("an engine's metrics over time", () => {
  it("are scraped at the start, at the interval, and once more at the end", async () => {
    const { clock, engine, done } = scripted([{ waiting: 1, tokens: 5 }, null, { waiting: 3 }, { waiting: 4 }]);
    const sampler = await sampleEngineMetrics({ clock }, { engine });
    await done;
    const found = await sampler.stop(500_000_000n);
    expect(found.map(({ name, unit, source }) => [name, unit, source])).toEqual([
      ["waiting", "requests", "engine"],
      ["tokens", "", "engine"],
    ]);
    expect(found[0]?.value).toEqual([1, null, 3, 4]);
    expect(found[1]?.value).toEqual([5, null, null, null]);
    expect(found[0]?.atNs.slice(0, 3)).toEqual([5e8, 15e8, 25e8]);
  });

  it("give no series for an engine that tells none", async () => {
    const { clock, engine, done } = scripted([null, null]);
    const sampler = await sampleEngineMetrics({ clock }, { engine });
    await done;
    expect(await sampler.stop(0n)).toEqual([]);
  });
});

describe("an engine's metric", () => {
  it("is known by the names that the engine files use, each once", () => {
    const names = engineMetrics.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
