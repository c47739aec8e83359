import { expect, it } from "vitest";
import { isExcluded } from "../../src/schema/exclusion.ts";

const cell = {
  settings: {
    tensor_parallel_size: 8,
    "load.concurrency": 64,
    cores: [0, 1],
    max_num_seqs: 32,
    speculative_config: { method: "ngram", num_speculative_tokens: 3 },
  },
  names: { row: "tp8", workload: "long", shape: "1k1k", max_num_seqs: "seqs32" },
};

it.each([
  [{ tensor_parallel_size: 8 }, true],
  [{ tensor_parallel_size: 4 }, false],
  [{ tensor_parallel_size: [4, 8], "load.concurrency": [64, 128] }, true],
  [{ row: "tp8", workload: ["short", "long"] }, true],
  [{ row: "tp4" }, false],
  [{ shape: "1k1k", "load.concurrency": 64 }, true],
  [{ shape: ["8k1k"] }, false],
  [{ cores: [0, 1] }, true],
  [{ dtype: null }, true],
  // A factor beside a named one has points of its own, and may be named by its value.
  [{ max_num_seqs: 32 }, true],
  [{ max_num_seqs: "seqs32" }, true],
  [{ "speculative_config.num_speculative_tokens": [3, 5] }, true],
  [{ "speculative_config.num_speculative_tokens": 2 }, false],
])("%j: %j", (match, is) => {
  expect(isExcluded({ match, pointer: "" }, cell)).toBe(is);
});
