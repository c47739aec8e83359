import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  eventsOf,
  makeStudyFolder,
  processesNaming,
  runCli,
  storedTrials,
  until,
  type CliAnswer,
} from "../support/cli.ts";
import { expectMeasured, startUndisturbed } from "../support/measured.ts";
import { simulatedMatrix, syntheticDataset } from "../support/simulated-matrix.ts";

// One request at a time takes some 50 ms, so that the first rates break at once; 16 at a time take more than is tried.
const matrix = simulatedMatrix({
  study: "peak",
  knobs: "{ max_num_seqs: 1 }",
  changes: "{ id: seqs16, set: { max_num_seqs: 16 } }",
  workload: `
scenario: open
prompt: tokens
${syntheticDataset(16, 8)}
slo: { ttft_ms: 200 }
warmup: { requests: 2 }
counts: { smoke: { requests: 24, seconds: 0 } }`,
  more: "peak: { from: 128, to: 512, tolerance: 0.5, tries: 5, share: 0.9 }",
});

const study = makeStudyFolder({ "matrices/peak.yaml": matrix });
afterAll(() => study.remove());
let again: CliAnswer;

const stored = () =>
  storedTrials(study.folder, "peak").map(({ trial, folder }) => {
    const valueOf = (wanted: string) => trial.measurements.find(({ metric }) => metric === wanted)?.value ?? null;
    return { ...trial.spec, status: trial.verdict.status, reason: trial.verdict.reason, folder, valueOf };
  });
const ended = (stdout: string) => eventsOf(stdout).filter(({ type }) => type === "trial-end");

describe("a search for the peak rate", () => {
  it("goes on after kill -9 between its probes: nothing is measured twice, and no probe that broke decides the exit code", async () => {
    const running = startUndisturbed(["run", "matrices/peak.yaml", "--json"], study.folder);
    await until(() => ended(running.stdout()).length >= 2);
    process.kill(running.child.pid ?? 0, "SIGKILL");
    expect((await running.ended).signal).toBe("SIGKILL");
    const before = stored();
    expect(before.length).toBeGreaterThanOrEqual(2);
    expect(before.every(({ purpose }) => purpose === "probe")).toBe(true);
    const writtenAt = (folder: string) => statSync(join(folder, "trial.json")).mtimeMs;
    const times = new Map(before.map(({ folder }) => [folder, writtenAt(folder)]));

    again = await startUndisturbed(["run", "matrices/peak.yaml", "--json"], study.folder).ended;
    const sustained = storedTrials(study.folder, "peak").filter(({ trial }) => trial.spec.purpose === "performance");
    expect(sustained).toHaveLength(2);
    expectMeasured(again, sustained);
    expect(processesNaming(study.folder)).toEqual([]);
    const after = stored();
    for (const [folder, time] of times) expect(writtenAt(folder)).toBe(time);
    expect(ended(again.stdout)).toHaveLength(after.length - before.length);
    expect(after.every(({ attempt }) => attempt === 1)).toBe(true);
    expect(new Set(after.map(({ trial_id: id }) => id)).size).toBe(after.length);
    const asked = after.map(({ purpose, experiment }) => `${purpose} ${experiment}`);
    expect(new Set(asked).size).toBe(asked.length);
    // The summary counts what the searches found; a rate that broke is an answer.
    const usable = sustained.filter(({ trial }) => trial.verdict.status === "SCREENED").length;
    expect(eventsOf(again.stdout).at(-1)).toMatchObject({
      type: "summary",
      trials: { screened: usable, invalid: 2 - usable, failed: 0 },
    });
  });

  it("sustained each row at the highest rate that held below those that broke", () => {
    for (const row of ["baseline", "seqs16"]) {
      const own = stored().filter(({ experiment }) => experiment.startsWith(`${row}·r`));
      const rateOf = ({ experiment }: (typeof own)[number]) => Number(experiment.split("·r").at(-1));
      const [probes, sustained] = [
        own.filter(({ purpose }) => purpose === "probe"),
        own.filter(({ purpose }) => purpose === "performance"),
      ];
      expect(sustained).toHaveLength(1);
      const broken = probes.filter(({ status }) => status === "INVALID").map(rateOf);
      const held = probes.filter(({ status }) => status === "SCREENED").map(rateOf);
      const peak = Math.max(...held.filter((rate) => rate < Math.min(...broken, Infinity)));
      expect(rateOf(sustained[0]!)).toBe(peak);
      if (row === "baseline") expect(broken).toContain(128);
    }
  });

  it("gave up what could not hold any more: requests in flight cut off, none failed, seconds of the schedule saved", async () => {
    const broke = stored().find(({ experiment }) => experiment === "baseline·r128")!;
    expect(broke.reason).toMatch(
      /^tail-budget: [3-9] requests had missed a limit after .*, and at most 2 of the schedule may/,
    );
    expect(broke.valueOf("schedule_saved")).toBeGreaterThanOrEqual(0);
    const count = await runCli(
      [
        "query",
        `SELECT count(*) FILTER (cancelled) AS cut, count(error) AS failed FROM requests WHERE trial_id = '${broke.trial_id}'`,
        "--format",
        "json",
      ],
      study.folder,
    );
    const [{ cut, failed }] = JSON.parse(count.stdout) as [{ cut: number; failed: number }];
    expect(cut).toBeGreaterThan(0);
    expect(failed).toBe(0);
  });

  it("is told in the report, and is not run again", async () => {
    const path = join(study.folder, "reports/out/peak.md");
    expect(existsSync(path)).toBe(true);
    const report = readFileSync(path, "utf8");
    const section = report.slice(report.indexOf("## Peak rate (SIMULATED)"), report.indexOf("## Baseline"));
    const cells = section.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
    for (const row of ["baseline", "seqs16"]) {
      const sustained = stored().find(
        ({ purpose, experiment }) => purpose === "performance" && experiment.startsWith(`${row}·`),
      )!;
      const rate = sustained.experiment.split("·r").at(-1);
      const tries = stored().filter(
        ({ purpose, experiment }) => purpose === "probe" && experiment.startsWith(`${row}·`),
      );
      expect(cells).toContainEqual(["", row, "w", rate, String(tries.length), ""]);
      // The results speak of the row at its peak.
      expect(report).toContain(`| ${sustained.experiment} `);
    }
    expect(section).toMatch(/\| baseline \| +128 \| broke +\|/);
    const third = await runCli(["run", "matrices/peak.yaml", "--json"], study.folder);
    expect([third.code, ended(third.stdout)]).toEqual([again.code, []]);
    expect(eventsOf(third.stdout).at(-1)).toEqual(eventsOf(again.stdout).at(-1));
    expect(readFileSync(path, "utf8")).toBe(report);
  });
});
