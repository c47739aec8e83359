import { expect, it } from "vitest";
import { inFlightDefault } from "../../src/run/in-flight.ts";

it("keeps four batches open, and never fewer than 16 requests", () => {
  const engine = { inFlight: { knob: "max_num_seqs", default: 256 } };
  expect(inFlightDefault(engine, {})).toBe(1024);
  expect(inFlightDefault(engine, { max_num_seqs: 8 })).toBe(32);
  expect(inFlightDefault(engine, { max_num_seqs: 1 })).toBe(16);
  expect(inFlightDefault({ inFlight: null }, {})).toBe(256);
});
