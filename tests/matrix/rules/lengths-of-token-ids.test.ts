import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "lengths-of-token-ids";
const workloads = (members: string) => `[{ workload: w, dataset: { kind: synthetic, profile: chat }, ${members} }]`;

describe("lengths-of-token-ids", () => {
  it("warns that there is nothing to measure, also where token ids are what a dataset has by default", () => {
    const [one, ...others] = found(code, { workloads: workloads("prompt: tokens, prompt_lengths: engine") });
    expect(one).toMatchObject({ severity: "warning", at: "prompt_lengths" });
    expect(one?.message).toMatch(/^`prompt_lengths: engine` does nothing for `w`: it sends token ids/);
    expect(others).toEqual([]);
    expect(found(code, { workloads: workloads("prompt_lengths: engine") })).toHaveLength(1);
  });

  it("says nothing of texts, nor of lengths as they are made", () => {
    expect(found(code, { workloads: workloads("prompt: text, prompt_lengths: engine") })).toEqual([]);
    expect(found(code, { workloads: workloads("prompt: tokens") })).toEqual([]);
  });
});
