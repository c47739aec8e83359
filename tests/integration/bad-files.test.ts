import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeStudyFolder, runCli, storedTrials, type CliAnswer } from "../support/cli.ts";
import { simulatedMatrix, syntheticDataset } from "../support/simulated-matrix.ts";

const rows = ["seqs32", "seqs16", "seqs8"];
const matrix = (study: string, changes: readonly string[]) =>
  simulatedMatrix({
    study,
    knobs: "{ max_num_seqs: 64 }",
    changes: changes.map((id) => `{ id: ${id}, set: { max_num_seqs: ${id.slice(4)} } }`).join(", "),
    workload: `
scenario: closed
${syntheticDataset(16, 4)}
load: { concurrency: 4 }
warmup: { requests: 1 }
counts: { smoke: { requests: 12, seconds: 0 } }`,
  });

let study: ReturnType<typeof makeStudyFolder>;
beforeAll(async () => {
  study = makeStudyFolder({
    "matrices/sick.yaml": matrix("sick", rows),
    "matrices/sound.yaml": matrix("sound", ["seqs32"]),
  });
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
    plan: ["plan", "matrices/sick.yaml"],
    "run of the other": ["run", "matrices/sound.yaml"],
    "report of the other": ["report", "sound"],
    // The last, since it writes again what it can.
    run: ["run", "matrices/sick.yaml"],
  };
  const answers: Record<string, CliAnswer> = {};
  for (const [name, args] of Object.entries(commands)) answers[name] = await ceteris(...args);
  for (const [name, { stderr, code }] of Object.entries(answers)) {
    expect([name, stderr]).toEqual([name, expect.not.stringMatching(/internal error|^\s+at /m)]);
    expect([name, code === null]).toEqual([name, false]);
  }
  for (const name of ["report of the other", "plan", "index"])
    expect([name, answers[name]!.code, answers[name]!.stderr]).toEqual([name, 0, expect.anything()]);
  for (const name of ["run", "run of the other"])
    expect([name, measured.includes(answers[name]!.code!)]).toEqual([name, true]);
  return answers;
}

const text = ({ stdout, stderr }: CliAnswer): string => `${stdout}${stderr}`;

/** Each `mv` that a command told. */
function mendingCommands({ stderr }: CliAnswer): string[] {
  return [...stderr.matchAll(/mv \S+ \S+/g)].map(([move]) => move);
}

describe("trials that cannot be read", () => {
  const damages: ((folder: string) => void)[] = [
    (folder) => writeFileSync(join(folder, "trial.json"), '{"format": "ceteris.trial/1", "spec'),
    (folder) => rmSync(join(folder, "trial.json")),
    function negativeThroughput(folder) {
      const path = join(folder, "trial.json");
      const trial = JSON.parse(readFileSync(path, "utf8")) as { measurements: { metric: string; value: number }[] };
      for (const row of trial.measurements) if (row.metric === "output_throughput") row.value = -5;
      writeFileSync(path, JSON.stringify(trial));
    },
  ];

  it("are left out and named by all commands, and measured again by those that they tell: no JSON, no file, a negative throughput", async () => {
    restore();
    const folders = rows.map(folderOf);
    for (const [place, damage] of damages.entries()) damage(folders[place]!);
    const answers = await everyCommand();
    for (const folder of folders) {
      for (const name of ["run", "report", "status", "sync", "plan", "compare", "verify", "export"])
        expect([name, text(answers[name]!)]).toEqual([name, expect.stringContaining(folder)]);
      if (!existsSync(join(folder, "trial.json"))) continue;
      for (const name of ["index", "query"])
        expect([name, answers[name]!.stderr]).toEqual([name, expect.stringContaining(folder)]);
    }
    expect(answers["query"]!.code).toBe(0);
    expect(JSON.parse(answers["query"]!.stdout)).not.toEqual([]);
    expect(answers["run"]!.stdout).toContain("baseline");
    expect([answers["report"]!.code, answers["status"]!.code]).toEqual([0, 0]);
    expect(readFileSync(join(study.folder, "reports/out/sick.md"), "utf8")).toContain("which cannot be read");

    const moves = mendingCommands(answers["status"]!);
    expect(moves).toHaveLength(damages.length);
    for (const move of moves) execFileSync("sh", ["-c", move]);
    const again = await ceteris("run", "matrices/sick.yaml");
    expect(measured).toContain(again.code);
    expect(again.stderr).not.toContain("left out");
    const sql =
      "SELECT experiment, count(*)::INTEGER AS n FROM trials WHERE study = 'sick' AND experiment <> 'baseline' GROUP BY ALL ORDER BY ALL";
    const trials = await ceteris("query", sql, "--format", "json");
    expect([JSON.parse(trials.stdout), trials.stderr]).toEqual([
      rows.toSorted().map((experiment) => ({ experiment, n: 1 })),
      "",
    ]);
  });
});

describe("other files that cannot be read", () => {
  it("of a trial's columns, and of a launch, cost those alone, and are named", async () => {
    restore();
    const folder = folderOf("baseline");
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".parquet"))) {
      const bytes = readFileSync(join(folder, name));
      writeFileSync(join(folder, name), bytes.subarray(0, bytes.length / 2));
    }
    const launches = join(results(), "sick/launches");
    const path = join(launches, readdirSync(launches)[0]!, "launch.json");
    writeFileSync(path, '{"format": "ceteris.launch/1", "members": 5}');
    const answers = await everyCommand();
    for (const name of ["index", "query", "verify"])
      expect([name, text(answers[name]!)]).toEqual([name, expect.stringContaining("requests.parquet")]);
    for (const name of ["run", "report", "status", "index", "query", "verify"])
      expect([name, text(answers[name]!)]).toEqual([name, expect.stringContaining(dirname(path))]);
    expect([answers["query"]!.code, answers["report"]!.code]).toEqual([0, 0]);
    expect(answers["run"]!.stdout).toContain("baseline");
    expect(answers["status"]!.stdout).toMatch(/sick.* 4\/4/);
    for (const move of mendingCommands(answers["status"]!)) execFileSync("sh", ["-c", move]);
    expect((await ceteris("status")).stderr).toBe("");
  });

  it.each(["{", '{"format": "ceteris.study/1"}'])(
    "of a study keep the others whole, and are written again by `run`: %s",
    async (said) => {
      restore();
      const path = join(results(), "sick/study.json");
      writeFileSync(path, said);
      const answers = await everyCommand();
      for (const name of ["report", "status", "verify", "sync", "compare"])
        expect([name, text(answers[name]!)]).toEqual([name, expect.stringContaining(path)]);
      expect(answers["status"]!.stdout).toContain("sound");
      const after = await ceteris("status");
      expect([after.code, text(after)]).toEqual([0, expect.not.stringContaining(path)]);
      expect((await ceteris("report", "sick")).code).toBe(0);
    },
  );

  it("that keep the report from being written spoil neither the table nor the exit code of a run", async () => {
    restore();
    rmSync(join(study.folder, "reports"), { recursive: true, force: true });
    writeFileSync(join(study.folder, "reports"), "a file where a folder should be");
    const answer = await ceteris("run", "matrices/sick.yaml");
    expect([measured.includes(answer.code!), answer.stdout]).toEqual([true, expect.stringContaining("baseline")]);
    expect(answer.stderr).toContain("a file stands where a folder should be");
    rmSync(join(study.folder, "reports"));
    mkdirSync(join(study.folder, "reports/study"), { recursive: true });
    writeFileSync(join(study.folder, "reports/study/report.md.hbs"), "{{#if");
    const broken = await ceteris("run", "matrices/sick.yaml");
    expect([measured.includes(broken.code!), broken.stdout]).toEqual([true, expect.stringContaining("baseline")]);
    rmSync(join(study.folder, "reports"), { recursive: true });
  });
});
