import { expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "prefix-over-prompt";
const of = (members: string, more = "") => `[{ workload: w, dataset: { kind: synthetic, ${members} }${more} }]`;

it("finds a shared prefix that is as long as the prompts, or longer", () => {
  const [one] = found(code, { workloads: of("input_tokens: 1600, shared_prefix_tokens: 2400") });
  expect(one).toMatchObject({ severity: "error", at: "2400" });
  expect(one?.message).toBe(
    "workload `w` shares a prefix of 2400 tokens, and its prompts have 1600 at most, the prefix among them",
  );
  expect(found(code, { workloads: of("input_tokens: 64, shared_prefix_tokens: 64") })).toHaveLength(1);
  expect(found(code, { workloads: of("profile: chat, shared_prefix_tokens: 4000") })).toHaveLength(1);
});

it("leaves one alone that the longest prompts have room for", () => {
  expect(found(code, { workloads: of("input_tokens: 256, shared_prefix_tokens: 192") })).toEqual([]);
  expect(found(code, { workloads: of("profile: chat, shared_prefix_tokens: 400") })).toEqual([]);
});

it("looks at what rows, axes and classes set, once for each place", () => {
  const more = "sweep: { dataset.shared_prefix_tokens: [64, 512, 1024] }";
  expect(found(code, { workloads: of("input_tokens: 256"), more })).toHaveLength(1);
  const classes = ", classes: [{ name: a, dataset: { kind: synthetic, input_tokens: 8, shared_prefix_tokens: 9 } }]";
  expect(found(code, { workloads: of("profile: chat", classes) })[0]?.message).toContain("class `a`");
});

it("says nothing of a distribution that lacks its bound, which has its diagnostic", () => {
  const workloads =
    "[{ dataset: { kind: synthetic, shared_prefix_tokens: 4, input_tokens: { distribution: uniform, min: 8 } } }]";
  expect(found("prefix-over-prompt", { workloads })).toEqual([]);
});
