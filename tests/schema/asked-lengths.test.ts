import { expect, it } from "vitest";
import { askedOutputOf, askedPromptOf } from "../../src/schema/asked-lengths.ts";
import { someWorkload } from "../support/completions.ts";

const { sampling } = someWorkload();

it("knows the output length of a request that has one, and of all where the workload forces them", () => {
  const natural = someWorkload();
  expect(askedOutputOf({ askedOutputTokens: 9, class: null }, natural)).toBe(9);
  expect(askedOutputOf({ askedOutputTokens: null, class: null }, natural)).toBeNull();
  expect(
    askedOutputOf(
      { askedOutputTokens: null, class: null },
      { ...natural, sampling: { ...sampling, ignore_eos: true } },
    ),
  ).toBe(16);
  expect(
    askedOutputOf({ askedOutputTokens: null, class: null }, { ...natural, sampling: { ...sampling, min_tokens: 16 } }),
  ).toBe(16);
  const classes = [{ name: "long", sampling: { max_tokens: 90, ignore_eos: true } }];
  expect(askedOutputOf({ askedOutputTokens: null, class: "long" }, { ...natural, classes })).toBe(90);
  expect(askedOutputOf({ askedOutputTokens: null, class: "other" }, { ...natural, classes })).toBeNull();
});

it("knows that several answers to a request have that length each", () => {
  const forced = someWorkload({ extraBody: { n: 3 } });
  const classes = [{ name: "one", extra_body: { n: 1 } }];
  expect(askedOutputOf({ askedOutputTokens: 9, class: null }, forced)).toBe(27);
  expect(askedOutputOf({ askedOutputTokens: 9, class: "one" }, { ...forced, classes })).toBe(9);
  const ignoring = { ...forced, sampling: { ...sampling, ignore_eos: true } };
  expect(askedOutputOf({ askedOutputTokens: null, class: null }, ignoring)).toBe(48);
});

it("knows the prompt's length where somebody counted it, as far as the prompt is not cut off on purpose", () => {
  const completions = someWorkload();
  expect(askedPromptOf({ askedPromptTokens: null, askedPromptIsAbout: false, turn: null }, completions)).toBeNull();
  expect(askedPromptOf({ askedPromptTokens: 128, askedPromptIsAbout: false, turn: null }, completions)).toEqual({
    tokens: 128,
    as: "exact",
  });
  const cut = someWorkload({ load: { truncate_prompt_tokens: 100 } });
  expect(askedPromptOf({ askedPromptTokens: 128, askedPromptIsAbout: false, turn: null }, cut)).toEqual({
    tokens: 100,
    as: "exact",
  });
});

it("has templates and histories come on top", () => {
  const chat = someWorkload({ endpoint: "chat" });
  expect(askedPromptOf({ askedPromptTokens: 128, askedPromptIsAbout: false, turn: null }, chat)).toEqual({
    tokens: 128,
    as: "least",
  });
  expect(askedPromptOf({ askedPromptTokens: 128, askedPromptIsAbout: false, turn: 2 }, someWorkload())).toEqual({
    tokens: 128,
    as: "least",
  });
});

it("is about right where words stand for tokens", () => {
  const words = { askedPromptTokens: 128, askedPromptIsAbout: true, turn: null };
  expect(askedPromptOf(words, someWorkload())).toEqual({ tokens: 128, as: "about" });
});
