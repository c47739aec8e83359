import { expect, it } from "vitest";
import { readGenaiBench } from "../../../bench/peers/genai-bench.ts";

it("reads what genai-bench says of each request, in its unit, without those that failed", () => {
  const request = { ttft: 0.0812, tpot: 0.00999, num_output_tokens: 128, error_code: null };
  const failed = { ttft: null, tpot: null, num_output_tokens: null, error_code: 500 };
  const results = { aggregated_metrics: {}, individual_request_metrics: [request, failed], _time_unit: "s" };
  const [first, ...others] = readGenaiBench(JSON.stringify(results));
  expect(first).toMatchObject({ tag: null, tokens: 128, sharedReads: null });
  expect(first?.ttftMs).toBeCloseTo(81.2, 9);
  expect(first?.tpotMs).toBeCloseTo(9.99, 9);
  expect(others).toEqual([]);
  const inMs = { ...results, individual_request_metrics: [{ ...request, ttft: 81.2 }], _time_unit: "ms" };
  expect(readGenaiBench(JSON.stringify(inMs))[0]?.ttftMs).toBe(81.2);
});
