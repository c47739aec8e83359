import { describe, expect, it } from "vitest";
import { editDistance, meant, nearest } from "../../../src/matrix/yaml/nearest.ts";

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["abc", "abc", 0],
    ["abc", "abd", 1],
    ["abc", "acb", 1],
    ["kitten", "sitting", 3],
    ["", "abc", 3],
  ])("%s to %s is %i, both ways", (one, other, distance) => {
    expect(editDistance(one, other)).toBe(distance);
    expect(editDistance(other, one)).toBe(distance);
  });
});

describe("nearest", () => {
  const knobs = ["max_num_seqs", "max_model_len", "dtype"];

  it("finds what was meant, also by its flag", () => {
    expect(nearest("max_num_seq", knobs)).toBe("max_num_seqs");
    expect(nearest("--max-model-len", knobs)).toBe("max_model_len");
    expect(nearest("Dtype", knobs)).toBe("dtype");
  });

  it("does not guess", () => {
    expect(nearest("temperature", knobs)).toBeNull();
    expect(nearest("c", ["a", "b"])).toBeNull();
  });

  it("gives the choices where no name is near", () => {
    expect(meant("temperature", knobs)).toBe("choices: max_num_seqs, max_model_len, dtype");
    expect(
      meant(
        "x",
        Array.from({ length: 20 }, (_, index) => `long_name_${index}`),
      ),
    ).toContain("… (20 in all)");
  });
});
