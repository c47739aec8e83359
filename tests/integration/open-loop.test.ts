import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeStudyFolder, runCli, storedTrials, type StoredTrial } from "../support/cli.ts";
import { expectMeasured, runUndisturbed } from "../support/measured.ts";
import { simulatedMatrix, syntheticDataset } from "../support/simulated-matrix.ts";

/** Short answers, so that the engine is never what is waited for. */
const matrix = (study: string, requests: number, arrivals: string) =>
  simulatedMatrix({
    study,
    knobs: "{ max_num_seqs: 256 }",
    changes: "{ id: seqs128, set: { max_num_seqs: 128 } }",
    workload: `
scenario: open
${syntheticDataset(64, 8)}
${arrivals}
slo: { ttft_ms: 10000 }
warmup: { requests: 4 }
counts: { smoke: { requests: ${requests}, seconds: 0 } }`,
  });

const replay = "arrivals: { kind: trace, path: ../experiments/traces/five.csv, format: csv, speed: 2 }";
const served = { rate: 30, requests: 96 };

let study: ReturnType<typeof makeStudyFolder>;
beforeAll(() => {
  study = makeStudyFolder({
    "matrices/served.yaml": matrix("served", served.requests, `load: { rate: ${served.rate} }`),
    "matrices/overload.yaml": matrix("overload", 3000, "load: { rate: 200000 }"),
    "matrices/replayed.yaml": matrix("replayed", 5, replay),
    "matrices/short.yaml": matrix("short", 6, replay),
    "experiments/traces/five.csv": "time,tokens\n3,1\n3.05,1\n3.05,1\n3.5,1\n3.8,1\n",
  });
});
afterAll(() => study.remove());

/** `isSpoilt`: the trial is to be INVALID, by whatever check. */
async function trialOf(name: string, { run = runCli, isSpoilt = false } = {}): Promise<StoredTrial["trial"]> {
  const answer = await run(["run", `matrices/${name}.yaml`, "--only", "baseline", "--json"], study.folder);
  const [stored, ...others] = storedTrials(study.folder, name);
  expect(others).toEqual([]);
  if (isSpoilt) expect([answer.code, answer.stderr]).toEqual([4, expect.not.stringContaining("internal error")]);
  else expectMeasured(answer, [stored!]);
  return stored!.trial;
}

const valueOf = ({ measurements }: StoredTrial["trial"], metric: string, stat = "value"): number | null | undefined =>
  measurements.find((row) => row.metric === metric && row.stat === stat)?.value;

describe("an open loop on the simulated engine", () => {
  it("keeps a schedule that can be kept, and stores it", async () => {
    const trial = await trialOf("served", { run: (args, folder) => runUndisturbed(args, folder, "served") });
    expect(trial.verdict).toMatchObject({ status: "SCREENED" });
    // The median: a pause of this machine moves a tail.
    expect(valueOf(trial, "send_lag", "p50")).toBeLessThan(5);
    expect(valueOf(trial, "ttft_sched", "p50")).toBeGreaterThan(valueOf(trial, "send_lag", "p50") ?? Infinity);
    expect(valueOf(trial, "requested_rate")).toBeGreaterThan(served.rate / 2);
    expect(valueOf(trial, "achieved_rate")).toBeGreaterThan(0.9 * (valueOf(trial, "requested_rate") ?? Infinity));
    expect(valueOf(trial, "goodput_share")).toBe(100);

    const sql = `SELECT count(*) AS n, count(scheduled_ms) AS scheduled, count(DISTINCT scheduled_ms) AS moments,
      min(sent_ms - scheduled_ms) AS earliest FROM requests WHERE study = 'served' AND phase = 'measure'`;
    const answer = await runCli(["query", sql, "--format", "json"], study.folder);
    const [rows] = JSON.parse(answer.stdout) as Record<string, number>[];
    expect(rows).toMatchObject({ n: served.requests, scheduled: served.requests, moments: served.requests });
    expect(Number(rows?.["earliest"])).toBeGreaterThanOrEqual(0);
  });

  it("replays a trace as it was recorded, at the speed asked for", async () => {
    await trialOf("replayed");
    const sql = "SELECT scheduled_ms FROM requests WHERE study = 'replayed' AND phase = 'measure' ORDER BY ALL";
    const answer = await runCli(["query", sql, "--format", "json"], study.folder);
    const due = (JSON.parse(answer.stdout) as { scheduled_ms: number }[]).map((row) => row.scheduled_ms);
    expect(due).toEqual([0, 25, 25, 250, 400]);
  });

  it("refuses a trace that is too short before an engine is started", async () => {
    const answer = await runCli(["run", "matrices/short.yaml", "--only", "baseline", "--json"], study.folder);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain("5 arrivals, and 6 requests are asked for");
    expect(existsSync(join(study.folder, "results/short/launches"))).toBe(false);
  });

  it("calls a schedule that the client could not keep INVALID, with the figure and the remedy", async () => {
    const { verdict } = await trialOf("overload", { isSpoilt: true });
    expect(verdict.status).toBe("INVALID");
    expect(verdict.reason).toMatch(/^(schedule-kept|client-bound): .*\d ms late/);
    const failed = verdict.checks.filter(({ status }) => status === "fail");
    expect(failed).toEqual(
      expect.arrayContaining([expect.objectContaining({ remedy: expect.stringContaining("another host") as string })]),
    );
  });
});
