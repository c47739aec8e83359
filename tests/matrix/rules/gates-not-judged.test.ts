import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "gates-not-judged";

describe("gates-not-judged", () => {
  it("says so, and only where gates are named", () => {
    expect(found(code, { more: "gates: [mlperf]" })).toMatchObject([{ severity: "info", at: "gates" }]);
    expect(found(code, {})).toEqual([]);
  });
});
