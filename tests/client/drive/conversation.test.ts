import { afterEach, describe, expect, it } from "vitest";
import { runLoad, type LoadOptions } from "../../../src/client/index.ts";
import { measure } from "../../../src/metrics/index.ts";
import { ask, start, stopAll, until, type Running } from "../../simulator/running-engine.ts";
import { loadOptions, someSamples, someWorkload } from "../../support/completions.ts";
import { held } from "../../support/observations.ts";
import { conversation } from "../../support/phase.ts";

afterEach(stopAll);

async function load(engine: Running, changes: Partial<LoadOptions>) {
  const plain = loadOptions(engine.url, changes);
  const outcome = await runLoad({
    ...plain,
    endpoint: { ...plain.endpoint, model: "meta-llama/Llama-3.1-8B-Instruct" },
  });
  if (!outcome.ok) throw new Error(outcome.problem.message);
  const rows = measure({ observation: outcome.value, workload: plain.workload });
  return { ...held(outcome.value), rows };
}

/** Columns of the engine's own account, one row for each request. */
function truthOf(engine: Running): Record<string, string>[] {
  const [header = "", ...rows] = engine.truth;
  const names = header.split(",");
  return rows.map((row) => Object.fromEntries(row.split(",").map((value, at) => [names[at] ?? "", value])));
}

/** Long enough for blocks of a prefix cache. */
const words = (name: string, count: number): string =>
  Array.from({ length: count }, (_, at) => `${name}${at}`).join(" ");

describe("conversations with the simulated engine, over real sockets", () => {
  it("are read by the engine as what it said itself, and found again by its prefix cache", async () => {
    const engine = await start(["--enable-prefix-caching"]);
    const samples = [0, 1, 2].flatMap((number) =>
      conversation(number, 3, { system: words("rule", 60) }).map((sample) => ({
        ...sample,
        prompt: { text: `${words(`u${number}`, 40)} ${JSON.stringify(sample.prompt)}` },
        outputTokens: 12,
      })),
    );
    const workload = someWorkload({ endpoint: "chat", load: { concurrency: 2 } });
    const seen = await load(engine, { samples, requests: samples.length, workload, keepText: true });
    expect(seen.requests.map(({ error }) => error)).toEqual(Array(9).fill(null));
    for (const session of [0, 1, 2]) {
      const own = seen.requests.filter((request) => request.session === session);
      expect(own.map(({ turn }) => turn)).toEqual([0, 1, 2]);
      // What the engine counts of the texts in the records is what it counted when it was asked.
      const messages = [{ role: "system", content: words("rule", 60) }];
      for (const { sample, promptTokens, text } of own) {
        const { prompt } = samples.find(({ index }) => index === sample)!;
        messages.push({ role: "user", content: "text" in prompt ? prompt.text : "" });
        const { text: said } = await ask(engine, "/tokenize", { messages });
        expect(promptTokens).toBe((JSON.parse(said) as { count: number }).count);
        messages.push({ role: "assistant", content: text! });
      }
    }
    const cached = truthOf(engine).map((row) => Number(row["cached_tokens"]));
    // Every later turn finds most of the one before it; only the very first question finds nothing.
    expect(cached.filter((tokens) => tokens === 0).length).toBeLessThanOrEqual(2);
    expect(cached.filter((tokens) => tokens > 100).length).toBeGreaterThanOrEqual(6);

    const row = (metric: string, stat = "value") => seen.rows.find((one) => one.metric === metric && one.stat === stat);
    expect(row("ttft", "mean/turn 3")).toMatchObject({ n: 3 });
    expect(row("turn_throughput")?.value).toBeCloseTo(3 * (row("conversation_rate")?.value ?? 0), 9);
    expect(row("conversation_waiting")?.why).toMatch(/^turns bind/);
  });
});

describe("cutting off at the simulated engine", () => {
  it("is seen by the engine, which gives up the request", async () => {
    const engine = await start([], { CETERIS_SIMULATED_SPEED: "1" });
    const workload = someWorkload({
      cancel: { share: 0.5, after_tokens: 4 },
      sampling: { ...someWorkload().sampling, max_tokens: 120, min_tokens: 120, ignore_eos: true },
      load: { concurrency: 4 },
    });
    const { requests } = await load(engine, { samples: someSamples(8), requests: 8, workload });
    const cancelled = requests.filter((request) => request.cancelled);
    expect(cancelled).toHaveLength(4);
    expect(cancelled.every(({ error, finish }) => error === null && finish === null)).toBe(true);
    // Four of the measured ones; those that followed them were cut off as well.
    const finished = (how: string): number => truthOf(engine).filter((row) => row["finish"] === how).length;
    await until(() => finished("abort") >= 4 && finished("length") >= 4);
    // It stopped soon after, and not at the end.
    for (const row of truthOf(engine)) {
      if (row["finish"] === "abort") expect(Number(row["output_tokens"])).toBeLessThan(120);
    }
  });
});
