import { describe, expect, it } from "vitest";
import { checkOf, seen } from "../support/judged-trials.ts";

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
