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
});
