import { describe, expect, it } from "vitest";
import { judge, rules } from "../../src/checks/index.ts";
import { clientNotJudged, spoiledBy } from "../../src/schema/trial.ts";
import { someWorkload } from "../support/completions.ts";
import { input, knob, offline, seen, specOf } from "../support/judged-trials.ts";

describe("judge", () => {
  it("screens at the lower fidelities and certifies at the upper", () => {
    expect(judge(input())).toMatchObject({
      status: "SCREENED",
      reason: "6 checks passed; screen is too little to certify",
      failure: null,
    });
    expect(judge(input({ spec: specOf({ fidelity: "smoke" }) })).status).toBe("SCREENED");
    expect(judge(input({ spec: specOf({ fidelity: "valid" }) }))).toMatchObject({
      status: "VALID",
      reason: "6 checks passed, undecided: steady-state",
    });
    const submission = input({
      spec: specOf({ fidelity: "submission" }),
      observation: seen(200, 0, { window: { startNs: 0, endNs: 600e9 } }),
    });
    expect(judge(submission).status).toBe("VALID");
  });

  it("scores no profile, whatever it saw", () => {
    const reason = "a profile: under a profiler nothing is scored";
    for (const fidelity of ["smoke", "valid"] as const)
      expect(judge(input({ spec: specOf({ fidelity, purpose: "profile" }), measurements: [] }))).toMatchObject({
        status: "SCREENED",
        checks: [],
        reason,
      });
  });

  it("counts a trial whose client could not be judged, and says so", () => {
    const short = judge(
      input({ observation: seen(200, 0, { window: { startNs: 0, endNs: 4e9 } }), workload: someWorkload() }),
    );
    expect(short).toMatchObject({ status: "SCREENED", reason: expect.stringContaining("; client not judged; ") });
    expect(clientNotJudged(short)).toBe(true);
    expect(clientNotJudged(judge(input()))).toBe(false);
  });

  it("gives every check a limit, a value, a message and a remedy", () => {
    const { checks } = judge(input({ workload: offline, resolved: [knob("a", "same")] }));
    expect(checks.map(({ id }) => id)).toEqual([
      "resolved-equals-declared",
      "errors",
      "request-count",
      "duration",
      "client-bound",
      "queue-never-empty",
      "token-counts",
    ]);
    for (const check of checks) {
      expect(check).toMatchObject({
        status: "pass",
        message: expect.stringMatching(/./),
        remedy: expect.stringMatching(/\.$/),
      });
      expect(check.value).not.toBeNull();
      expect(check.limit).not.toBeNull();
    }
  });

  it("says which failures are the client's or the machine's, so that they are no evidence against the engine", () => {
    expect(rules.flatMap(({ id, about }) => (about === undefined ? [] : `${id}: ${about}`))).toEqual([
      "client-capacity: client",
      "schedule-kept: client",
      "client-bound: client",
      "client-paused: client",
      "client-stamps: client",
      "gpu-undisturbed: machine",
    ]);
    const busy = input({ observation: seen(200, 0, { client: { ...seen(200).client, cpuShare: 1.2 } }) });
    const spoiled = judge(busy);
    expect([spoiled.status, spoiledBy(spoiled)]).toMatchObject(["INVALID", { id: "client-bound", about: "client" }]);
    expect(spoiledBy(judge(input()))).toBeNull();
    expect(spoiledBy(judge(input({ observation: seen(100, 30) })))).toBeNull();
  });

  it("fails with the failure that it is given, before any check", () => {
    const failure = {
      class: "out-of-memory",
      message: "CUDA out of memory",
      file: "server.log",
      line: 7,
      hint: "less",
    };
    expect(judge(input({ failure, observation: seen(3) }))).toMatchObject({
      status: "FAILED",
      reason: "out-of-memory: CUDA out of memory",
      failure,
    });
    expect(judge(input({ failure, observation: null })).status).toBe("FAILED");
  });

  it("fails when more than half of the requests failed", () => {
    expect(judge(input({ observation: seen(200, 101) }))).toMatchObject({
      status: "FAILED",
      reason: "requests-failed: 101 of 200 requests failed; the first: HTTP 500: boom",
      failure: { class: "requests-failed" },
    });
    expect(judge(input({ observation: seen(200, 100) })).status).toBe("INVALID");
  });

  it("fails when the engine was gone at the last request, however few that hit", () => {
    const observation = seen(200);
    const last = observation.requests[199]!;
    last.error = "connection refused (ECONNREFUSED)";
    expect(judge(input({ observation }))).toMatchObject({
      status: "FAILED",
      failure: {
        class: "requests-failed",
        message: expect.stringMatching(/^1 of 200 requests failed, and the engine was gone/),
      },
    });
    // One refusal in the middle, after which the engine answered, is an error among others.
    last.error = null;
    observation.requests[50]!.error = "connection refused (ECONNREFUSED)";
    expect(judge(input({ observation })).status).toBe("SCREENED");
  });

  it("fails a trial that saw nothing and does not say why, except a probe", () => {
    expect(judge(input({ observation: null }))).toMatchObject({
      status: "FAILED",
      failure: { class: "nothing-measured" },
    });
    expect(judge(input({ observation: null, spec: specOf({ purpose: "probe" }) })).status).toBe("SCREENED");
  });

  it("names the first check that failed, with its figures", () => {
    const { status, reason } = judge(input({ observation: seen(200, 0, { window: { startNs: 0, endNs: 4.5e9 } }) }));
    expect(status).toBe("INVALID");
    expect(reason).toBe("duration: the measured window was 4.5 s long, and screen asks for at least 10 s");
  });

  it("says which checks nobody could decide", () => {
    expect(judge(input({ workload: offline, observation: seen(200, 0, { queueRanEmpty: null }) }))).toMatchObject({
      status: "SCREENED",
      reason: "5 checks passed, undecided: queue-never-empty; screen is too little to certify",
    });
  });
});
