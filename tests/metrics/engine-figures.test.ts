import { describe, expect, it } from "vitest";
import { measure } from "../../src/metrics/index.ts";
import type { Series } from "../../src/schema/observation.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf, type RequestSketch } from "../support/observations.ts";

/** Scrapes at −10 s (before the warm-up), −1 s (after it), 1 s, and after the window, at 3 s. */
const at = [-10, -1, 1, 3].map((s) => s * 1e9);

function scraped(columns: Record<string, (number | null)[]>): Series[] {
  return Object.entries(columns).map(([name, value]) => ({ name, unit: "", source: "engine", atNs: at, value }));
}

const requests: RequestSketch[] = [
  { phase: "warmup", sentMs: -5000, tokensMs: [-4000, -3900] },
  { sentMs: 0, tokensMs: [100, 200, 300] },
  { sentMs: 500, tokensMs: [700, 2000] },
];

function row(metric: string, series: Series[], sketches = requests) {
  const observation = observationOf(sketches, { series });
  const found = measure({ observation, workload: someWorkload() }).filter((one) => one.metric === metric);
  expect(found).toHaveLength(1);
  return found[0];
}

describe("what the engine says itself", () => {
  it("is the exact mean of what it counted over the window, without a warm-up that a scrape lies after", () => {
    const series = scraped({
      ttft_sum: [0, 0.9, 1.0, 1.15],
      ttft_count: [0, 1, 2, 3],
      itl_sum: [0, 0.1, 0.2, 1.6],
      itl_count: [0, 1, 2, 4],
    });
    expect(row("engine_ttft_mean", series)).toMatchObject({
      value: expect.closeTo(125, 9),
      unit: "ms",
      n: 2,
      source: "engine",
      why: null,
    });
    expect(row("engine_itl_mean", series)).toMatchObject({ value: expect.closeTo(500, 9), n: 3 });
    // Ours over the same two: (100 + 200) ÷ 2.
    expect(row("ttft_client_minus_engine", series)).toMatchObject({
      value: expect.closeTo(25, 9),
      n: 2,
      source: "client",
    });
  });

  it("takes the warm-up in where no scrape lies between, on both sides", () => {
    const series = scraped({ ttft_sum: [0, null, null, 1.15], ttft_count: [0, null, null, 3] });
    expect(row("engine_ttft_mean", series)).toMatchObject({ value: expect.closeTo(1150 / 3, 9), n: 3 });
    expect(row("ttft_client_minus_engine", series)?.value).toBeCloseTo((1000 + 100 + 200 - 1150) / 3, 9);
  });

  it("has its gaps compared with ours between the same scrapes, of every request", () => {
    // From −1 s to 3 s: gaps of 100, 100 and 1300 ms; the warm-up's of 100 ms lies before.
    const series = scraped({ itl_sum: [0, 0.1, 0.2, 1.54], itl_count: [0, 1, 2, 4] });
    expect(row("itl_client_minus_engine", series)).toMatchObject({
      value: expect.closeTo(500 - 480, 9),
      n: 3,
      unit: "ms",
      source: "client",
      why: null,
    });
    const warm = scraped({ itl_sum: [0, null, null, 1.6], itl_count: [0, null, null, 4] });
    expect(row("itl_client_minus_engine", warm)?.value).toBeCloseTo(0, 9);
    const other = scraped({ itl_sum: [0, 0, 5, 9], itl_count: [0, 0, 5, 9] });
    expect(row("itl_client_minus_engine", other)).toMatchObject({
      value: null,
      why: "the engine counted 9 gaps between tokens where the client saw 3 tokens in 3 chunks after the first: not the same",
    });
    expect(row("itl_client_minus_engine", [])).toMatchObject({ value: null, why: "the engine does not tell itl_sum" });
  });

  it("has sums compared, so that tokens which share a chunk forbid nothing", () => {
    // 100 gaps of 10 ms by the engine; a fifth of them reached the client two at a time.
    const tokensMs = Array.from({ length: 91 }, (_, chunk) => 10 * (chunk <= 80 ? chunk : 80 + 2 * (chunk - 80)));
    const merged = {
      ...observationOf([{ sentMs: 0, tokensMs }], {
        series: scraped({ itl_sum: [0, 0, 0, 1], itl_count: [0, 0, 0, 100] }),
      }),
    };
    const blocks = [...merged.tokens.blocks()];
    for (const { length, tokens } of blocks) for (let chunk = 81; chunk < length; chunk += 1) tokens[chunk] = 2;
    const observation = { ...merged, tokens: { length: merged.tokens.length, blocks: () => blocks } };
    const found = measure({ observation, workload: someWorkload() });
    expect(found.find(({ metric }) => metric === "itl_client_minus_engine")?.value).toBeCloseTo(0, 9);
  });

  it("has whole requests compared, those that ended between the scrapes and neither failed nor were cut off", () => {
    // Ours: 300 and 1500 ms.
    const series = scraped({ e2e_sum: [0, 1.1, 1.4, 2.7], e2e_count: [0, 1, 2, 3] });
    const sketches = [...requests, { sentMs: 0, tokensMs: [900], error: "HTTP 500" }];
    expect(row("e2e_client_minus_engine", series, sketches)).toMatchObject({
      value: expect.closeTo(900 - 800, 9) as number,
      n: 2,
    });
    expect(row("engine_e2e_mean", series)?.value).toBeCloseTo(800, 9);
  });

  it("is compared only where both mean the same requests", () => {
    const series = scraped({ ttft_sum: [0, 0, 5, 9], ttft_count: [0, 0, 5, 9] });
    expect(row("ttft_client_minus_engine", series)).toMatchObject({
      value: null,
      why: "the engine counted 9 first tokens where the client saw 2: not the same requests",
    });
    const one = scraped({ ttft_sum: [0, 0, 1, 1], ttft_count: [0, 0, 1, 1] });
    expect(row("ttft_client_minus_engine", one, [{ sentMs: 0, tokensMs: [] }])?.value).toBeNull();
  });

  it("is rates of what grew, and the most of what stands in the window", () => {
    const series = scraped({
      prefix_queries: [0, 100, 200, 500],
      prefix_hits: [0, 100, 110, 200],
      spec_draft_tokens: [0, 0, 10, 50],
      spec_accepted_tokens: [0, 0, 5, 20],
      preemptions: [3, 3, 4, 5],
      kv_usage: [0.9, 0.2, 0.4, 0.8],
      waiting: [70, 3, 5, 1],
    });
    expect(row("prefix_hit_rate", series)).toMatchObject({ value: 0.25, source: "engine", n: 400 });
    expect(row("spec_acceptance", series)?.value).toBe(0.4);
    expect(row("preemptions", series)?.value).toBe(2);
    expect(row("kv_usage_max", series)).toMatchObject({ value: 0.4, n: 1, rule: "scrapes" });
    expect(row("queue_max", series)?.value).toBe(5);
  });

  it("is null, with the reason, where the engine does not tell, started anew, or counted nothing", () => {
    const names = ["engine_ttft_mean", "engine_itl_mean", "prefix_hit_rate", "spec_acceptance", "preemptions"];
    for (const metric of [...names, "kv_usage_max", "queue_max", "ttft_client_minus_engine"])
      expect(row(metric, [])).toMatchObject({ value: null, why: expect.stringMatching(/does not tell/) });
    const anew = scraped({ preemptions: [0, 9, 1, 2], prefix_queries: [0, 5, 5, 5], prefix_hits: [0, 5, 5, 5] });
    expect(row("preemptions", anew)).toMatchObject({ value: null, why: expect.stringMatching(/fell/) });
    expect(row("prefix_hit_rate", anew)).toMatchObject({ value: null, why: expect.stringMatching(/it is off/) });
    const cut = scraped({ preemptions: [0, 1, 2, null] });
    expect(row("preemptions", cut)).toMatchObject({ value: null, why: expect.stringMatching(/not scraped both/) });
  });
});
