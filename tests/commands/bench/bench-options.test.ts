import { describe, expect, it } from "vitest";
import { loadOf, type BenchOptions } from "../../../src/commands/bench/bench-options.ts";

const options = (given: Partial<BenchOptions>): BenchOptions => ({
  url: "http://h:1",
  ignoreEos: false,
  saveResult: false,
  appendResult: false,
  json: false,
  ...given,
});

function load(given: Partial<BenchOptions>) {
  const found = loadOf(options(given));
  if (!found.ok) throw new Error(found.problem.message);
  return found.value;
}

describe("the load that flags ask for", () => {
  it("is a closed loop, an open loop, or all at once", () => {
    expect(load({})).toMatchObject({ scenario: "closed", concurrency: 64, rate: null, maxInFlight: null });
    expect(load({ rate: 5, maxInFlight: 8 })).toMatchObject({ scenario: "open", rate: 5, maxInFlight: 8 });
    expect(load({ rate: Infinity, requests: 30 })).toMatchObject({ scenario: "offline", rate: null, maxInFlight: 30 });
  });

  it("ramps for as long as is asked for, or as its requests take on the way", () => {
    expect(load({ rate: 2, rampTo: 8, duration: 30 }).arrivals).toEqual({ kind: "ramp", to: 8, seconds: 30 });
    expect(load({ rate: 2, rampTo: 8, requests: 100 }).arrivals).toEqual({ kind: "ramp", to: 8, seconds: 20 });
  });

  it("has lengths that are fixed, even, or normal and cut at four standard deviations", () => {
    expect(load({ inputTokens: "64-256" }).inputTokens).toEqual({ distribution: "uniform", min: 64, max: 256 });
    expect(load({ inputTokens: "512~50", outputTokens: "10~5.5" })).toMatchObject({
      inputTokens: { distribution: "normal", mean: 512, stdev: 50, min: 312, max: 712 },
      outputTokens: { distribution: "normal", mean: 10, stdev: 5.5, min: 1, max: 32 },
    });
    expect(load({ inputTokens: "9~0" }).inputTokens).toEqual({ distribution: "fixed", value: 9 });
    expect(loadOf(options({ inputTokens: "~5" }))).toMatchObject({ ok: false });
  });

  it("has conversations on the chat route, made or from a file, and reads a file by its name", () => {
    expect(load({ turns: "2-6" })).toMatchObject({
      endpoint: "chat",
      prompt: "text",
      dataset: { kind: "conversations" },
    });
    expect(load({ dataset: "a.jsonl" }).dataset).toEqual({ kind: "jsonl", path: "a.jsonl" });
    expect(load({ dataset: "a.json", turns: "all" }).dataset).toMatchObject({ kind: "sharegpt", turns: "all" });
    expect(load({ dataset: "a", datasetFormat: "sharegpt", outputTokens: "8" }).dataset).toMatchObject({
      turns: "first",
      output: "natural",
    });
  });

  it.each<[Partial<BenchOptions>, RegExp]>([
    [{ rate: 5, concurrency: 4 }, /--max-in-flight as a cap/],
    [{ resultFilename: "a.json" }, /^Add --save-result/],
    [{ resultDir: "a" }, /^Add --save-result/],
    [{ maxInFlight: 4 }, /Add --rate/],
    [{ arrivals: "poisson" }, /Add --rate/],
    [{ rampTo: 4 }, /Add --rate/],
    [{ rate: Infinity, duration: 5 }, /Take --requests instead/],
    [{ rate: 5, rampTo: 9, arrivals: "poisson" }, /Leave --arrivals and --burstiness out/],
    [{ turns: "3", endpoint: "completions" }, /Leave --endpoint out/],
    [{ turns: "3", sharedPrefixTokens: 5 }, /Leave --shared-prefix-tokens out/],
    [{ turns: "3", dataset: "a.jsonl" }, /Take a ShareGPT file/],
    [{ turns: "all" }, /Add --dataset FILE of ShareGPT's form/],
    [{ think: 1 }, /Add --turns/],
    [{ datasetFormat: "jsonl" }, /Add --dataset FILE/],
    [{ prefixGroups: 3 }, /Add --shared-prefix-tokens/],
    [{ turns: "many" }, /For instance/],
  ])("refuses with what to do: %j", (given, hint) => {
    const found = loadOf(options(given));
    expect(found.ok ? "" : found.problem.hint).toMatch(hint);
  });
});
