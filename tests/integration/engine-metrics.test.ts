import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeStudyFolder, processesNaming, runCli, storedTrials, type StoredTrial } from "../support/cli.ts";
import { fakeNvidiaSmi } from "../support/fake-nvidia-smi.ts";
import { simulatedMatrix } from "../support/simulated-matrix.ts";

/** Prompts of 256 tokens of which 128 are shared, in blocks that the prefix cache keeps; 6 at a time on an engine that takes 2. */
const matrix = simulatedMatrix({
  study: "engine-side",
  knobs: "{ max_num_seqs: 2, enable_prefix_caching: true }",
  changes: "{ id: nocache, set: { enable_prefix_caching: false } }",
  workload: `
scenario: closed
prompt: tokens
dataset:
  kind: synthetic
  shared_prefix_tokens: 128
  input_tokens: { distribution: fixed, value: 256 }
  output_tokens: { distribution: fixed, value: 64 }
load: { concurrency: 6 }
warmup: { requests: 6 }
counts: { smoke: { requests: 18, seconds: 0 } }`,
});

let study: ReturnType<typeof makeStudyFolder>;
let trials: StoredTrial["trial"][];

beforeAll(async () => {
  study = makeStudyFolder({ "matrices/engine-side.yaml": matrix });
  const answer = await runCli(["run", "matrices/engine-side.yaml", "--json"], study.folder);
  expect(answer.stderr).not.toMatch(/internal error/);
  trials = storedTrials(study.folder, "engine-side").map(({ trial }) => trial);
  expect(trials).toHaveLength(2);
});
afterAll(() => study.remove());

interface Row {
  metric: string;
  stat: string;
  value: number | null;
  why: string | null;
  n: number;
  source: string;
}

function row(experiment: string, metric: string, stat = "value"): Row {
  const trial = trials.find(({ spec }) => spec.experiment === experiment);
  const found = ((trial?.measurements ?? []) as Row[]).find((one) => one.metric === metric && one.stat === stat);
  if (!found) throw new Error(`${experiment} has no ${metric} ${stat}`);
  return found;
}

it("has the engine's own figures in the trial, beside what the client saw of the same requests", async () => {
  for (const experiment of ["baseline", "nocache"]) {
    const ttft = row(experiment, "engine_ttft_mean");
    expect(ttft).toMatchObject({ source: "engine", why: null });
    expect(ttft.n).toBeGreaterThanOrEqual(18);
    const difference = row(experiment, "ttft_client_minus_engine");
    expect(difference.n).toBe(ttft.n);
    // The client sees a token later than the engine says it. On a starved machine much later: no limit is asserted.
    expect(difference.value).toBeGreaterThan(0);
    const client = await clientTtftMs(experiment, ttft.n);
    expect(Math.abs((difference.value ?? 0) + (ttft.value ?? 0) - client)).toBeLessThan(client * 0.05);
    const itl = row(experiment, "engine_itl_mean").value;
    expect(itl).toBeGreaterThan(0);
    expect(itl).toBeLessThan(1.2 * (row(experiment, "itl", "mean").value ?? 0));
    expect(row(experiment, "preemptions").value).toBe(0);
  }
});

/** Mean TTFT of the last so many first tokens, by the stored requests. */
async function clientTtftMs(experiment: string, count: number): Promise<number> {
  const last = `SELECT ttft_ms FROM requests WHERE experiment = '${experiment}' ORDER BY first_token_ms DESC LIMIT ${count}`;
  const answer = await runCli(["query", `SELECT avg(ttft_ms) AS ms FROM (${last})`, "--format", "json"], study.folder);
  return (JSON.parse(answer.stdout) as { ms: number }[])[0]?.ms ?? Number.NaN;
}

it("tells hits of the prefix cache with it, and why there are none without it", () => {
  const { value, n } = row("baseline", "prefix_hit_rate");
  expect(value).toBeGreaterThan(0.3);
  expect(value).toBeLessThanOrEqual(0.5);
  expect(n).toBeGreaterThanOrEqual(18 * 256);
  expect(row("nocache", "prefix_hit_rate").value ?? 0).toBe(0);
  expect(row("baseline", "spec_acceptance")).toMatchObject({ value: null, why: expect.stringMatching(/./) });
});

it("sees the queue of an engine that takes fewer than are asked", () => {
  const { value, why, n } = row("baseline", "queue_max");
  if (value === null) expect(why).toMatch(/not scraped within the window/);
  else expect([n > 0, value <= 4]).toEqual([true, true]);
});

it("says in the provenance that no GPU was sampled, and why, where there is none", () => {
  for (const trial of trials) {
    const missing = (trial.provenance as { missing: { fact: string; why: string }[] }).missing;
    const power = (trial.measurements as Row[]).find(({ metric }) => metric === "energy_per_token");
    const why = missing.find(({ fact }) => fact === "telemetry.gpu")?.why;
    if (why !== undefined) expect(why).toMatch(/nvidia-smi.*DCGM.*amd-smi/);
    expect(power).toMatchObject({ value: null, why: expect.stringMatching(/no power was sampled|not attributable/) });
  }
});

it("samples the GPU that is there through the trial, stores its figures, and leaves no sampler running", async () => {
  const folder = makeStudyFolder({ "matrices/engine-side.yaml": matrix });
  try {
    const programs = join(folder.folder, "programs");
    mkdirSync(programs);
    const variables = { PATH: `${fakeNvidiaSmi(programs)}${delimiter}${process.env["PATH"] ?? ""}` };
    const argv = ["run", "matrices/engine-side.yaml", "--json", "--only", "baseline"];
    expect((await runCli(argv, folder.folder, variables)).stderr).not.toMatch(/internal error/);
    expect(processesNaming(folder.folder)).toEqual([]);
    const [stored] = storedTrials(folder.folder, "engine-side");
    const rows = (stored?.trial.measurements ?? []) as Row[];
    // A smoke run is short: that there is power is seen by the reason that there is no energy.
    expect(rows.find(({ metric }) => metric === "energy_total")).toMatchObject({
      value: null,
      why: expect.stringMatching(/not attributable: the window is .* s, and power needs 30 s/),
    });
    const sql =
      "SELECT name, count(value) > 20 AS told, min(at_s) < -1 AS early FROM telemetry WHERE name LIKE 'gpu0/%' GROUP BY name ORDER BY name";
    const answer = await runCli(["query", sql, "--format", "json"], folder.folder);
    expect(JSON.parse(answer.stdout)).toEqual(
      expect.arrayContaining([
        { name: "gpu0/power_w", told: true, early: true },
        { name: "gpu0/power_average_w", told: false, early: true },
        { name: "gpu0/utilisation", told: true, early: true },
      ]),
    );
  } finally {
    folder.remove();
  }
});
