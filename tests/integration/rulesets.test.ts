import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateQueries } from "../../src/math/loadgen/queries.ts";
import { runSettings } from "../../src/math/loadgen/run-settings.ts";
import { loadRuleset, rulesetScenario } from "../../src/matrix/rulesets/rulesets.ts";
import type { RulesetScenario } from "../../src/schema/ruleset.ts";
import { makeStudyFolder, runCli, storedTrials, type StoredTrial } from "../support/cli.ts";
import { wasMeasured } from "../support/measured.ts";
import { miniRuleset } from "../support/mini-ruleset.ts";

const dataset = `dataset: { kind: synthetic, input_tokens: { distribution: fixed, value: 64 }, output_tokens: { distribution: fixed, value: 16 } }`;

/** Two requests a token budget apart, so that there is a change; only the baseline is run. */
const matrix = (study: string, workload: string, fidelity = "smoke") => `
study: ${study}
question: Does the client send what LoadGen would?
sut: { engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { knobs: { max_num_seqs: 16, enable_prefix_caching: false } }
design: { kind: isolation, changes: [{ id: seqs8, set: { max_num_seqs: 8 } }] }
workloads:
  - workload: w
    ${dataset}
    warmup: { requests: 2 }
    counts: { smoke: { requests: 16, seconds: 0 }, screen: { requests: 100, seconds: 0 } }
${workload}
fidelity: ${fidelity}
repeats: 1
order: declared
`;

const texts = {
  "experiments/rulesets/mini.yaml": miniRuleset({ interactive: true }),
  "experiments/rulesets/strict.yaml": miniRuleset({ ttftMs: 0.01, library: 100 }).replace("id: mini", "id: strict"),
  "matrices/server.yaml": matrix("server", "    ruleset: mini/tiny\n    scenario: server\n    load: { rate: 40 }"),
  "matrices/multi.yaml": matrix("multi", "    ruleset: mini/tiny\n    scenario: multi_stream"),
  "matrices/interactive.yaml": matrix(
    "interactive",
    "    ruleset: mini/tiny\n    scenario: interactive\n    load: { rate: 60 }",
    "screen",
  ),
  "matrices/single.yaml": matrix("single", "    ruleset: mini/tiny\n    scenario: single_stream"),
  "matrices/stream.yaml": matrix(
    "stream",
    "    ruleset: mini/tiny\n    scenario: single_stream\n    load: { expected_rate: 15 }",
    "valid",
  ),
  "matrices/broken.yaml": matrix(
    "broken",
    "    ruleset: strict/tiny\n    scenario: server\n    load: { rate: 200 }",
    "screen",
  ),
  "matrices/probed.yaml": matrix("probed", "    ruleset: mini/tiny\n    scenario: offline", "valid"),
  "matrices/early.yaml": matrix(
    "early",
    "    ruleset: mini/tiny\n    scenario: offline\n    load: { expected_rate: 9 }",
    "valid",
  ),
};

let study: ReturnType<typeof makeStudyFolder>;
beforeAll(() => {
  study = makeStudyFolder(texts);
});
afterAll(() => study.remove());

type Check = { id: string; status: string; message: string; value: unknown; limit: unknown };
type RunTrial = Omit<StoredTrial["trial"], "verdict"> & {
  verdict: Omit<StoredTrial["trial"]["verdict"], "checks"> & { ruleset_id: string | null; checks: Check[] };
  phases: { id: string }[];
  sizing?: { probe: { rate: number } | null; attempts: { requests: number; lasted_s: number }[] };
};

async function trialOf(name: string): Promise<RunTrial> {
  const answer = await runCli(["run", `matrices/${name}.yaml`, "--only", "baseline", "--json"], study.folder);
  const [stored, ...others] = storedTrials(study.folder, name);
  expect([answer.stderr, others]).toEqual([expect.not.stringContaining("internal error"), []]);
  return stored!.trial as unknown as RunTrial;
}

interface Sent {
  sample: number;
  scheduled_ms: number | null;
  sent_ms: number;
  first_token_ms: number;
  last_token_ms: number;
  end_ms: number;
  output_tokens: number;
  chunk: number | null;
}

/** LoadGen's percentile: the value at trunc(n · p) from zero, ascending. */
const percentile = (values: number[], p: number): number =>
  values.toSorted((left, right) => left - right)[Math.trunc(values.length * p)]!;

/** The figures of a trial by LoadGen's own formulas, null where they are none of its scenario. */
const headlines = ({ measurements }: RunTrial) =>
  Object.fromEntries(
    measurements
      .filter(({ metric }) => metric.startsWith("loadgen_") && !metric.endsWith("_per_gpu"))
      .map(({ metric, value }) => [metric, value]),
  );

async function sentOf(name: string): Promise<Sent[]> {
  const sql = `SELECT sample, scheduled_ms, sent_ms, first_token_ms, last_token_ms, end_ms, output_tokens, chunk FROM requests WHERE study = '${name}' AND phase = 'measure' ORDER BY request`;
  const answer = await runCli(["query", sql, "--format", "json"], study.folder);
  return JSON.parse(answer.stdout) as Sent[];
}

function rulesOf(name: string): RulesetScenario {
  const { ruleset } = loadRuleset({
    name: "mini",
    root: "/",
    rulesetFolders: ["/rulesets"],
    read: (path) => (path === "/rulesets/mini.yaml" ? miniRuleset({ interactive: true }) : null),
  });
  return rulesetScenario(ruleset!, "tiny", name)!;
}

const queriesOf = (name: string, targetQps: number, samples: number | null) =>
  generateQueries(runSettings(rulesOf(name), { mode: "performance", targetQps, samples }))[0]!;

describe("a Server run on the simulated engine", () => {
  it("sends LoadGen's samples in its order, at its times, as the plan said", async () => {
    const planned = await runCli(["plan", "matrices/server.yaml", "--json"], study.folder);
    const { experiments } = JSON.parse(planned.stdout) as { experiments: { schedule: Record<string, unknown> }[] };
    const queries = queriesOf("Server", 40, 16);
    expect(experiments[0]?.schedule).toEqual({
      queries: 16,
      samples_per_query: 1,
      duration_ns: queries.durationNs,
      first_indices: [...queries.samples],
      at_least: false,
    });
    const text = await runCli(["plan", "matrices/server.yaml"], study.folder);
    const seconds = (queries.durationNs / 1e9).toFixed(1);
    expect(text.stdout).toContain(`Schedule of w (mini, tiny, Server): 16 queries at 40 a second over ${seconds} s`);

    const trial = await trialOf("server");
    expect([wasMeasured(trial), trial.verdict.ruleset_id]).toEqual([true, "mini"]);
    const sent = await sentOf("server");
    expect(sent.map(({ sample }) => sample)).toEqual([...queries.samples]);
    for (const [place, { scheduled_ms: scheduledMs }] of sent.entries()) {
      expect(scheduledMs).toBeCloseTo(queries.scheduledNs[place]! / 1e6, 6);
    }
  });

  it("is INVALID where a limit of the ruleset is broken, by that check", async () => {
    const { verdict } = await trialOf("broken");
    expect(verdict).toMatchObject({ status: "INVALID", ruleset_id: "strict" });
    expect(verdict.checks.find(({ id }) => id === "ruleset-ttft")?.status).toBe("fail");
    expect(verdict.checks.filter(({ status }) => status === "fail").map(({ id }) => id)).toContain("ruleset-ttft");
  });
});

describe("an Interactive run on the simulated engine", () => {
  it("is LoadGen's Server at the limits of Interactive, and its headline is what LoadGen makes of it", async () => {
    const trial = await trialOf("interactive");
    expect([wasMeasured(trial), trial.verdict.ruleset_id]).toEqual([true, "mini"]);
    const sent = await sentOf("interactive");
    const queries = queriesOf("Interactive", 60, 100);
    expect(sent.map(({ sample }) => sample)).toEqual([...queries.samples]);
    for (const [place, { scheduled_ms: scheduledMs }] of sent.entries()) {
      expect(scheduledMs).toBeCloseTo(queries.scheduledNs[place]! / 1e6, 6);
    }
    const check = (wanted: string) => trial.verdict.checks.find(({ id }) => id === wanted);
    expect(check("ruleset-ttft")).toMatchObject({ status: "pass", limit: 15_000 });
    expect(check("ruleset-ttft")?.message).toContain("mini allows 15000 ms in Interactive");
    const ttfts = sent.map((one) => one.first_token_ms - one.scheduled_ms!);
    expect(check("ruleset-ttft")?.value).toBeCloseTo(percentile(ttfts, 0.99), 6);
    expect(check("ruleset-tpot")).toMatchObject({ status: "pass", limit: 2500 });
    const tpots = sent.map((one) => (one.last_token_ms - one.first_token_ms) / (one.output_tokens - 1));
    expect(check("ruleset-tpot")?.value).toBeCloseTo(percentile(tpots, 0.99), 5); // LoadGen cuts to whole nanoseconds
    const seconds = sent.at(-1)!.last_token_ms / 1000;
    expect(headlines(trial)).toEqual({
      loadgen_samples: expect.closeTo(99 / seconds, 6),
      loadgen_tokens: expect.closeTo(sent.reduce((sum, one) => sum + one.output_tokens, 0) / seconds, 6),
      loadgen_latency: null,
    });
  });
});

describe("a SingleStream run on the simulated engine", () => {
  /** One at a time, in the order of the samples; the time of each. */
  function latenciesOf(sent: Sent[]): number[] {
    for (const [place, { sent_ms: sentMs }] of sent.entries()) {
      if (place > 0) expect(sentMs).toBeGreaterThanOrEqual(sent[place - 1]!.end_ms);
    }
    return sent.map((one) => one.last_token_ms - one.sent_ms);
  }

  it("sends one query when the one before is done, and its headline is LoadGen's 90th percentile", async () => {
    const trial = await trialOf("single");
    expect([wasMeasured(trial), trial.verdict.ruleset_id]).toEqual([true, "mini"]);
    const sent = await sentOf("single");
    expect(sent.map(({ sample }) => sample)).toEqual([...queriesOf("SingleStream", 1, 16).samples.subarray(0, 16)]);
    expect(sent.every((one) => one.scheduled_ms === null)).toBe(true);
    expect(headlines(trial)).toEqual({
      loadgen_latency: expect.closeTo(percentile(latenciesOf(sent), 0.9), 6),
      loadgen_samples: null,
      loadgen_tokens: null,
    });
  });

  it("goes on until count and duration are reached where it certifies, and states early stopping and both", async () => {
    const trial = await trialOf("stream");
    const sent = await sentOf("stream");
    const issued = queriesOf("SingleStream", 15, null).samples;
    expect(sent.map(({ sample }) => sample)).toEqual([...issued.subarray(0, sent.length)]);
    const headline = percentile(latenciesOf(sent), 0.9);
    expect(headlines(trial)["loadgen_latency"]).toBeCloseTo(headline, 6);
    const check = (wanted: string) => trial.verdict.checks.find(({ id }) => id === wanted);
    expect(check("ruleset-duration")).toMatchObject({ status: "pass", limit: 2 });
    expect(check("ruleset-duration")?.value).toBeCloseTo((sent.at(-1)!.sent_ms - sent[0]!.sent_ms) / 1000, 6);
    expect(check("ruleset-queries")).toMatchObject({ value: sent.length, limit: 10 });
    // 64 queries are the fewest for an estimate of p90 at 99 % confidence (LoadGen's early stopping).
    expect(check("early-stopping")).toMatchObject({
      status: sent.length >= 64 ? "pass" : "fail",
      value: sent.length,
      limit: 64,
    });
  });
});

describe("a MultiStream run on the simulated engine", () => {
  it("sends four samples at once, and the next four when all are done", async () => {
    expect((await trialOf("multi")).verdict.ruleset_id).toBe("mini");
    const sent = await sentOf("multi");
    expect(sent.map(({ sample }) => sample)).toEqual(
      Array.from(queriesOf("MultiStream", 1, 16).samples.subarray(0, 16)),
    );
    expect(sent.map(({ chunk }) => chunk)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
    for (const query of [1, 2, 3]) {
      const before = sent.filter(({ chunk }) => chunk === query - 1).map((one) => one.end_ms);
      const own = sent.filter(({ chunk }) => chunk === query).map((one) => one.sent_ms);
      expect(Math.min(...own)).toBeGreaterThanOrEqual(Math.max(...before));
    }
  });
});

describe("an Offline run that certifies, on the simulated engine", () => {
  it("asks for as many samples as a probe shows, and lasts as long as the ruleset asks", async () => {
    const trial = await trialOf("probed");
    const { probe, attempts = [] } = trial.sizing ?? {};
    expect(probe?.rate).toBeGreaterThan(0);
    expect(attempts.at(-1)?.lasted_s).toBeGreaterThanOrEqual(2);
    expect(attempts.at(-1)!.requests % 20).toBe(0);
    expect(trial.phases.map(({ id }) => id)).toContain("rate-probe");
    expect(trial.verdict.checks.find(({ id }) => id === "ruleset-duration")?.status).toBe("pass");
    expect(await sentOf("probed")).toHaveLength(attempts.at(-1)!.requests);
  });

  it("is enlarged and repeated where it ended too early", async () => {
    const trial = await trialOf("early");
    const { probe, attempts = [] } = trial.sizing ?? {};
    expect([probe, attempts[0]?.requests]).toEqual([null, 20]);
    expect(attempts[0]?.lasted_s).toBeLessThan(2);
    expect(attempts.at(-1)?.lasted_s).toBeGreaterThanOrEqual(2);
    const duration = trial.verdict.checks.find(({ id }) => id === "ruleset-duration");
    expect(duration?.status).toBe("pass");
    expect(duration?.message).toContain("enlarged");
    expect(trial.phases.map(({ id }) => id)).toContain("load-too-short");
  });
});
