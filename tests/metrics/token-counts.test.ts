import { expect, it } from "vitest";
import { outputTokensAsked, promptTokensAsked } from "../../src/metrics/token-counts.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf } from "../support/observations.ts";

const workload = someWorkload();
const request = { sentMs: 0, tokensMs: [1] };

it("are what finished requests asked for, whatever came of it", () => {
  const observation = observationOf([
    { ...request, askedOutputTokens: 100, askedPromptTokens: 10 },
    { ...request, askedOutputTokens: 200 },
    { ...request, askedOutputTokens: 999, error: "x" },
  ]);
  expect(outputTokensAsked.measure({ observation, workload })).toMatchObject([
    { metric: "output_tokens_asked", stat: "mean", value: 150, n: 2 },
    { stat: "min", value: 100 },
    { stat: "max", value: 200 },
  ]);
  expect(promptTokensAsked.measure({ observation, workload })[0]).toMatchObject({
    metric: "prompt_tokens_asked",
    value: 10,
    n: 1,
  });
});

it("are null with the reason where no length was asked for", () => {
  const observation = observationOf([request]);
  expect(outputTokensAsked.measure({ observation, workload })[0]).toMatchObject({
    value: null,
    why: expect.stringMatching(/the model ends its answers/) as string,
  });
  expect(promptTokensAsked.measure({ observation, workload })[0]).toMatchObject({
    value: null,
    why: expect.stringMatching(/prompt length was known before the send/) as string,
  });
});
