import { expect, it } from "vitest";
import { modelLengthOf } from "../../../src/matrix/engine/model-length.ts";

it.each([
  ["the usual member", { max_position_embeddings: 40960 }, 40960],
  ["the least of several", { max_position_embeddings: 8192, seq_length: 4096 }, 4096],
  ["another family's", { n_positions: 1024 }, 1024],
  ["a model with eyes", { text_config: { max_position_embeddings: 32768 } }, 32768],
  ["a linear scaling", { max_position_embeddings: 4096, rope_scaling: { type: "linear", factor: 2.0 } }, 8192],
  [
    "yarn, of the length before it",
    {
      max_position_embeddings: 40960,
      rope_scaling: { rope_type: "yarn", factor: 4, original_max_position_embeddings: 32768 },
    },
    131072,
  ],
  [
    "llama3, whose factor is in it already",
    { max_position_embeddings: 131072, rope_scaling: { rope_type: "llama3", factor: 8 } },
    131072,
  ],
  ["nothing", { hidden_size: 64 }, null],
])("%s", (_, config, length) => {
  expect(modelLengthOf(JSON.stringify(config))).toBe(length);
});

it("what is no JSON says nothing", () => {
  expect(modelLengthOf("version https://git-lfs.github.com/spec/v1")).toBeNull();
});
