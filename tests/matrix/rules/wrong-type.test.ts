import { describe, expect, it } from "vitest";
import { found, oneStep } from "../study-fixture.ts";

const code = "wrong-type";

describe("wrong-type", () => {
  it.each([
    ["max_num_seqs: 8.5", "8.5", "takes a whole number, not 8.5"],
    ["max_num_seqs: '8'", "'8'", 'takes a whole number, not "8"'],
    ["gpu_memory_utilization: high", "high", "takes a number"],
    ["enable_prefix_caching: 'false'", "'false'", "takes true or false"],
    ["served_model_name: 7", "7", "takes a text"],
    ["dtype: true", "true", "takes one of its choices"],
    ["compilation_config: 3", "3", "takes a map or a list"],
    ["capture_sizes: 3", "3", "takes a list"],
    ["load.batch_size: many", "many", "takes a whole number"],
  ])("finds %s", (knob, at, message) => {
    const [one] = found(code, oneStep(knob));
    expect(one).toMatchObject({ severity: "error", at });
    expect(one?.message).toContain(message);
  });

  it("accepts what the knob takes, words beside a number, and null", () => {
    for (const knob of [
      "max_model_len: auto",
      "max_model_len: 1024",
      "compilation_config: { mode: 3 }",
      "dtype: null",
    ]) {
      expect(found(code, oneStep(knob))).toEqual([]);
    }
  });
});
