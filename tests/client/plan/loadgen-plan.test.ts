import { describe, expect, it } from "vitest";
import { loadGenPlanOf } from "../../../src/client/plan/loadgen-plan.ts";
import { planLoad } from "../../../src/client/load-plan.ts";
import { createPacer } from "../../../src/client/drive/pacer.ts";
import { createPlaces } from "../../../src/client/drive/places.ts";
import type { ScenarioContext } from "../../../src/client/plan/scenario.ts";
import { scenarios } from "../../../src/client/plan/scenarios/index.ts";
import { generateQueries } from "../../../src/math/loadgen/queries.ts";
import { runSettings } from "../../../src/math/loadgen/run-settings.ts";
import type { LoadgenSettings } from "../../../src/math/loadgen/settings.ts";
import type { RulesetScenario } from "../../../src/schema/ruleset.ts";
import type { Workload } from "../../../src/schema/workload.ts";
import { loadOptions, someSamples, someWorkload, textSample } from "../../support/completions.ts";
import { someRuleset } from "../../support/rulesets.ts";

function settingsOf(changes: Partial<RulesetScenario> = {}, targetQps = 10): LoadgenSettings {
  return runSettings(someRuleset({ equalIssue: true, ...changes }), { mode: "performance", targetQps, samples: null });
}

function laidOut(loadgen: LoadgenSettings, workload: Partial<Workload>, samples = someSamples(20)) {
  const laid = planLoad({ ...loadOptions("http://127.0.0.1:1"), samples, loadgen, workload: someWorkload(workload) });
  if (!laid.ok) throw new Error(laid.problem.message);
  return laid.value;
}

const sent = ({ requestPlan }: ReturnType<typeof laidOut>): number[] => requestPlan.sequence.map(({ index }) => index);

/** Drives a stream whose queries take 100 ms each; what is sent together, in turn. */
async function driveStream(settings: LoadgenSettings): Promise<{ groups: number[][]; chunks: (number | null)[] }> {
  const loadGenPlan = loadGenPlanOf(settings);
  const groups: number[][] = [];
  const chunks: (number | null)[] = [];
  let nowMs = 0;
  const context: ScenarioContext = {
    total: loadGenPlan.samples.length,
    goesOn: (unit) => unit < loadGenPlan.samples.length,
    startNs: 0,
    places: createPlaces(1),
    cap: null,
    spent() {},
    asked: scenarios.multi_stream.asked({}, 4, null, loadGenPlan),
    dueNs: null,
    now: () => nowMs * 1e6,
    prepare() {},
    connect() {},
    stopped: () => false,
    pacer: createPacer(
      () => 0,
      () => false,
    ),
    send(unit, scheduledNs, chunk, onDone) {
      expect(scheduledNs).toBeNull();
      if (unit % settings.samplesPerQuery === 0) groups.push([]);
      groups.at(-1)?.push(unit);
      chunks.push(chunk);
      setImmediate(() => {
        if (unit % settings.samplesPerQuery === 0) nowMs += 100;
        onDone();
      });
    },
  };
  await scenarios.multi_stream.drive(context, {}, loadGenPlan);
  return { groups, chunks };
}

describe("a load that reproduces LoadGen", () => {
  it("sends Server's samples in its order at its times", () => {
    const settings = settingsOf();
    const [queries] = generateQueries(settings);
    const laid = laidOut(settings, { scenario: "server" });
    expect(sent(laid)).toEqual([...(queries?.samples ?? [])]);
    expect(laid.dueNs).toEqual(queries?.scheduledNs);
    expect(sent(laid)).not.toEqual(sent(laid).toSorted((one, other) => one - other));
    expect(sent(laidOut(settings, { scenario: "interactive" }))).toEqual(sent(laid));
  });

  it("takes places in the dataset, not numbers of its file, and goes round a dataset that is smaller", () => {
    const selected = Array.from({ length: 20 }, (_, place) => textSample(1000 + place));
    const settings = settingsOf();
    const [queries] = generateQueries(settings);
    const places = [...(queries?.samples ?? [])];
    expect(sent(laidOut(settings, { scenario: "server" }, selected))).toEqual(places.map((place) => 1000 + place));
    expect(sent(laidOut(settings, { scenario: "server" }, someSamples(6)))).toEqual(places.map((place) => place % 6));
  });

  it("asks Offline's samples, padded to whole passes, with nothing to wait for", () => {
    const settings = settingsOf({ scenario: "Offline" }, 30);
    const laid = laidOut(settings, { scenario: "offline", load: {} });
    expect(sent(laid)).toHaveLength(40);
    expect(sent(laid)).toEqual([...(generateQueries(settings)[0]?.samples ?? [])]);
    expect(laid.dueNs).toBeNull();
  });

  it("lets the client sort within a query alone: all of Offline, nothing of Server", () => {
    const samples = Array.from({ length: 20 }, (_, place) => textSample(place, "x".repeat(20 - place)));
    const order = { load: { order: "shortest_first" as const } };
    const offline = sent(laidOut(settingsOf({ scenario: "Offline" }), { scenario: "offline", ...order }, samples));
    expect(offline).toEqual(offline.toSorted((one, other) => other - one));
    const settings = settingsOf();
    const server = sent(laidOut(settings, { scenario: "server", ...order }, samples));
    expect(server).toEqual([...(generateQueries(settings)[0]?.samples ?? [])]);
  });

  it("says what is missing where a Server has no schedule", () => {
    const options = { ...loadOptions("http://127.0.0.1:1"), workload: someWorkload({ scenario: "server" }) };
    expect(planLoad(options)).toMatchObject({ ok: false, problem: { code: "no-schedule" } });
  });

  it("puts the loaded sets of an accuracy run behind each other", () => {
    const rules = someRuleset({ performanceSamples: 8 });
    const settings = runSettings(rules, { mode: "accuracy", targetQps: 10, samples: null });
    const loadGenPlan = loadGenPlanOf(settings);
    expect([...loadGenPlan.samples].toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
    expect(loadGenPlan.scheduledNs).toEqual(loadGenPlan.scheduledNs.toSorted());
    expect(loadGenPlan.scheduledNs).toHaveLength(20);
    expect(loadGenPlan.enough).toBeNull();
  });
});

describe("the streams", () => {
  it("send one query at a time, until count and duration are both reached", async () => {
    // 20 queries are a pass, and take 2 s: longer than the second that is asked for.
    const { groups, chunks } = await driveStream(settingsOf({ scenario: "SingleStream", minQueryCount: 15 }, 1));
    expect(groups).toEqual(Array.from({ length: 20 }, (_, query) => [query]));
    expect(new Set(chunks)).toEqual(new Set([null]));
  });

  it("go on until the duration is reached where the count is sooner", async () => {
    const rules = { scenario: "SingleStream" as const, minQueryCount: 5, minDurationMs: 3000, equalIssue: false };
    const { groups } = await driveStream(settingsOf(rules, 10));
    expect(groups).toHaveLength(30);
  });

  it("send the samples of a MultiStream query at once, and the next when all are done", async () => {
    const rules = { scenario: "MultiStream" as const, samplesPerQuery: 4, minQueryCount: 3, minDurationMs: 200 };
    const { groups, chunks } = await driveStream(settingsOf(rules));
    expect(groups).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ]);
    expect(chunks).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  });

  it("are asked with the samples of one query", () => {
    const loadGenPlan = loadGenPlanOf(settingsOf({ scenario: "MultiStream", samplesPerQuery: 4 }));
    expect(scenarios.multi_stream.asked({}, 99, null, loadGenPlan)).toBe(4);
    expect(scenarios.single_stream.asked({}, 99, null, null)).toBe(1);
  });
});
