import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeStudyFolder, runCli } from "../support/cli.ts";
import { runUndisturbed } from "../support/measured.ts";

/** Two studies of one engine, the second twice as fast, whose trials each start it anew. At its own pace it needs little of a busy machine. */
const matrix = (study: string, speed: string, concurrency: number) => `
study: ${study}
question: Which is faster?
sut: { engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { knobs: { max_num_seqs: 8, env.CETERIS_SIMULATED_SPEED: "${speed}", env.CETERIS_SIMULATED_STARTUP_S: "0" } }
design:
  kind: isolation
  changes:
    - { id: wide, set: { load.concurrency: ${concurrency * 2} } }
workloads:
  - workload: tiny
    scenario: closed
    prompt: tokens
    dataset: { kind: synthetic, input_tokens: { distribution: fixed, value: 64 }, output_tokens: { distribution: fixed, value: 16 } }
    load: { concurrency: ${concurrency} }
    warmup: { requests: 4 }
    counts: { smoke: { requests: 96, seconds: 0, repeats: 3 } }
fidelity: smoke
repeats: 3
order: declared
`;

const study = makeStudyFolder({
  "matrices/slow.yaml": matrix("slow", "0.5", 8),
  "matrices/fast.yaml": matrix("fast", "1", 8),
});
afterAll(() => study.remove());
const compare = (...args: string[]) => runCli(["compare", ...args], study.folder);

interface Answer {
  label: string | null;
  operands: { name: string; origin: string; trials: string[] }[];
  not_the_same: { what: string }[];
  notes: string[];
  effects: { metric: string; stat: string; ratio: number | null; finding: string | null; why: string | null }[];
  gates: { met: boolean }[];
}

describe("ceteris compare, on two simulated studies", () => {
  beforeAll(async () => {
    for (const [name = "", ...more] of [["slow", "--only", "baseline"], ["fast"]]) {
      const args = ["run", `matrices/${name}.yaml`, ...more];
      const { code, stderr } = await runUndisturbed(args, study.folder, name);
      expect(code, stderr).toBe(0);
    }
  });

  it("finds that one is faster, from three launches a side", async () => {
    const { code, stdout, stderr } = await compare("slow", "fast", "--format", "json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const answer = JSON.parse(stdout) as Answer;
    expect(answer.operands.map(({ name, trials }) => [name, trials.length])).toEqual([
      ["slow/baseline", 3],
      ["fast/baseline", 3],
    ]);
    expect(answer.not_the_same.map(({ what }) => what)).toEqual(["knobs"]);
    const throughput = answer.effects.find(({ metric }) => metric === "output_throughput");
    expect(throughput?.ratio).toBeGreaterThan(1.3);
    expect(throughput?.ratio).toBeLessThan(2.5);
    expect(throughput?.finding).toBe("higher");
  });

  it("says SIMULATED in every format", async () => {
    for (const format of ["table", "markdown", "json", "csv"]) {
      const { stdout } = await compare("slow", "fast", "--format", format);
      if (format === "csv") {
        const [header, ...rows] = stdout.trim().split("\r\n");
        expect(header).toMatch(/^origin,control,treatment,metric,/);
        expect(rows.length).toBeGreaterThan(3);
        for (const row of rows) expect(row).toMatch(/^SIMULATED,slow\/baseline,fast\/baseline,/);
      } else expect(stdout.split("\n").slice(0, 2).join("\n"), format).toContain("SIMULATED");
    }
  });

  it("refuses to conclude across workloads, and shows the figures", async () => {
    const { code, stdout } = await compare("slow", "fast/wide");
    expect(code).toBe(0);
    expect(stdout).toContain("not the same: workload: load.concurrency 8 against load.concurrency 16");
    expect(stdout).toMatch(
      /^output_throughput +tok\/s +[\d,.]+ +[\d,.]+ +3 \/ 3 +no conclusion: workload is not the same$/m,
    );
    expect(stdout).not.toMatch(/[+-]\d+\.\d %/);
  });

  it.each([
    { gate: "output_throughput<=-3%", operands: ["slow", "fast"], exit: 0, says: "met: fast/baseline: it is +" },
    { gate: "output_throughput<=-3%", operands: ["fast", "slow"], exit: 5, says: "not met: slow/baseline: it is -" },
    {
      gate: "output_throughput<=-3%",
      operands: ["slow", "fast/wide"],
      exit: 5,
      says: "not met: fast/wide: no conclusion",
    },
    { gate: "goodput<=-3%", operands: ["slow", "fast"], exit: 5, says: "no usable value" },
  ])("gates: $gate of $operands exits with $exit", async ({ gate, operands, exit, says }) => {
    const { code, stderr } = await compare(...operands, "--fail-on", gate);
    expect({ code, stderr }).toEqual({ code: exit, stderr: expect.stringContaining(says) as string });
  });

  it("writes to a file with --out, and shows the metrics that were asked for", async () => {
    const { code, stdout } = await compare(
      "slow",
      "fast",
      "--metric",
      "ttft.p90,itl",
      "--format",
      "csv",
      "--out",
      "c.csv",
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(existsSync(join(study.folder, "c.csv"))).toBe(true);
    const rows = readFileSync(join(study.folder, "c.csv"), "utf8").trim().split("\r\n").slice(1);
    expect(rows.map((row) => row.split(",").slice(3, 5).join(" "))).toEqual(["ttft p90", "itl p50"]);
  });

  it("is a page with --format html, and says which sides are on the front with --report pareto", async () => {
    const page = await compare("slow", "fast", "--format", "html", "--report", "pareto");
    expect(page.code).toBe(0);
    expect(page.stdout).toMatch(/^<!doctype html>/);
    expect(page.stdout).toContain('<p class="answer">fast/baseline has +');
    const { stdout } = await compare("slow", "fast", "--report", "pareto");
    expect(stdout).toMatch(/fast\/baseline .* on the front/);
    expect(stdout).toMatch(/slow\/baseline .* dominated/);
  });

  it.each([
    { args: ["slow"], says: "two operands or more" },
    { args: ["slow", "fsat"], says: "did you mean `fast`?" },
    { args: ["slow", "fast", "--metric", "speed"], says: "there is no metric `speed`" },
    { args: ["slow", "fast", "--fail-on", "ttft<3"], says: "A gate is METRIC[.STAT]" },
  ])("exits with 2 and says what next: $args", async ({ args, says }) => {
    const { code, stdout, stderr } = await compare(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
  });
});
