import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "over-budget";

describe("over-budget", () => {
  it("counts the trials of the plan", () => {
    const [one] = found(code, { more: "budget: { trials: 20 }" }, { trials: 21 });
    expect(one).toMatchObject({ severity: "error", at: "20" });
    expect(one?.message).toBe("the plan has 21 trials, and the budget is 20");
    expect(found(code, { more: "budget: { trials: 20 }" }, { trials: 20 })).toEqual([]);
  });

  it("counts experiments and repeats where it is told no number", () => {
    expect(found(code, { more: "repeats: 3\nbudget: { trials: 5 }" })[0]?.message).toContain("6 trials");
  });

  it("says nothing without a budget", () => {
    expect(found(code, {}, { trials: 1000 })).toEqual([]);
  });
});
