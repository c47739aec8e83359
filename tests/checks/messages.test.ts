import { describe, expect, it } from "vitest";
import { judge, type JudgeInput } from "../../src/checks/index.ts";
import { fidelities } from "../../src/schema/fidelity.ts";
import type { Observation } from "../../src/schema/observation.ts";
import { clientHealth } from "../support/client-health.ts";
import { someWorkload } from "../support/completions.ts";
import { input, knob, seen, specOf } from "../support/judged-trials.ts";
import { observationOf } from "../support/observations.ts";
import { someRuleset } from "../support/rulesets.ts";

/** Trials at the edges: nothing, one of everything, all failed without a reason, all cut off, a client that stood still. */
const observations: Record<string, Observation> = {
  usual: seen(200),
  one: seen(1),
  "one failed": seen(1, 1),
  "some failed": seen(200, 3),
  "failed without a reason": observationOf([{ sentMs: 0, tokensMs: [], outputTokens: null, error: "" }]),
  "cut off": observationOf([{ sentMs: 0, tokensMs: [1], cancelled: true }]),
  "one token": observationOf([{ sentMs: 0, scheduledMs: 0, tokensMs: [1], askedOutputTokens: 5, resent: 1 }]),
  uncounted: observationOf([{ sentMs: 0, tokensMs: [1, 2], outputTokens: null, countProblem: "it fell" }]),
  "a window without length": seen(1, 0, { window: { startNs: 0, endNs: 0 } }),
  "a client that stood still": seen(200, 0, {
    client: clientHealth({
      loopDelayMs: { p50: 20, p99: 1234.5, max: 5000 },
      cpuShare: 1.2,
      pauses: [{ startNs: 1e9, endNs: 61e9 }],
      readDelayMs: { p50: 1, p99: 2, max: 3 },
      stamps: { boundMs: { p50: 1, p99: 2, max: 3 }, sharedShare: 0.5, clampedShare: 0.5 },
      clockSetMs: -3.5,
    }),
    inFlight: { asked: 1, heldMean: 0, heldMax: 1 },
    warmUp: { steady: false, requests: 1, tookS: 0, cv: null },
  }),
  "nobody watched": seen(200, 0, { client: clientHealth({ loopDelayMs: null, backlogBytesMax: null }) }),
  "given up": seen(20, 0, { gaveUp: { atNs: 1e9, lastDueNs: 1e9, missed: 1, allowed: 0 } }),
};

const closed = input().workload;
const workloads: Record<string, JudgeInput["workload"]> = {
  closed,
  "of no length": { ...closed, counts: { ...closed.counts, screen: { requests: 1, seconds: 0 } } },
  open: someWorkload({ ...closed, scenario: "open", load: { rate: 2 }, arrivals: { kind: "constant" } }),
  offline: { ...closed, scenario: "offline", load: {} },
  gated: { ...closed, warmupUntilSteady: { cv: 0.05, over: 20, longestS: 60 } },
};
const rulesets = {
  none: null,
  server: someRuleset(),
  passes: someRuleset({ equalIssue: true }),
  stream: someRuleset({ scenario: "SingleStream", name: "SingleStream", percentile: 0.9 }),
};

/** What no sentence has: values that are none, a unit of counts, plurals of one, ends that lack their text. */
const bad = [
  /NaN|undefined|\bnull\b|Infinity|\[object/,
  /\d \d(?!\d* (?:of|requests|samples))/,
  / {2}|^\s|\s$/,
  /(?<![\d.,])1 (?:requests|queries|passes|processes|pauses|tokens|client processes|others?)\b(?! in a row)/,
  /at least 0 |e\+\d/,
  /: ?$|: ?;|first: $|\(\)/,
  /^it\b/i,
];

describe("every message of a check reads as a sentence", () => {
  const cases = Object.entries(observations).flatMap(([name, observation]) =>
    Object.entries(workloads).map(([load, workload]) => ({ name: `${name}, ${load}`, observation, workload })),
  );

  it.each(cases)("$name", ({ observation, workload }) => {
    const said = new Set<string>();
    for (const fidelity of fidelities)
      for (const purpose of ["performance", "accuracy"] as const)
        for (const ruleset of Object.values(rulesets)) {
          const spec = specOf({ fidelity, purpose });
          const resolved = [knob("a", "different"), knob("b", "not verifiable")];
          const { reason, checks } = judge(input({ spec, workload, observation, ruleset, resolved }));
          said.add(reason.replace(/^[a-z-]+: /, ""));
          for (const { message, remedy, status } of checks) {
            said.add(message);
            if (status === "fail") expect(remedy).toMatch(/\S\.$/);
          }
        }
    if (process.env["SHOW_MESSAGES"]) console.log([...said].join("\n"));
    expect([...said].filter((text) => bad.some((pattern) => pattern.test(text)))).toEqual([]);
  });
});
