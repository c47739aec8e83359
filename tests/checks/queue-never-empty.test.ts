import { describe, expect, it } from "vitest";
import type { JudgeInput } from "../../src/checks/index.ts";
import { checkOf, offline, seen } from "../support/judged-trials.ts";

const ran = (queueRanEmpty: boolean | null): Partial<JudgeInput> => ({
  workload: offline,
  observation: seen(200, 0, { queueRanEmpty }),
});

describe("queue-never-empty", () => {
  it("passes, fails, or is unknown", () => {
    expect(checkOf("queue-never-empty", ran(false))?.status).toBe("pass");
    expect(checkOf("queue-never-empty", ran(true))).toMatchObject({
      status: "fail",
      message: expect.stringMatching(/ran empty .* with 4 requests in flight/),
    });
    expect(checkOf("queue-never-empty", ran(null))).toMatchObject({ status: "unknown", value: null });
  });
  it("is none in chunks and in a closed loop", () => {
    const chunks = { ...offline, load: { batch_size: 8 } };
    expect(checkOf("queue-never-empty", { ...ran(true), workload: chunks })).toBeUndefined();
    expect(checkOf("queue-never-empty", { observation: seen(200, 0, { queueRanEmpty: true }) })).toBeUndefined();
  });
});
