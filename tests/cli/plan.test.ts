import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { makeStudyFolder, runCli } from "../support/cli.ts";

const place = makeStudyFolder();
afterAll(() => place.remove());

interface PlanData {
  study: Record<string, unknown>;
  experiments: Record<string, unknown>[];
  trials: Record<string, unknown>[];
  diagnostics: Record<string, unknown>[];
  estimate: Record<string, unknown>;
}

async function planned(...args: string[]): Promise<PlanData> {
  const { code, stdout, stderr } = await runCli(["plan", ...args, "--json"], place.folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as PlanData;
}

describe("ceteris plan --json", () => {
  it("is one object of the members that other programs read", async () => {
    const plan = await planned("matrices/stacked.yaml");
    expect(Object.keys(plan)).toEqual(["study", "experiments", "trials", "diagnostics", "estimate"]);
    for (const experiment of plan.experiments) {
      expect(Object.keys(experiment)).toEqual([
        "id",
        "label",
        "experiment_id",
        "configuration_id",
        "knobs",
        "gpus",
        "changed",
        "against",
        "skip",
        "requests",
        "seconds",
      ]);
      expect(experiment["experiment_id"]).toMatch(/^exp1_[0-9a-f]{20}$/);
      expect(experiment["configuration_id"]).toMatch(/^cfg1_[0-9a-f]{20}$/);
    }
    const [baseline, first] = plan.experiments;
    expect(baseline).toMatchObject({ changed: {}, against: null });
    expect(first).toMatchObject({ changed: { quantization: "fp8" }, against: baseline?.["id"], skip: null });
    expect(first?.["knobs"]).toMatchObject({ ...(baseline?.["knobs"] as object), quantization: "fp8" });
    expect(plan.experiments.some(({ skip }) => typeof skip === "string")).toBe(true);
    for (const diagnostic of plan.diagnostics) {
      expect(Object.keys(diagnostic)).toEqual(
        expect.arrayContaining(["code", "severity", "file", "line", "column", "message", "hint"]),
      );
    }
    expect(plan.diagnostics.length).toBeGreaterThan(0);
    expect(plan.study).toMatchObject({ name: "llama31-8b-stacked", engine: "vllm", origin: "measured" });
    expect(plan.estimate).toMatchObject({ total_s: expect.any(Number), basis: expect.stringContaining("launches") });
  });

  it("plans trials of its experiments alone, none of those that are skipped", async () => {
    const plan = await planned("matrices/stacked.yaml");
    const running = plan.experiments.filter(({ skip }) => skip === null).map(({ id }) => id);
    const trialIds = plan.trials.map(({ trial_id: id }) => id);
    expect(new Set(plan.trials.map(({ experiment }) => experiment))).toEqual(new Set(running));
    expect(new Set(trialIds).size).toBe(trialIds.length);
  });

  it("gives the same bytes wherever the folder lies", async () => {
    const other = makeStudyFolder();
    try {
      const [here, there] = await Promise.all(
        [place, other].map(({ folder }) => runCli(["plan", "matrices/isolation.yaml", "--json"], folder)),
      );
      expect(here?.stdout).toBe(there?.stdout);
      expect(here?.stdout.length).toBeGreaterThan(1000);
    } finally {
      other.remove();
    }
  });

  it("says whose results they will be with another engine", async () => {
    const { study } = await planned("matrices/stacked.yaml", "--sut", "simulated", "--fidelity", "smoke");
    expect(study).toMatchObject({
      name: "llama31-8b-stacked-simulated",
      origin: "simulated",
      fidelity: "smoke",
      stand_in: expect.stringContaining("synthetic lengths"),
    });
  });

  it("touches nothing", () => {
    expect(existsSync(join(place.folder, "results"))).toBe(false);
  });
});

describe("ceteris plan --show-command", () => {
  it("prints what a shell takes", async () => {
    const { code, stdout } = await runCli(
      ["plan", "matrices/stacked.yaml", "--show-command", "stk_01_fp8"],
      place.folder,
      { HF_TOKEN: "hf_secret" },
    );
    expect(code).toBe(0);
    expect(stdout).toContain("--quantization fp8");
    expect(stdout).not.toContain("hf_secret");
  });

  it("names the experiments where there is none of that name", async () => {
    const { code, stdout, stderr } = await runCli(
      ["plan", "matrices/stacked.yaml", "--show-command", "nothing"],
      place.folder,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("has no experiment and no row nothing");
    expect(stderr).toContain("stk_01_fp8");
  });
});
