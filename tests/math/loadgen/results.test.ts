import { describe, expect, it } from "vitest";
import {
  fixedText,
  judgedDurationNs,
  offlineThroughput,
  serverThroughput,
  streamText,
  timePerOutputTokenNs,
} from "../../../src/math/loadgen/results.ts";

describe("headlines", () => {
  it("Offline divides by the longest latency: 13,368 samples in 1,580.23 s", () => {
    const maxLatencyNs = 1_580_230_629_971;
    const run = { samples: 13_368, tokens: 13_368 * 128, maxLatencyNs, lastQueryDoneNs: 0 };
    const { samplesPerS, tokensPerS } = offlineThroughput(run);
    expect([samplesPerS, tokensPerS ?? 0].map(streamText)).toEqual(["8.45952", "1082.82"]);
  });

  it("Server leaves one sample out, and divides by the end of the query issued last", () => {
    const run = { samples: 101, tokens: 500, maxLatencyNs: 99e9, lastQueryDoneNs: 10e9 };
    expect(serverThroughput(run)).toEqual({ samplesPerS: 10, tokensPerS: 50 });
    expect(serverThroughput({ ...run, tokens: null }).tokensPerS).toBeNull();
  });
});

it("compares a duration with what each scenario's clock ends on", () => {
  const run = { maxLatencyNs: 1, lastScheduledNs: 2, lastIssuedNs: 3 };
  const scenarios = ["Offline", "Server", "SingleStream", "MultiStream"] as const;
  expect(scenarios.map((scenario) => judgedDurationNs(scenario, run))).toEqual([1, 2, 3, 3]);
});

it("divides what comes after the first token by one token less, cut; of a single token it makes a negative", () => {
  expect(timePerOutputTokenNs(1009, 1000, 5)).toBe(2);
  expect(timePerOutputTokenNs(1009, 1000, 1)).toBe(-9);
});

describe("texts", () => {
  it.each([
    [8.459522, "8.45952"],
    [1115.3, "1115.3"],
    [20.0557, "20.0557"],
    [24_593.77, "24593.8"],
    [1_234_567, "1.23457e+06"],
    [6.90935e-9, "6.90935e-09"],
    [100, "100"],
    [0, "0"],
  ])("%d is streamed as %s", (value, text) => {
    expect(streamText(value)).toBe(text);
  });
  it("are fixed where the summary fixes them", () => {
    expect(fixedText(83.9006)).toBe("83.90");
  });
});
