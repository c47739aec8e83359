import { describe, expect, it } from "vitest";
import { sideBySide, sideTable } from "../../../bench/side-by-side/compare.ts";
import { sideEngines } from "../../../bench/side-by-side/engines.ts";
import {
  byOurDefinitions,
  engineMeans,
  gapsByServe,
  ownSums,
  printedByServe,
  seenByServe,
  withoutStart,
  withTokens,
  type Figures,
} from "../../../bench/side-by-side/metrics.ts";
import type { Round } from "../../../bench/side-by-side/round.ts";
import { promptsOf } from "../../../bench/side-by-side/rounds.ts";
import type { ServeResult } from "../../../bench/peers/vllm-serve.ts";

const metric = "ttft p50, ms";

function round(
  reported: number | null,
  others: Partial<Record<"defined" | "counted" | "settled", number>> = {},
): Round {
  const figures = (value: number | null): Figures => ({ [metric]: value });
  const { defined = reported, counted = defined, settled = counted } = others;
  return {
    reported: figures(reported),
    defined: figures(defined),
    counted: figures(counted),
    settled: figures(settled),
  };
}

const rowOf = (ours: Round[], theirs: Round[]) => sideBySide(ours, theirs).find((row) => row.metric === metric)!;

describe("sideBySide", () => {
  it("needs no explanation up to 2 %", () => {
    expect(rowOf([round(100)], [round(101.9)])).toMatchObject({ explanation: null, ours: 100, theirs: 101.9 });
  });

  it.each([
    ["definition", { defined: 100.5 }, /^definition: .*\+0\.5 %$/],
    ["tokens", { defined: 110, counted: 99 }, /^tokens: .*-1\.0 %$/],
    ["start", { defined: 110, counted: 110, settled: 101 }, /^start: .*\+1\.0 %$/],
    ["a part", { defined: 110, counted: 106 }, /^tokens: .*\+6\.0 %; NOT EXPLAINED: \+6\.0 % is left/],
    ["nothing", { defined: 120, counted: 120, settled: 111 }, /^NOT EXPLAINED: \+11\.0 % is left/],
  ])("says what the requests show: %s", (_, others, words) => {
    expect(rowOf([round(100)], [round(110, others)]).explanation).toMatch(words);
  });

  it("calls it noise only where the rounds overlap", () => {
    const overlapping = rowOf([round(100), round(112)], [round(110), round(111), round(120)]);
    expect(overlapping.explanation).toMatch(/noise/);
    expect(overlapping.ranges).toEqual({ ours: [100, 112], theirs: [110, 120] });
    expect(rowOf([round(100), round(101)], [round(110), round(120)]).explanation).toMatch(/NOT EXPLAINED/);
  });

  it("says what brought the rounds to overlap, where more than the limit is left", () => {
    const ours = [round(100), round(105)];
    const theirs = [round(1, { defined: 1, counted: 104 }), round(1, { defined: 1, counted: 112 })];
    expect(rowOf(ours, theirs).explanation).toMatch(/^tokens: .*\+5\.4 %, and the rounds overlap$/);
  });

  it("asks the engine, whose own means tell what it did from how it was seen", () => {
    const engine = (value: Round, ttftMs: number): Round => ({
      ...value,
      reported: { ...value.reported, "engine's own ttft mean, ms": ttftMs },
    });
    const slower = rowOf([engine(round(100), 90)], [engine(round(110), 100)]);
    expect(slower.explanation).toMatch(/^engine: .*\+11\.1 %/);
    expect(rowOf([engine(round(100), 90)], [engine(round(110), 91)]).explanation).toMatch(/^client: .*\+1\.1 % alone/);
    expect(rowOf([engine(round(100), 90)], [engine(round(110), 120)]).explanation).toMatch(/NOT EXPLAINED/);
    expect(engineMeans({ ttft_sum: 1, ttft_count: 10 }, { ttft_sum: 2, ttft_count: 15, itl_sum: 3 })).toEqual({
      "engine's own ttft mean, ms": 200,
      "engine's own itl mean, ms": null,
      "engine's own e2e mean, ms": null,
    });
    expect(engineMeans(null, null)["engine's own ttft mean, ms"]).toBeNull();
  });

  it("takes from the requests what a tool does not print", () => {
    const row = rowOf([round(null, { defined: 50 })], [round(null, { defined: 50 })]);
    expect(row).toMatchObject({ ours: 50, theirs: 50, differencePercent: 0 });
    expect(rowOf([], [round(1)])).toMatchObject({ ours: null, differencePercent: null, explanation: null });
  });

  it("prints a line for each metric", () => {
    const rows = sideBySide([round(100)], [round(110)]);
    const lines = sideTable(rows, "theirs").split("\n");
    expect(lines).toHaveLength(rows.length + 1);
    expect(lines.find((line) => line.startsWith(metric))).toMatch(/100\.0 .*110\.0 .*\+10\.0 {2}NOT EXPLAINED/);
  });
});

describe("vllm bench serve by our definitions", () => {
  const result: ServeResult = {
    summary: { median_ttft_ms: 30, request_throughput: 1.5, p99_e2el_ms: 70 },
    durationS: 2,
    inputTokens: [8, 8, 8],
    outputTokens: [3, 3, 0],
    ttftS: [0.03, 0.05, 0],
    // The second answer ends with an event that bears no token.
    latencyS: [0.05, 0.1, 0],
    gapsS: [[0.01, 0.01], [0.01, 0.01, 0.03], []],
    startS: [10, 11, 11],
    errors: ["", "", "refused"],
  };

  it("leaves out failures, and the event that bears no token", () => {
    const seen = seenByServe(result, 3);
    expect(seen).toHaveLength(2);
    expect(seen[1]?.lastS).toBeCloseTo(0.07, 9);
    expect(gapsByServe(result, 3)).toEqual([10, 10, 10, 10]);
    const figures = byOurDefinitions(seen, gapsByServe(result, 3));
    expect(figures["request_throughput, req/s"]).toBeCloseTo(2 / 1.07, 9);
    expect(figures["output_throughput, tok/s"]).toBeCloseTo(6 / 1.07, 9);
    expect(figures["tpot mean, ms"]).toBeCloseTo(10, 9);
    expect(figures["itl p50, ms"]).toBe(10);
    expect(figures["ttft p50, ms"]).toBeCloseTo(40, 9);
    expect(figures["in flight, mean"]).toBeCloseTo(0.12 / 1.07, 9);
    expect(byOurDefinitions(withTokens(seen, 5), null)["output_throughput, tok/s"]).toBeCloseTo(10 / 1.07, 9);
    expect(withoutStart(seen, 1).map(({ startS }) => startS)).toEqual([11]);
  });

  it("reads what it prints under our names", () => {
    const printed = printedByServe(result);
    expect(printed["ttft p50, ms"]).toBe(30);
    expect(printed["e2e p99, ms"]).toBe(70);
    expect(printed["tpot p50, ms"]).toBeNull();
  });
});

it("takes an engine's own times from its page where its file names none", () => {
  const side = sideEngines.find(({ ownTimes }) => ownTimes !== undefined)!;
  const { promptSeconds, outputSeconds, outputTokens } = side.ownTimes!;
  const page = `${promptSeconds}_total 2\n${outputSeconds}_total 8\n${outputTokens}_total ${4 * side.outputTokens}\n`;
  const means = engineMeans({}, ownSums(page, side));
  expect(means["engine's own e2e mean, ms"]).toBe(2500);
  expect(means["engine's own itl mean, ms"]).toBeCloseTo(8000 / (4 * side.outputTokens), 9);
  expect(ownSums(page, sideEngines[0]!)).toEqual({});
});

it("has prompts of the length that is asked, not all alike", () => {
  for (const side of sideEngines) {
    const prompts = promptsOf(side, 50);
    expect(new Set(prompts.map((prompt) => prompt.split(" ").length))).toEqual(new Set([side.promptWords]));
    expect(new Set(prompts).size).toBeGreaterThan(25);
  }
});
