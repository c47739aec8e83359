import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { compareCommand } from "../../src/commands/compare.ts";
import { initCommand, type InitOptions } from "../../src/commands/init.ts";
import { offeredChanges, readyChanges } from "../../src/commands/init/ready-changes.ts";
import { planCommand } from "../../src/commands/plan.ts";
import { runCommand } from "../../src/commands/run.ts";
import { loadEngine } from "../../src/matrix/index.ts";
import { engineNames, loadPlan } from "../../src/plan/index.ts";
import { runsAlready } from "../../src/schema/engine.ts";
import { readTrials } from "../../src/store/index.ts";
import { repository } from "../support/cli.ts";
import { studyWorld, type StudyWorld } from "../support/study-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const read = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};
const engineOf = (name: string) => loadEngine({ name, read, sutFolders: [join(repository, "sut")] }).engine!;
const engines = await engineNames(studyWorld(repository), repository);

/** Engines whose knobs the simulated engine has. */
const speaksAsVllm = new Set(["vllm", "vllm-cpu", "simulated", "endpoint", "openai"]);

interface Said {
  world: StudyWorld;
  folder: string;
  out: () => string;
  err: () => string;
}

/** A folder of its own, and what is printed; `answers`: a terminal on which a person types these lines. */
function fresh(answers?: (string | null)[]): Said {
  const folder = temporaryFolder();
  let [out, err] = ["", ""];
  const world = studyWorld(folder, (usual) => ({
    streams: {
      ...usual.streams,
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      ask:
        answers === undefined
          ? null
          : async (question) => {
              err += question;
              return answers.shift() ?? null;
            },
    },
  }));
  return { world, folder, out: () => out, err: () => err };
}

async function init(options: InitOptions, answers?: (string | null)[]): Promise<Said & { code: number }> {
  const said = fresh(answers);
  return { ...said, code: await initCommand(said.world, options) };
}

const matrixOf = ({ out }: Said): string => /^wrote {2}(matrices\/\S+)/m.exec(out())?.[1] ?? "";

describe.each(engines)("init --engine %s", (name) => {
  const engine = engineOf(name);
  const ids = runsAlready(engine) ? [] : offeredChanges(engine).map(({ id }) => id);

  it("has a change to offer, or is measured over the load", () => {
    expect(ids.length > 0).toBe(!runsAlready(engine));
  });

  it.each(ids.length === 0 ? [undefined] : ids)(
    "plans without a finding, and on the simulated engine where that has the knobs: %s",
    async (id) => {
      const said = await init({ engine: name, ...(id === undefined ? {} : { compare: [id] }) });
      expect(said.code).toBe(0);
      const { diagnostics, plan } = await loadPlan(said.world, { matrix: matrixOf(said) });
      expect(diagnostics).toEqual([]);
      expect(plan?.expansion.rows.filter(({ skip }) => skip !== undefined)).toEqual([]);
      expect(plan?.experiments.length).toBeGreaterThan(1);

      const isTried = said.out().includes("--sut simulated");
      expect(read(join(said.folder, ".github/workflows/ceteris.yml"))!.includes("--sut simulated")).toBe(isTried);
      expect(isTried || !speaksAsVllm.has(name)).toBe(true);
      if (!isTried) return;
      const tried = await loadPlan(said.world, { matrix: matrixOf(said), sut: "simulated" });
      // Of another engine than the matrix's it may say more: vLLM moves on a GPU what it leaves alone on a CPU.
      const isOwn = name !== "vllm-cpu";
      expect(tried.diagnostics.filter(({ severity }) => isOwn || severity === "error")).toEqual([]);
      expect(tried.plan?.expansion.rows.filter(({ skip }) => skip !== undefined)).toEqual([]);
    },
  );

  it("plans all changes that do not collide, stacked", async () => {
    const together = ids.filter((id) => id !== "ngram");
    const said = await init({ engine: name, ...(ids.length === 0 ? {} : { compare: together, design: "stacked" }) });
    expect((await loadPlan(said.world, { matrix: matrixOf(said) })).diagnostics).toEqual([]);
  });
});

it("offers each change to an engine, under a name of its own", () => {
  expect(new Set(readyChanges.map(({ id }) => id)).size).toBe(readyChanges.length);
  const offered = new Set(engines.flatMap((name) => offeredChanges(engineOf(name)).map(({ id }) => id)));
  expect(readyChanges.filter(({ id }) => !offered.has(id))).toEqual([]);
});

/** Runs the new matrix on the simulated engine as the printed command does, and gives its trials. */
async function tryOut(said: Said): Promise<number> {
  const matrix = matrixOf(said);
  const run = { matrix, sut: "simulated", fidelity: "smoke" as const, json: false, dryRun: false };
  // A busy machine may spoil a trial, which is INVALID then.
  expect([0, 4]).toContain(await runCommand(said.world, run, new AbortController().signal));
  const study = join(said.folder, "results", `${basename(matrix, ".yaml")}-simulated`);
  return (await readTrials(said.world, study)).read.length;
}

it.each<InitOptions>([{ compare: ["batch-16k", "seqs-64", "ngram"], design: "stacked" }, { url: "http://gpu:8000" }])(
  "runs on the simulated engine: %o",
  async (options) => {
    const said = await init(options);
    expect(await planCommand(said.world, { matrix: matrixOf(said), sut: "simulated", json: false })).toBe(0);
    expect(said.err()).toBe("");
    expect(await tryOut(said)).toBeGreaterThanOrEqual(4);
  },
  120_000,
);

it("writes a workflow whose gate compares the main branch's results with new ones", async () => {
  const said = await init({ compare: ["fp8-weights"] });
  await tryOut(said);
  await said.world.files.rename(join(said.folder, "results"), join(said.folder, "main"));
  await tryOut(said);
  const workflow = parse(read(join(said.folder, ".github/workflows/ceteris.yml"))!) as {
    jobs: Record<"matrix" | "gate", { steps: { run?: string }[] }>;
  };
  const lines = (job: "matrix" | "gate"): string[] => workflow.jobs[job].steps.map(({ run = "" }) => run);
  // Each machine has what it calls: a runner of GitHub's has no ceteris.
  const version = (JSON.parse(read(join(repository, "package.json"))!) as { version: string }).version;
  for (const job of ["matrix", "gate"] as const) {
    const installed = lines(job).indexOf(`npm install --no-save ceteris@${version}`);
    expect(installed).toBeGreaterThanOrEqual(0);
    expect(lines(job).findIndex((line) => line.startsWith("npx ceteris"))).toBeGreaterThan(installed);
  }
  const gate = lines("gate").find((line) => line.includes("compare"))!;
  const [, control = "", candidate = "", failOn = ""] = /compare (\S+) (\S+) --fail-on '(.*)'$/.exec(gate)!;
  const simulated = [control, candidate].map((operand) => operand.replace("/baseline", "-simulated/baseline"));
  // One launch a side rules nothing out, so that the gate is understood and not met.
  const gates = failOn.split(",");
  expect(
    await compareCommand(said.world, { operands: simulated, failOn: gates, format: "table", report: "effects" }),
  ).toBe(5);
  expect(said.err()).toContain("--fail-on 'output_throughput<=-10%': not met");
}, 120_000);

it("overwrites nothing, names what it left, and the lines that .gitignore lacks", async () => {
  const said = fresh();
  mkdirSync(join(said.folder, "new study/experiments/workloads"), { recursive: true });
  writeFileSync(join(said.folder, "new study/experiments/workloads/chat-closed.yaml"), "mine\n");
  writeFileSync(join(said.folder, "new study/.gitignore"), "results\n");
  expect(await initCommand(said.world, { folder: "new study" })).toBe(0);
  expect(said.out()).toContain("left   experiments/workloads/chat-closed.yaml: it was there, and is unchanged\n");
  expect(said.out()).toContain("add    to .gitignore: /reports/out/\n");
  expect(said.out()).toContain("  cd 'new study'\n  ceteris plan matrices/vllm-isolation.yaml ");
  expect(read(join(said.folder, "new study/experiments/workloads/chat-closed.yaml"))).toBe("mine\n");
  expect(read(join(said.folder, "new study/.gitignore"))).toBe("results\n");
});

it("asks a person, again where the answer is none, and takes numbers and names", async () => {
  const said = await init({}, ["nonsense", "llama-cpp", "models/tiny.gguf", "1 in-flight-32", ""]);
  expect(said.code).toBe(0);
  expect(said.err()).toContain("`nonsense` is none of them");
  const matrix = read(join(said.folder, "matrices/llama-cpp-isolation.yaml"))!;
  expect(matrix).toContain("model: models/tiny.gguf");
  expect(matrix).toContain("id: slots-4");
  expect(matrix).toContain("id: in-flight-32");
});

it("asks again where one is asked for and two are given, and where an address is none", async () => {
  const said = await init({}, ["1,2", "endpoint", "some-model", "ftp://gpu", "http://127.0.0.1:8000"]);
  expect(said.code).toBe(0);
  expect(said.err()).toContain("2 answers, and one is asked for");
  expect(said.err()).toContain("ftp://gpu is not an http address. Write it as http://host:port");
});

it("writes nothing where the person leaves", async () => {
  const said = await init({ engine: "vllm" }, ["", null]);
  expect(said.code).toBe(130);
  expect(said.out()).toBe("");
});

it.each<[InitOptions, RegExp]>([
  [{ engine: "vlm" }, /did you mean `vllm`/],
  [{ engine: "vllm", compare: ["fp8"] }, /--compare fp8: there is none of this name\n.*fp8-weights/],
  [{ engine: "vllm", url: "http://gpu:8000" }, /take --engine endpoint/],
  [{ url: "ftp://gpu" }, /ftp:\/\/gpu is not an http address/],
  [{ url: "http://me:secret@gpu" }, /the address holds a user or a password/],
  [{ url: "http://gpu:8000", design: "stacked" }, /has no knobs to compare/],
  [
    { engine: "vllm", compare: ["ngram", "async-scheduling-off"] },
    /async-scheduling-off changes nothing beside the others/,
  ],
])("refuses %o", async (options, message) => {
  const said = await init(options);
  expect(said.code).toBe(2);
  expect(said.err()).toMatch(message);
  expect(said.out()).toBe("");
});
