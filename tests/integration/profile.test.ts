import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { eventsOf, makeStudyFolder, repository, runCli, storedTrials } from "../support/cli.ts";
import { shortOffline, simulatedMatrix } from "../support/simulated-matrix.ts";

const fixture = join(repository, "tests/fixtures/profiler/fake-profiler.mjs");
const under = (trace: string) => `[${process.execPath}, ${fixture}, "${trace}"]`;

/** The simulated engine has no profiler: a program of the tests takes its place. */
const engine = `extends: simulated
profilers:
  fixture:
    prefix: ${under("{folder}/trace.json")}
    arguments: [--seed, "7"]
    variables: { CETERIS_SIMULATED_TRACE: "{folder}" }
    start: /reset_prefix_cache
    stop: /reset_prefix_cache
  silent: { prefix: ${under("none")} }
  absent: { prefix: [no-such-profiler, "{folder}"] }
`;

const plain = `format: ceteris.engine/1
version: 1.0.0
environment: { kind: path, executable: "{ceteris}" }
command: ["{executable}", "{model}"]
knobs: { max_num_seqs: { flag: --seqs, type: int }, max_num_batched_tokens: { flag: --tokens, type: int } }
`;

const matrix = simulatedMatrix({
  study: "profiled",
  knobs: "{ max_num_seqs: 4, max_num_batched_tokens: 2048 }",
  changes: "{ id: seqs16, set: { max_num_seqs: 16 } }",
  workload: shortOffline,
}).replace("engine: simulated,", "engine: traced,");

describe("a row under a profiler", () => {
  const study = makeStudyFolder({
    "sut/traced.yaml": engine,
    "sut/plain.yaml": plain,
    "matrices/profiled.yaml": matrix,
  });
  afterAll(() => study.remove());
  const run = (...flags: string[]) => runCli(["run", "matrices/profiled.yaml", ...flags], study.folder);
  const profiles = join(study.folder, "results/profiled/profiles");

  it("is run once, stored apart without a figure, and its traces are named", async () => {
    const answer = await run("--profile", "seqs16", "--profiler", "fixture");
    expect(answer).toMatchObject({ code: 0 });
    const [id = ""] = readdirSync(profiles);
    expect(id).toMatch(/^seqs16-fixture-\d{8}T\d{6}Z$/);
    const trace = `results/profiled/profiles/${id}/traces/trace.json`;
    expect(answer.stdout).toBe(`${trace}\n`);
    const { program, rest } = JSON.parse(readFileSync(join(study.folder, trace), "utf8")) as {
      program: string;
      rest: string[];
    };
    expect(program).toBe(process.execPath);
    expect(rest.slice(-2)).toEqual(["--seed", "7"]);

    const own = join(profiles, id, "profiled");
    const experiment = readdirSync(own).find((name) => name.startsWith("exp1_"))!;
    const [trial = ""] = readdirSync(join(own, experiment)).filter((name) => !name.startsWith("."));
    expect(trial).toMatch(/-profile-smoke-r1-a1$/);
    expect(JSON.parse(readFileSync(join(own, experiment, trial, "trial.json"), "utf8"))).toMatchObject({
      spec: { purpose: "profile" },
      measurements: [],
      verdict: { status: "SCREENED", checks: [], reason: "a profile: under a profiler nothing is scored" },
    });
    const [launch = ""] = readdirSync(join(own, "launches"));
    const { environment_values: values } = JSON.parse(
      readFileSync(join(own, "launches", launch, "launch.json"), "utf8"),
    ) as { environment_values: unknown[] };
    expect(values).toContainEqual({ name: "CETERIS_SIMULATED_TRACE", value: join(profiles, id, "traces") });
  });

  it("is in no later run, no report and no index of the study", async () => {
    const answer = await run("--json");
    expect(eventsOf(answer.stdout).filter(({ type }) => type === "trial-end")).toHaveLength(2);
    const places = storedTrials(join(study.folder), "profiled").map(({ folder }) => folder);
    expect(places.filter((folder) => !folder.includes("/profiles/"))).toHaveLength(2);
    const report = await runCli(["report", "profiled"], study.folder);
    expect(report.stderr).not.toContain("profiles");
    const query = await runCli(
      ["query", "SELECT purpose, count(*) AS n FROM trials GROUP BY 1", "--format", "csv"],
      study.folder,
    );
    expect(query.stdout.trim().split("\n").slice(1)).toEqual(["performance,2"]);
    const verified = await runCli(["verify"], study.folder);
    expect(verified).toMatchObject({ code: 0 });
  });

  it("fails where the engine has no such route, and where nothing is written", async () => {
    const refused = await run("--profile", "seqs16", "--json"); // torch, as vLLM has it
    expect(refused.code).toBe(3);
    const ended = eventsOf(refused.stdout).find(({ type }) => type === "trial-end");
    expect(JSON.stringify(ended)).toContain("profiler-not-obeyed");
    expect(JSON.stringify(ended)).toContain("/start_profile answered HTTP 404");
    const silent = await run("--profile", "seqs16", "--profiler", "silent");
    expect(silent.code).toBe(3);
    expect(silent.stderr).toContain("the profiler silent wrote no trace");
  });

  it.each([
    [["--profile", "none"], "no row of profiled is called none", "baseline, seqs16"],
    [["--profile", "seqs16", "--profiler", "other"], "traced has no profiler other", "torch, nsys, fixture"],
    [["--profile", "seqs16", "--profiler", "absent"], "needs no-such-profiler", "--profiler: torch"],
    [["--profile", "baseline", "--sut", "plain"], "plain.yaml names no profiler", "These do: traced, vllm"],
  ])("is refused before anything starts: %j", async (flags, said, choices) => {
    const before = existsSync(profiles) ? readdirSync(profiles).length : 0;
    const answer = await run(...flags);
    expect(answer).toMatchObject({ code: 2, stdout: "" });
    expect(answer.stderr).toContain(said);
    expect(answer.stderr).toContain(choices);
    expect(existsSync(profiles) ? readdirSync(profiles).length : 0).toBe(before);
  });
});
