import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "accuracy-without-references";

describe("accuracy-without-references", () => {
  it("is an error on a synthetic dataset", () => {
    const [one] = found(code, { more: "accuracy: true" });
    expect(one).toMatchObject({ severity: "error", at: "accuracy" });
    expect(one?.message).toContain("has no references");
  });

  it("looks at accuracy's own workload first", () => {
    const more = "accuracy: { dataset: { kind: cnn-dailymail } }";
    expect(found(code, { more })).toEqual([]);
    const workloads = "[{ dataset: { kind: cnn-dailymail } }]";
    expect(found(code, { workloads, more: "accuracy: { dataset: { kind: synthetic, profile: chat } }" })).toHaveLength(
      1,
    );
  });

  it("is no mistake of the matrix where a stand-in took its dataset", () => {
    const workloads = "[{ dataset: { kind: cnn-dailymail } }]";
    const options = { overrides: { sut: "pocket-cpu" } };
    expect(found(code, { workloads, more: "accuracy: true" }, options)).toEqual([]);
  });
});
