import { expect, it } from "vitest";
import { knobsText } from "../../../src/report/relations/wording.ts";

it("writes knobs as a matrix sets them: a lone member by its path, what is computed as it is said", () => {
  expect(knobsText({ quantization: "fp8", max_num_seqs: 32, sort: null })).toBe(
    "quantization=fp8, max_num_seqs=32, sort=null",
  );
  expect(knobsText({ max_num_seqs: "= load.rate * 2" })).toBe("max_num_seqs = load.rate * 2");
  expect(knobsText({ max_num_seqs: 64, sort: true }, { max_num_seqs: "32 * 2" })).toBe(
    "max_num_seqs=64 (= 32 * 2), sort=true",
  );
  expect(knobsText({ structured_outputs_config: { backend: "guidance" } })).toBe(
    "structured_outputs_config.backend=guidance",
  );
  expect(knobsText({ compilation_config: { mode: 0, level: 1 } })).toBe('compilation_config={"mode":0,"level":1}');
});
