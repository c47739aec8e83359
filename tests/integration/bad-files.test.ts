import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeStudyFolder, runCli, storedTrials, type CliAnswer } from "../support/cli.ts";

const matrix = (study: string) => `
study: ${study}
question: Does one bad file block what is not about it?
sut: { engine: simulated, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { knobs: { max_num_seqs: 64 } }
design: { kind: isolation, changes: [{ id: seqs32, set: { max_num_seqs: 32 } }] }
workloads:
  - workload: one
    scenario: closed
    dataset: { kind: synthetic, input_tokens: { distribution: fixed, value: 16 }, output_tokens: { distribution: fixed, value: 4 } }
    load: { concurrency: 4 }
    warmup: { requests: 1 }
    counts: { smoke: { requests: 12, seconds: 0 } }
fidelity: smoke
repeats: 1
order: declared
`;

let study: ReturnType<typeof makeStudyFolder>;
beforeAll(async () => {
  study = makeStudyFolder({ "matrices/sick.yaml": matrix("sick"), "matrices/sound.yaml": matrix("sound") });
  for (const name of ["sick", "sound"])
    expect(measured).toContain((await ceteris("run", `matrices/${name}.yaml`)).code);
  cpSync(results(), join(study.folder, "whole"), { recursive: true });
});
afterAll(() => study.remove());

/** Exit codes of a run that measured: on a busy machine the client of so short a trial may have been starved, which is INVALID. */
const measured = [0, 4];
const results = (): string => join(study.folder, "results");
const ceteris = (...args: string[]): Promise<CliAnswer> => runCli(args, study.folder);
const folderOf = (experiment: string): string =>
  storedTrials(study.folder, "sick").find(({ trial }) => trial.spec.experiment === experiment)!.folder;

/** The results as they were measured. */
function restore(): void {
  rmSync(results(), { recursive: true });
  cpSync(join(study.folder, "whole"), results(), { recursive: true });
}

/** What every command says of the results; none may fail by an internal error, nor lose what is sound. */
async function everyCommand(): Promise<Record<string, CliAnswer>> {
  const commands: Record<string, string[]> = {
    run: ["run", "matrices/sick.yaml"],
    report: ["report", "sick"],
    status: ["status"],
    index: ["index"],
    query: [
      "query",
      "SELECT count(*) AS n FROM trials, (SELECT count(*) FROM requests), experiments",
      "--format",
      "json",
    ],
    compare: ["compare", "sound/baseline", "sick/baseline"],
    sync: ["sync", "--tracking", "http://127.0.0.1:9"],
    verify: ["verify"],
    export: ["export", "mlperf", "sick"],
    "run of the other": ["run", "matrices/sound.yaml"],
    "report of the other": ["report", "sound"],
    plan: ["plan", "matrices/sick.yaml"],
  };
  const answers: Record<string, CliAnswer> = {};
  for (const [name, args] of Object.entries(commands)) answers[name] = await ceteris(...args);
  for (const [name, { stderr, code }] of Object.entries(answers)) {
    expect([name, stderr]).toEqual([name, expect.not.stringMatching(/internal error|fault of ours|^\s+at /m)]);
    expect([name, code === null]).toEqual([name, false]);
  }
  for (const name of ["report of the other", "plan", "index"])
    expect([name, answers[name]!.code, answers[name]!.stderr]).toEqual([name, 0, expect.anything()]);
  for (const name of ["run", "run of the other"])
    expect([name, measured.includes(answers[name]!.code!)]).toEqual([name, true]);
  return answers;
}

const text = ({ stdout, stderr }: CliAnswer): string => `${stdout}${stderr}`;

/** The `mv` that a command told. */
function mendingCommand({ stderr }: CliAnswer): string {
  const [, move = ""] = /(mv \S+ \S+)/.exec(stderr) ?? [];
  return move;
}

describe("a trial that cannot be read", () => {
  const breaks: [string, (folder: string) => void][] = [
    ["no JSON", (folder) => writeFileSync(join(folder, "trial.json"), '{"format": "ceteris.trial/1", "spec')],
    ["no file", (folder) => rmSync(join(folder, "trial.json"))],
    [
      "a negative throughput",
      (folder) => {
        const path = join(folder, "trial.json");
        const trial = JSON.parse(readFileSync(path, "utf8")) as { measurements: { metric: string; value: number }[] };
        for (const row of trial.measurements) if (row.metric === "output_throughput") row.value = -5;
        writeFileSync(path, JSON.stringify(trial));
      },
    ],
  ];

  it.each(breaks)(
    "is left out and named by all commands, and measured again by the one that they tell: %s",
    async (_what, damage) => {
      restore();
      const folder = folderOf("seqs32");
      damage(folder);
      const answers = await everyCommand();
      for (const name of ["run", "report", "status", "sync", "plan", "compare", "verify", "export"])
        expect([name, text(answers[name]!)]).toEqual([name, expect.stringContaining(folder)]);
      if (existsSync(join(folder, "trial.json"))) {
        for (const name of ["index", "query"])
          expect([name, answers[name]!.stderr]).toEqual([name, expect.stringContaining(folder)]);
      }
      expect(answers["query"]!.code).toBe(0);
      expect(JSON.parse(answers["query"]!.stdout)).not.toEqual([]);
      expect(answers["run"]!.stdout).toContain("baseline");
      expect([answers["report"]!.code, answers["status"]!.code]).toEqual([0, 0]);
      expect(readFileSync(join(study.folder, "reports/out/sick.md"), "utf8")).toContain("which cannot be read");

      execFileSync("sh", ["-c", mendingCommand(answers["status"]!)]);
      const again = await ceteris("run", "matrices/sick.yaml");
      expect(measured).toContain(again.code);
      expect(again.stderr).not.toContain("left out");
      const sql = "SELECT count(*)::INTEGER AS n FROM trials WHERE study = 'sick' AND experiment = 'seqs32'";
      const trials = await ceteris("query", sql, "--format", "json");
      expect([JSON.parse(trials.stdout), trials.stderr]).toEqual([[{ n: 1 }], ""]);
    },
  );
});

describe("other files that cannot be read", () => {
  it("of a trial's columns cost those alone, and are named", async () => {
    restore();
    const folder = folderOf("baseline");
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".parquet"))) {
      const bytes = readFileSync(join(folder, name));
      writeFileSync(join(folder, name), bytes.subarray(0, bytes.length / 2));
    }
    const answers = await everyCommand();
    for (const name of ["index", "query", "verify"])
      expect([name, text(answers[name]!)]).toEqual([name, expect.stringContaining("requests.parquet")]);
    expect([answers["query"]!.code, answers["report"]!.code]).toEqual([0, 0]);
    expect(answers["run"]!.stdout).toContain("baseline");
  });

  it.each(["{", '{"format": "ceteris.study/1"}'])(
    "of a study keep the others whole, and are written again by `run`: %s",
    async (said) => {
      restore();
      const path = join(results(), "sick/study.json");
      writeFileSync(path, said);
      for (const args of [
        ["report", "sick"],
        ["status"],
        ["verify"],
        ["sync", "--tracking", "http://127.0.0.1:9"],
        ["compare", "sound/baseline", "sick/baseline"],
      ]) {
        const answer = await ceteris(...args);
        expect([args[0], text(answer)]).toEqual([args[0], expect.stringContaining(path)]);
        expect(text(answer)).not.toMatch(/internal error|fault of ours/);
      }
      const status = await ceteris("status");
      expect(status.stdout).toContain("sound");
      const answers = await everyCommand();
      expect(answers["status"]!.code).toBe(0);
      expect((await ceteris("report", "sick")).code).toBe(0);
    },
  );

  it("of a launch are named, and their trials stay", async () => {
    restore();
    const launches = join(results(), "sick/launches");
    const path = join(launches, readdirSync(launches)[0]!, "launch.json");
    writeFileSync(path, '{"format": "ceteris.launch/1", "members": 5}');
    const answers = await everyCommand();
    for (const name of ["run", "report", "status", "index", "query", "verify"])
      expect([name, text(answers[name]!)]).toEqual([name, expect.stringContaining(dirname(path))]);
    expect(answers["status"]!.stdout).toMatch(/sick.* 2\/2/);
    execFileSync("sh", ["-c", mendingCommand(answers["status"]!)]);
    expect((await ceteris("status")).stderr).toBe("");
  });

  it("that keep the report from being written spoil neither the table nor the exit code of a run", async () => {
    restore();
    rmSync(join(study.folder, "reports"), { recursive: true, force: true });
    writeFileSync(join(study.folder, "reports"), "a file where a folder should be");
    const answer = await ceteris("run", "matrices/sick.yaml");
    expect([measured.includes(answer.code!), answer.stdout]).toEqual([true, expect.stringContaining("baseline")]);
    expect(answer.stderr).toContain("a file stands where a folder should be");
    rmSync(join(study.folder, "reports"));
    mkdirSync(join(study.folder, "reports/templates"), { recursive: true });
    writeFileSync(join(study.folder, "reports/templates/study.md.hbs"), "{{#if");
    const broken = await ceteris("run", "matrices/sick.yaml");
    expect([measured.includes(broken.code!), broken.stdout]).toEqual([true, expect.stringContaining("baseline")]);
    rmSync(join(study.folder, "reports"), { recursive: true });
  });
});
