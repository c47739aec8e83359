import { describe, expect, it } from "vitest";
import { judge } from "../../src/checks/index.ts";
import type { Fidelity } from "../../src/schema/fidelity.ts";
import { someWorkload } from "../support/completions.ts";
import { checkOf, input, seen, specOf } from "../support/judged-trials.ts";
import type { RequestSketch } from "../support/observations.ts";

describe("errors", () => {
  it("allows one request in a hundred to fail below valid", () => {
    expect(checkOf("errors", { observation: seen(200, 2) })).toMatchObject({ status: "pass", value: 1, margin: 0 });
    expect(checkOf("errors", { observation: seen(200, 3) })).toMatchObject({
      status: "fail",
      value: 1.5,
      limit: 1,
      margin: -0.5,
      unit: "%",
    });
  });

  it("allows none at valid, and none where answers are scored", () => {
    for (const spec of [specOf({ fidelity: "valid" }), specOf({ purpose: "accuracy" })]) {
      expect(judge(input({ spec, observation: seen(200, 1) }))).toMatchObject({
        status: "INVALID",
        reason: expect.stringMatching(/^errors: 1 of 200 requests failed \(0\.5 %\).*the first: HTTP 500: boom$/),
      });
    }
  });

  it("leaves the warm-up out", () => {
    const observation = seen(200);
    for (const request of observation.requests.slice(0, 50)) Object.assign(request, { phase: "warmup", error: "x" });
    expect(checkOf("errors", { observation })).toMatchObject({ value: 0, status: "pass" });
  });

  it("takes what the client cut off on purpose for no failure", () => {
    const observation = seen(200);
    for (const request of observation.requests.slice(0, 150)) Object.assign(request, { cancelled: true, finish: null });
    expect(checkOf("errors", { observation })).toMatchObject({ value: 0, status: "pass" });
    expect(judge(input({ observation, spec: specOf({ fidelity: "smoke" }) })).failure).toBeNull();
  });
});

describe("request-count", () => {
  it("counts what the fidelity asks for, less what it allows to fail", () => {
    expect(checkOf("request-count", { observation: seen(200, 2) })?.status).toBe("pass");
    expect(checkOf("request-count", { observation: seen(200, 3) })).toMatchObject({
      status: "fail",
      value: 197,
      limit: 198,
      margin: -1,
    });
    expect(checkOf("request-count", { observation: seen(197) })).toMatchObject({ status: "fail", limit: 198 });
    expect(checkOf("request-count", { observation: seen(199), spec: specOf({ fidelity: "valid" }) })).toMatchObject({
      status: "fail",
      limit: 200,
    });
  });

  it("counts, of an accuracy run, what was sent", () => {
    const spec = specOf({ purpose: "accuracy" });
    expect(checkOf("request-count", { observation: seen(12), spec })).toMatchObject({ status: "pass", limit: 12 });
  });

  it("leaves the warm-up out", () => {
    const observation = seen(200);
    for (const request of observation.requests.slice(0, 50)) request.phase = "warmup";
    expect(checkOf("request-count", { observation })).toMatchObject({ value: 150, status: "fail" });
  });

  it("asks for as many fewer as the client cut off on purpose", () => {
    const observation = seen(200, 1);
    for (const request of observation.requests.slice(100, 150)) request.cancelled = true;
    // One failed: of the 150 that were to finish, 149 did, and one in a hundred may fail.
    expect(checkOf("request-count", { observation })).toMatchObject({ status: "pass", value: 149, limit: 149 });
    expect(checkOf("request-count", { observation })?.message).toContain("50 were cut off on purpose");
    const none = seen(200);
    for (const request of none.requests) request.cancelled = true;
    expect(checkOf("request-count", { observation: none })).toMatchObject({ status: "fail", value: 0, limit: 1 });
  });
});

describe("requests-resent", () => {
  function check(resent: number, total: number, fidelity: Fidelity = "screen") {
    const observation = seen(total);
    for (const request of observation.requests.slice(0, resent)) request.resent = 1;
    return checkOf("requests-resent", { observation, spec: specOf({ fidelity }) });
  }

  it("is not asked where each was sent once", () => {
    expect(check(0, 200)).toBeUndefined();
  });

  it("says how many were sent twice, and allows one in a hundred, or in a thousand where it is certified", () => {
    const few = check(2, 200);
    expect(few).toMatchObject({ status: "pass", value: 1, limit: 1, margin: 0, unit: "%" });
    expect(few?.message).toContain("the client resent 2 of 200 requests");
    expect(check(3, 200)).toMatchObject({ status: "fail", value: 1.5, remedy: expect.stringContaining("keep-alive") });
    expect(check(1, 200, "valid")).toMatchObject({ status: "fail", limit: 0.1 });
    expect(check(1, 1000, "submission")?.status).toBe("pass");
  });

  it("counts a request once, however often it was sent, and also one that failed", () => {
    const observation = seen(200, 1);
    observation.requests[0]!.resent = 1;
    observation.requests[1]!.resent = 3;
    expect(checkOf("requests-resent", { observation })).toMatchObject({ status: "pass", value: 1 });
  });
});

describe("token-counts", () => {
  it("fails where the server left a count out", () => {
    const observation = seen(200);
    observation.requests[3]!.outputTokens = null;
    expect(checkOf("token-counts", { observation })).toMatchObject({
      status: "fail",
      value: 199,
      limit: 200,
      margin: -1,
    });
    expect(checkOf("token-counts", {})).toMatchObject({ status: "pass", margin: 0 });
  });

  it("fails where a count cannot be true, and says which and how many", () => {
    const observation = seen(200);
    Object.assign(observation.requests[3]!, { outputTokens: null, countProblem: 'completion_tokens is "8"' });
    // The ids that came were counted instead: what the server said is untrue all the same.
    Object.assign(observation.requests[4]!, { outputTokens: 2, countProblem: "usage is [8]" });
    expect(checkOf("token-counts", { observation })).toMatchObject({
      status: "fail",
      value: 198,
      message:
        "the server counted the tokens of 198 of 200 finished requests; 2 of its counts cannot be true, " +
        'the first: completion_tokens is "8"',
    });
  });
});

describe("lengths-kept", () => {
  const lengths = (count: number, sketch: RequestSketch, requests = 200) => {
    const observation = seen(requests);
    for (const [at, request] of observation.requests.entries()) if (at < count) Object.assign(request, sketch);
    return checkOf("lengths-kept", { observation });
  };

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
