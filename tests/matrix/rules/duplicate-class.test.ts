import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "duplicate-class";
const workload = (name: string, classes: string) =>
  `{ workload: ${name}, dataset: { kind: synthetic, profile: chat }, classes: [${classes}] }`;

describe("duplicate-class", () => {
  it("is an error at the second of a name", () => {
    const [one, ...others] = found(code, { workloads: `[${workload("w", "{ name: a }, { name: b }, { name: a }")}]` });
    expect(one).toMatchObject({ severity: "error", at: "a", message: "another class of workload `w` is called `a`" });
    expect(others).toEqual([]);
  });

  it("lets two workloads use one name", () => {
    expect(found(code, { workloads: `[${workload("v", "{ name: a }")}, ${workload("w", "{ name: a }")}]` })).toEqual(
      [],
    );
  });
});
