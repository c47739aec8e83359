import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { distinctNames, fittingValue, searchable } from "../../../src/mirrors/mlflow/names.ts";

const nameOf = (original: string) => distinctNames([original]).get(original);

describe("names of metrics and params", () => {
  it("keeps what MLflow takes", () => {
    for (const name of [
      "output_throughput",
      "ttft/p99",
      "ttft/p99.9",
      "vllm:num_requests",
      "a.b-c_d",
      "output tok",
      "μs",
    ]) {
      expect(nameOf(name)).toBe(name);
    }
  });

  it.each([
    ["p99%", "p99_"],
    ["tok@8", "tok_8"],
    ["ttft(ms)", "ttft_ms_"],
    ["a+b", "a_b"],
    ["a=b", "a_b"],
    ["/abs", "abs"],
    ["a/", "a"],
    ["a//b", "a/b"],
    ["a/../b", "a/__/b"],
    ["./a", "_/a"],
    ["..a", "__a"],
    ["", "_"],
    ["///", "_"],
  ])("changes %j, which it refuses", (original, name) => {
    expect(nameOf(original)).toBe(name);
  });

  it("keeps two names apart that would become one, in any order, and leaves the one that was fine", () => {
    const forth = distinctNames(["a%", "a_", "a+"]);
    const back = distinctNames(["a+", "a_", "a%"]);
    expect(new Set(forth.values()).size).toBe(3);
    expect(forth.get("a_")).toBe("a_");
    for (const name of ["a%", "a_", "a+"]) expect(back.get(name)).toBe(forth.get(name));
  });

  it("cuts at 250 characters with a piece of the hash", () => {
    expect(nameOf("k".repeat(250))).toBe("k".repeat(250));
    const [left, right] = [`${"k".repeat(250)}a`, `${"k".repeat(250)}b`];
    const names = distinctNames([left, right]);
    expect(names.get(left)).toHaveLength(250);
    expect(names.get(left)).not.toBe(names.get(right));
  });
});

describe("values that are too long", () => {
  it("leaves a value of exactly the limit", () => {
    expect(fittingValue("x".repeat(6000), 6000)).toBe("x".repeat(6000));
  });

  it("ends with an ellipsis and the sha256 of the whole, within the limit", () => {
    const whole = `${"x".repeat(5999)}ab`;
    const cut = fittingValue(whole, 6000);
    expect(cut).toHaveLength(6000);
    expect(cut).toMatch(/^x+… sha256:[0-9a-f]{64}$/);
    expect(cut.endsWith(createHash("sha256").update(whole).digest("hex"))).toBe(true);
  });

  it("never halves a character", () => {
    const cut = fittingValue(`${"x".repeat(27)}${"😀".repeat(50)}`, 101);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut.length).toBeLessThanOrEqual(101);
  });
});

describe("what is searched for", () => {
  it("has no quote that would end a filter, and tells different texts apart", () => {
    expect(searchable('it\'s `a` "b" \\ 100%')).not.toMatch(/['"`\\]/);
    expect(searchable("a'b")).not.toBe(searchable("a%27b"));
    expect(searchable("study/exp1_ab-performance-r1")).toBe("study/exp1_ab-performance-r1");
  });
});
