import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { statusCommand, type StatusOptions } from "../../src/commands/status.ts";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { blockLeases, studyRecord, writeStudyRecord, writeTrial } from "../../src/store/index.ts";
import { terminalText } from "../../src/schema/terminal-text.ts";
import { fakeTrial } from "../support/fake-trials.ts";
import { makeStudy } from "../support/make-study.ts";
import { studyWorld } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const study = makeStudy(
  { kind: "isolation", changes: [{ id: "fp8", label: "fp8", set: { quantization: "fp8" }, pointer: "" }] },
  { name: "watched", repeats: 1, order: "declared", accuracyNotApplicable: "nothing is measured" },
);
const expansion = expandStudy(study);
const { experiments, contrasts } = expansion;
const plan = { study, experiments, contrasts, expansion, trials: orderTrials(study, expansion), diagnostics: [] };

/**
 * Watches the study of two trials while a run holds it: with each look that the watch waits for, the next step is done.
 * A failure of the engine is the last trial.
 */
async function watched(
  steps: ("trial" | "nothing" | "end")[],
  {
    terminal = false,
    locked = true,
    before = 0,
    folderName = "results",
    ...options
  }: Partial<StatusOptions> & {
    terminal?: boolean;
    locked?: boolean;
    /** Trials that are there at the first look. */
    before?: number;
    folderName?: string;
  } = {},
) {
  const folder = temporaryFolder();
  const results = join(folder, folderName);
  const usual = studyWorld(folder);
  await writeStudyRecord(usual, results, studyRecord(plan, "matrices/test.yaml"));
  const leases = blockLeases(usual, join(results, "watched"), () => undefined);
  if (locked) await leases.claim([{ study: "watched", block: 1, trials: [] }], true);
  const todo = [...plan.trials];
  const outs: string[] = [];
  const waits: number[] = [];
  let err = "";
  const step = async (what: (typeof steps)[number] | undefined): Promise<void> => {
    if (what === undefined) throw new Error("the watch goes on for longer than the test");
    if (what === "end") await leases.release();
    if (what !== "trial") return;
    const spec = todo.shift()!;
    const experiment = experiments.find(({ id }) => id === spec.experimentId)!;
    const isLast = todo.length === 0;
    const trial = fakeTrial(experiment, {
      fidelity: "screen",
      status: isLast ? "FAILED" : "SCREENED",
      reason: isLast ? "out-of-memory:\u001B[2J no room" : "all checks passed",
      ...(isLast ? { throughput: null } : {}),
    });
    await writeTrial(usual, results, { ...trial, spec, study: "watched" }, { observation: null, outputs: null });
  };
  for (let trial = 0; trial < before; trial += 1) await step("trial");
  const world = studyWorld(folder, ({ clock, streams }) => ({
    clock: {
      ...clock,
      async sleep(ms) {
        waits.push(ms);
        await step(steps.shift());
      },
    },
    streams: {
      ...streams,
      outIsTerminal: terminal,
      out: (text) => void outs.push(text),
      err: (text) => void (err += text),
    },
  }));
  const asked = { results, study: "watched", json: false, watch: true, ...options };
  const code = await statusCommand(world, asked, new AbortController().signal);
  return { code, outs, err, waits, out: outs.join("") };
}

describe("ceteris status --watch", () => {
  it("prints a line a change without a terminal, and ends with the run", async () => {
    const { code, out, waits } = await watched(["trial", "nothing", "trial", "end"]);
    expect(code).toBe(3);
    expect(out.trimEnd().split("\n")).toEqual([
      "watched: 0/2 done",
      "SCREENED baseline, block 1: all checks passed",
      "1/2 done",
      "FAILED fp8, block 1: out-of-memory:[2J no room",
      "2/2 done",
      "Complete. Next: ceteris run matrices/test.yaml --fidelity screen --retry failed",
    ]);
    // It waits between two looks.
    expect(waits).toHaveLength(4);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(2000);
  });

  it("draws progress, table, failures and the next command on a terminal, and only what changed", async () => {
    const { outs } = await watched(["trial", "nothing", "nothing", "trial", "end"], { terminal: true });
    expect(outs).toHaveLength(4);
    expect(outs[1]).toContain("Running; the pages so far: reports/out/watched.md, reports/out/watched.html");
    expect(outs[1]).toContain("1000.0");
    const last = outs.at(-1)!;
    expect(terminalText(last).startsWith("\u001B[H\u001B[2J")).toBe(true);
    expect(last).toContain("2/2");
    expect(last).toMatch(/fp8, block 1 +FAILED +out-of-memory:\[2J no room/);
    expect(last).toContain("--retry failed");
  });

  it("prints data a line a change", async () => {
    const { outs } = await watched(["nothing", "trial", "trial", "end"], { json: true });
    expect(outs.map((line) => (JSON.parse(line) as { done: number }).done)).toEqual([0, 1, 2, 2]);
  });

  it("ends at once where no run holds a study that is not complete, and says how to go on", async () => {
    const { code, out, waits } = await watched([], { locked: false });
    expect([code, waits]).toEqual([130, []]);
    expect(out).toContain("Stopped: 2 trials to do. Next: ceteris run matrices/test.yaml --fidelity screen");
  });

  it("asks for the name of one study", async () => {
    const folder = temporaryFolder();
    let err = "";
    const world = studyWorld(folder, ({ streams }) => ({ streams: { ...streams, err: (text) => void (err += text) } }));
    expect(await statusCommand(world, { json: false, watch: true }, new AbortController().signal)).toBe(2);
    expect(err).toContain("ceteris status STUDY --watch");
  });
});

describe("ceteris status STUDY", () => {
  const still = { watch: false, locked: false };

  it("shows experiments, trials done and to do, what failed and the next command", async () => {
    const { out, code } = await watched([], { ...still, before: 2 });
    expect(code).toBe(0);
    expect(out).toMatch(/^baseline +1\/1 +0 +1 SCREENED *$/m);
    expect(out).toMatch(/^fp8 +1\/1 +0 +1 FAILED *$/m);
    expect(out).toMatch(/fp8, block 1 +FAILED +out-of-memory:/);
    expect(out).toContain("Complete. Next: ceteris run matrices/test.yaml --fidelity screen --retry failed");
  });

  it("says what is left where it was stopped, and names the results folder that is not the usual one", async () => {
    const { out } = await watched([], { ...still, before: 1, folderName: "other" });
    expect(out).toMatch(/^fp8 +0\/1 +1 *$/m);
    expect(out).toContain(
      "Stopped: 1 trial to do. Next: ceteris run matrices/test.yaml --fidelity screen --results other",
    );
  });

  it("names the matrix as a command takes it in the working folder", async () => {
    const folder = temporaryFolder();
    const results = join(folder, "results");
    for (const name of ["experiments", "matrices", "elsewhere"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "matrices/test.yaml"), "");
    await writeStudyRecord(studyWorld(folder), results, studyRecord(plan, "matrices/test.yaml"));
    const nextIn = async (workingFolder: string): Promise<string> => {
      let out = "";
      const world = studyWorld(workingFolder, ({ streams }) => ({
        streams: { ...streams, out: (text) => void (out += text) },
      }));
      await statusCommand(
        world,
        { results, study: "watched", json: false, watch: false },
        new AbortController().signal,
      );
      return /Next: (.*)/.exec(out)?.[1] ?? "";
    };
    expect(await nextIn(folder)).toBe("ceteris run matrices/test.yaml --fidelity screen");
    expect(await nextIn(join(folder, "elsewhere"))).toContain("ceteris run ../matrices/test.yaml ");
    expect(await nextIn(join(folder, "matrices"))).toContain("ceteris run test.yaml ");
  });

  it("calls a run on another machine running by its signs of life alone", async () => {
    const folder = temporaryFolder();
    const results = join(folder, "results");
    const outs: string[] = [];
    const world = studyWorld(folder, ({ streams }) => ({
      streams: { ...streams, out: (text) => void outs.push(text) },
    }));
    await writeStudyRecord(world, results, studyRecord(plan, "matrices/test.yaml"));
    const lease = join(results, "watched/.leases/block-0001/0001");
    mkdirSync(join(lease, "open"), { recursive: true });
    const holder = { process: { pid: 7, start_ticks: 5 }, host: "node7", process_table: "another boot", since: "" };
    writeFileSync(join(lease, "holder.json"), JSON.stringify(holder));
    const asked = { results, study: "watched", json: true, watch: false };
    for (const ageS of [0, 3600]) {
      const at = Date.parse(world.clock.wall()) / 1000 - ageS;
      utimesSync(join(lease, "holder.json"), at, at);
      await statusCommand(world, asked, new AbortController().signal);
    }
    expect(outs.map((text) => (JSON.parse(text) as { running: boolean }[])[0]!.running)).toEqual([true, false]);
  });

  it("has the same as data", async () => {
    const { out } = await watched([], { ...still, before: 1, json: true });
    expect(JSON.parse(out)).toMatchObject([
      {
        study: "watched",
        experiments: [
          { experiment: "baseline", planned: 1, done: 1, trials: { screened: 1 }, skipped: null },
          { experiment: "fp8", planned: 1, done: 0, skipped: null },
        ],
        next: "ceteris run matrices/test.yaml --fidelity screen",
      },
    ]);
  });
});
