import { describe, expect, it } from "vitest";
import { resolvedFields } from "../../../scripts/catalogue/resolved-paths.ts";

describe("resolvedFields", () => {
  it("finds a field by a name that occurs once, with the type of its value", () => {
    const fields = resolvedFields(`{"vllm_config": {"a": {"n": 1, "x": 2.0, "both": true}, "b": {"both": false}}}`);
    expect(fields.get("n")).toEqual({ path: "a.n", type: "int" });
    expect(fields.get("x")).toEqual({ path: "a.x", type: "float" });
    expect(fields.has("both")).toBe(false);
  });
});
