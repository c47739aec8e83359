import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "duplicate-workload";
const one = (name: string, more = "") =>
  `{ workload: ${name}, scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic, input_tokens: 64 }${more} }`;

describe("duplicate-workload", () => {
  it("is an error where two workloads ask the same under two names, said once for each", () => {
    const all = found(code, { workloads: `[${one("a")}, ${one("b")}, ${one("c")}]` });
    expect(all.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      "error workload `b` asks the same as workload `a`: `baseline@b` would be measured twice under one id",
      "error workload `c` asks the same as workload `a`: `baseline@c` would be measured twice under one id",
    ]);
  });

  it("knows that counts and limits are no part of what is asked", () => {
    const others = one("b", ", counts: { screen: { requests: 9 } }, slo: { ttft_ms: 100 }");
    expect(found(code, { workloads: `[${one("a")}, ${others}]` })).toHaveLength(1);
  });

  it("finds two that become the same by what a row or an axis sets", () => {
    const other = one("b").replace("concurrency: 4", "concurrency: 8");
    expect(found(code, { workloads: `[${one("a")}, ${other}]` })).toEqual([]);
    const more = "sweep: { load.concurrency: [1, 2] }";
    expect(found(code, { workloads: `[${one("a")}, ${other}]`, more })).toHaveLength(1);
  });

  it("has nothing against workloads that differ, nor against rows that do not", () => {
    expect(found(code, { workloads: `[${one("a")}, ${one("b").replace("64", "65")}]` })).toEqual([]);
    const design =
      "{ kind: isolation, changes: [{ id: x, set: { dtype: float16 } }, { id: y, set: { dtype: float16 } }] }";
    expect(found(code, { workloads: `[${one("a")}]`, design })).toEqual([]);
  });
});
