import { describe, expect, it } from "vitest";
import { someWorkload } from "../support/completions.ts";
import { checkOf, input, seen, specOf } from "../support/judged-trials.ts";
import type { RequestSketch } from "../support/observations.ts";

const lengths = (count: number, sketch: RequestSketch, requests = 200) => {
  const observation = seen(requests);
  for (const [at, request] of observation.requests.entries()) if (at < count) Object.assign(request, sketch);
  return checkOf("lengths-kept", { observation });
};

describe("lengths-kept", () => {
  it("fails where 8 tokens came of 128 that were forced, and says both", () => {
    const check = lengths(200, { askedOutputTokens: 128, outputTokens: 8 });
    expect(check).toMatchObject({ status: "fail", value: 100, limit: 1, unit: "%" });
    expect(check?.message).toBe("output: 8 tokens on average where 128 were asked for, and 200 of 200 requests differ");
    expect(check?.remedy).toMatch(/ignore_eos, min_tokens and max_tokens/);
    expect(check?.remedy).not.toMatch(/prompts/);
  });

  it("fails where the server counts 10 tokens of a prompt of 128 token ids", () => {
    const check = lengths(200, { askedPromptTokens: 128, promptTokens: 10, askedOutputTokens: 128, outputTokens: 128 });
    expect(check?.status).toBe("fail");
    expect(check?.message).toBe(
      "output: 128 tokens on average where 128 were asked for, and 0 of 200 requests differ; " +
        "prompt: 10 tokens on average where 128 were asked for, and 200 of 200 requests differ",
    );
    expect(check?.remedy).toMatch(/truncates prompts/);
  });

  it("passes where lengths are kept, within the end token and within 1 %", () => {
    expect(lengths(200, { askedOutputTokens: 128, outputTokens: 127 })).toMatchObject({ status: "pass", value: 0 });
    expect(lengths(200, { askedPromptTokens: 1000, promptTokens: 1010 })).toMatchObject({ status: "pass" });
    expect(lengths(200, { askedPromptTokens: 1000, promptTokens: 1011 })).toMatchObject({ status: "fail" });
    expect(lengths(200, { askedOutputTokens: 16, outputTokens: 15 })).toMatchObject({ status: "pass" });
    expect(lengths(200, { askedOutputTokens: 16, outputTokens: 14 })).toMatchObject({ status: "fail" });
  });

  it("lets one request in a hundred be of another length", () => {
    const others = (count: number) => {
      const observation = seen(200);
      for (const [at, request] of observation.requests.entries()) {
        Object.assign(request, { askedOutputTokens: 128, outputTokens: at < count ? 8 : 128 });
      }
      return checkOf("lengths-kept", { observation });
    };
    expect(others(2)).toMatchObject({ status: "pass", value: 1, margin: 0 });
    expect(others(3)).toMatchObject({ status: "fail" });
  });

  it("passes prompts that a chat template or a history made longer", () => {
    const observation = seen(200);
    for (const request of observation.requests)
      Object.assign(request, { askedPromptTokens: 20, promptTokens: 33, turn: 0 });
    expect(checkOf("lengths-kept", { observation })).toMatchObject({ status: "pass" });
    for (const request of observation.requests) Object.assign(request, { turn: null });
    const chat = { ...input().workload, endpoint: "chat" as const };
    expect(checkOf("lengths-kept", { observation, workload: chat })).toMatchObject({ status: "pass" });
    expect(checkOf("lengths-kept", { observation })).toMatchObject({ status: "fail" });
    for (const request of observation.requests) Object.assign(request, { promptTokens: 7 });
    expect(checkOf("lengths-kept", { observation, workload: chat })).toMatchObject({ status: "fail" });
  });

  it("finds fewer tokens than half of the words that were made, and no more than that", () => {
    const words = (promptTokens: number) =>
      lengths(200, { askedPromptTokens: 128, askedPromptIsAbout: true, promptTokens });
    expect(words(10)).toMatchObject({ status: "fail", value: 100 });
    expect(words(63)).toMatchObject({ status: "fail" });
    expect(words(64)).toMatchObject({ status: "pass" });
    expect(words(400)).toMatchObject({ status: "pass" });
  });

  it("holds all to max_tokens where the workload forces them", () => {
    const { sampling } = someWorkload();
    const forced = { ...input().workload, sampling: { ...sampling, ignore_eos: true, max_tokens: 2 } };
    expect(checkOf("lengths-kept", { workload: forced })).toMatchObject({ status: "pass" });
    const longer = { ...forced, sampling: { ...forced.sampling, max_tokens: 16 } };
    expect(checkOf("lengths-kept", { workload: longer })).toMatchObject({ status: "fail" });
  });

  it("is none where no length was asked for, where none was counted, and of an accuracy run", () => {
    expect(checkOf("lengths-kept", {})).toBeUndefined();
    expect(lengths(200, { askedOutputTokens: 128, outputTokens: null })).toBeUndefined();
    const observation = seen(200);
    for (const request of observation.requests) Object.assign(request, { askedOutputTokens: 128, outputTokens: 8 });
    expect(checkOf("lengths-kept", { observation, spec: specOf({ purpose: "accuracy" }) })).toBeUndefined();
  });
});
