import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "cancel-without-when";
const chat = (more: string) => `[{ dataset: { kind: synthetic, profile: chat }, ${more} }]`;

describe("cancel-without-when", () => {
  it("is an error where neither seconds nor tokens say when, in the workload and in a class", () => {
    const [one, ...others] = found(code, { workloads: chat("cancel: { share: 0.1 }") });
    expect(one).toMatchObject({ severity: "error", at: "cancel" });
    expect(one?.hint).toContain("after_tokens: 20");
    expect(others).toEqual([]);
    expect(found(code, { workloads: chat("classes: [{ name: a, cancel: { share: 1 } }]") })).toHaveLength(1);
  });

  it("takes either for an answer", () => {
    for (const when of ["after_s: 1", "after_tokens: 5", "after_s: 1, after_tokens: 5"]) {
      expect(found(code, { workloads: chat(`cancel: { share: 0.1, ${when} }`) })).toEqual([]);
    }
    expect(found(code, {})).toEqual([]);
  });
});
