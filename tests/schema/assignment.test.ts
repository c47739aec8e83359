import { expect, it } from "vitest";
import { assign, changedBetween } from "../../src/schema/assignment.ts";

it("sets a member of a knob within its map, and takes one back by null", () => {
  const below = { speculative_config: { method: "ngram", tokens: 5 }, max_num_seqs: 8 };
  expect(assign(below, { "speculative_config.tokens": 2 })).toEqual({
    speculative_config: { method: "ngram", tokens: 2 },
    max_num_seqs: 8,
  });
  expect(assign(below, { "speculative_config.tokens": null })["speculative_config"]).toEqual({ method: "ngram" });
  expect(assign({}, { "compilation_config.pass_config.fuse": true })).toEqual({
    compilation_config: { pass_config: { fuse: true } },
  });
  expect(below.speculative_config.tokens).toBe(5);
});

it("leaves settings of other scopes as they are", () => {
  expect(assign({}, { "load.concurrency": 4, "env.A": "1", "sut.version": "2" })).toEqual({
    "load.concurrency": 4,
    "env.A": "1",
    "sut.version": "2",
  });
});

it("says what differs by whole knobs", () => {
  const below = { a: { x: 1 }, b: 2 };
  expect(changedBetween({ a: { x: 2 }, b: 2 }, below)).toEqual({ a: { x: 2 } });
  expect(changedBetween({ a: { x: 1 } }, below)).toEqual({ b: null });
});
