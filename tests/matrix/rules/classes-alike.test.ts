import { expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "classes-alike";
const of = (...classes: string[]) => ({
  workloads: `[{ workload: w, dataset: { kind: synthetic }, classes: [${classes.join(", ")}] }]`,
});

it("finds classes that differ in name and share alone", () => {
  const [one, ...others] = found(code, of("{ name: short, share: 0.7 }", "{ name: long, share: 0.3 }"));
  expect(others).toEqual([]);
  expect(one).toMatchObject({ severity: "error", at: "long" });
  expect(one?.message).toContain("class `long` of workload `w` differs from class `short` in nothing but its name");
});

it("leaves classes alone that differ in anything else", () => {
  expect(found(code, of("{ name: a, priority: 0 }", "{ name: b, priority: 1 }"))).toEqual([]);
  expect(found(code, of("{ name: a, sampling: { max_tokens: 8 } }", "{ name: b }"))).toEqual([]);
  expect(found(code, of("{ name: alone }"))).toEqual([]);
});
