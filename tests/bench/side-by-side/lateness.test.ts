import { describe, expect, it } from "vitest";
import { sideEngines } from "../../../bench/side-by-side/engines.ts";
import { caseOf, latenessPercent, type BothLate } from "../../../bench/side-by-side/lateness.ts";

const both: BothLate = {
  ours: { ttftMs: { p50: 0.1, p99: 1 }, tpotPercent: 0 },
  theirs: { ttftMs: { p50: 2.1, p99: 5 }, tpotPercent: 3 },
};
const seen = { "ttft p50, ms": 20, "ttft mean, ms": 20, "ttft p99, ms": 40, "e2e mean, ms": 100, "e2e p50, ms": 100 };

describe("latenessPercent", () => {
  it("takes the difference of the two clients' errors, in per cent of what ours measured", () => {
    expect(latenessPercent("ttft p50, ms", both, seen)).toBeCloseTo(10, 9);
    expect(latenessPercent("ttft p99, ms", both, seen)).toBeCloseTo(10, 9);
    expect(latenessPercent("tpot p90, ms", both, seen)).toBe(3);
    // 2 ms of the start, and 3 % of the 80 ms behind it.
    expect(latenessPercent("e2e p50, ms", both, seen)).toBeCloseTo(4.4, 9);
    expect(latenessPercent("request_throughput, req/s", both, seen)).toBeCloseTo((1 / 1.044 - 1) * 100, 9);
  });

  it("says nothing where one of them is not known", () => {
    const blind: BothLate = { ...both, theirs: { ttftMs: { p50: null, p99: null }, tpotPercent: null } };
    expect(latenessPercent("ttft p50, ms", blind, seen)).toBeNull();
    expect(latenessPercent("tpot p50, ms", blind, seen)).toBeNull();
    expect(latenessPercent("in flight, mean", both, seen)).toBeNull();
    expect(latenessPercent("e2e p99, ms", both, {})).toBeNull();
  });
});

it("puts both to the engine's own pace", () => {
  const side = sideEngines[0]!;
  expect(caseOf(side, { "ttft p50, ms": 18.75, "tpot p50, ms": 1.5 })).toMatchObject({
    streams: side.concurrency,
    outputTokens: side.outputTokens,
    firstUs: 18_750,
    gapUs: 1500,
  });
  expect(caseOf(side, {})).toBeNull();
});
