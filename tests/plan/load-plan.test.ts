import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { engineNames, loadPlan } from "../../src/plan/load-plan.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { repository } from "../support/cli.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

it("reads how many tokens a model was made for where its folder is here", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "sut"));
  mkdirSync(join(folder, "models/small"), { recursive: true });
  writeFileSync(join(folder, "models/small/config.json"), JSON.stringify({ max_position_embeddings: 2048 }));
  const matrix = (model: string) => `study: a
question: Why?
sut: { engine: vllm, model: ${model} }
baseline: { knobs: { max_model_len: 4096 } }
design: { kind: isolation, changes: [{ id: seqs, set: { max_num_seqs: 16 } }] }
workloads: [{ workload: w, prompt: tokens, dataset: { kind: synthetic, profile: chat } }]
`;
  writeFileSync(join(folder, "here.yaml"), matrix("models/small"));
  writeFileSync(join(folder, "hub.yaml"), matrix("acme/small"));
  const world = realWorld();
  const codes = async (file: string) => {
    const machine = { ...world.machine, workingFolder: folder, packageFolder: repository };
    const { diagnostics } = await loadPlan({ ...world, machine }, { matrix: file });
    return diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
  };
  expect(await codes("here.yaml")).toEqual(["length-over-model"]);
  expect(await codes("hub.yaml")).toEqual([]);
});

it("takes a matrix that is not in the working folder from the program, which ships with some", async () => {
  const folder = temporaryFolder();
  const world = realWorld();
  const machine = { ...world.machine, workingFolder: folder, packageFolder: repository };
  const planOf = (matrix: string) => loadPlan({ ...world, machine }, { matrix });
  expect(await planOf("matrices/demo.yaml")).toMatchObject({ root: repository, plan: { study: { name: "demo" } } });
  expect((await planOf("matrices/none.yaml")).diagnostics).toMatchObject([{ code: "missing-file" }]);
  mkdirSync(join(folder, "matrices"));
  writeFileSync(join(folder, "matrices/demo.yaml"), "study: own\n");
  expect((await planOf("matrices/demo.yaml")).root).toBe(join(folder, "matrices"));
});

it("lists the engines that there are, with those that extend one, and no other file of sut/", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "sut"));
  const files = {
    gateway: "extends: 'openai'\n",
    vllm: "extends: vllm\n",
    round: "extends: about\n",
    about: "extends: round\n",
    table: "extends: vllm-variables\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `sut/${name}.yaml`), text);
  const world = realWorld();
  const machine = { ...world.machine, packageFolder: repository };
  const shipped = await engineNames({ ...world, machine }, repository);
  expect(shipped).toEqual(expect.arrayContaining(["endpoint", "openai", "simulated", "vllm", "vllm-cpu"]));
  expect(shipped).not.toContain("failures");
  expect(await engineNames({ ...world, machine }, folder)).toEqual([...shipped, "gateway"].toSorted());
});

describe("a study's folder", () => {
  const use = (fragment: string) => `study: a
question: Why?
sut: { engine: simulated, model: m }
baseline: { use: ${fragment} }
design: { kind: isolation, changes: [{ id: seqs, set: { max_num_seqs: 32 } }] }
workloads: [{ workload: w, dataset: { kind: synthetic, profile: chat } }]
`;

  it("is left by a fragment through no link, and one within it may be", async () => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    mkdirSync(join(folder, "experiments"));
    const fragment = "knobs: { max_num_seqs: 16 }\n";
    writeFileSync(join(elsewhere, "base.yaml"), fragment);
    writeFileSync(join(folder, "experiments/own.yaml"), fragment);
    symlinkSync(join(elsewhere, "base.yaml"), join(folder, "experiments/linked.yaml"));
    symlinkSync(elsewhere, join(folder, "experiments/linked"));
    symlinkSync("own.yaml", join(folder, "experiments/inside.yaml"));
    const world = realWorld();
    const machine = { ...world.machine, workingFolder: folder, packageFolder: repository };
    const errorsOf = async (name: string) => {
      writeFileSync(join(folder, "a.yaml"), use(`experiments/${name}.yaml`));
      const { diagnostics } = await loadPlan({ ...world, machine }, { matrix: "a.yaml" });
      return diagnostics.filter(({ severity }) => severity === "error");
    };
    for (const name of ["linked", "linked/base"]) {
      const found = await errorsOf(name);
      expect(found).toMatchObject([{ code: "path-leaves-study", file: "a.yaml", line: 4 }]);
      expect(found[0]?.message).toContain("through a link");
    }
    expect(await errorsOf("inside")).toEqual([]);
  });
});

describe("a study that is too large", () => {
  const planned = async (parts: { design: string; more?: string }) => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "a.yaml"),
      `study: a\nquestion: Why?\nsut: { engine: simulated, model: m }\nbaseline: {}\ndesign:\n${parts.design}
workloads: [{ workload: w, dataset: { kind: synthetic, profile: chat } }]\n${parts.more ?? ""}`,
    );
    const world = realWorld();
    const machine = { ...world.machine, workingFolder: folder, packageFolder: repository };
    const startedMs = performance.now();
    const { plan, diagnostics } = await loadPlan({ ...world, machine }, { matrix: "a.yaml" });
    return { plan, diagnostics, tookMs: performance.now() - startedMs };
  };

  it("is refused with its count before any of it is made: eight factors of eight values", async () => {
    const factors = Array.from({ length: 8 }, (_, at) => `    env.F${at}: [a, b, c, d, e, f, g, h]`).join("\n");
    const { plan, diagnostics, tookMs } = await planned({ design: `  kind: combination\n  factors:\n${factors}` });
    expect(plan).toBeNull();
    expect(diagnostics).toMatchObject([{ code: "too-many-experiments", severity: "error", file: "a.yaml", line: 7 }]);
    expect(diagnostics[0]?.message).toContain("16,777,217 experiments (8 × 8 × 8 × 8 × 8 × 8 × 8 × 8 combinations)");
    expect(tookMs).toBeLessThan(5000);
  });

  it("is refused for a range that is too long to be made, with its length", async () => {
    const factor = "{ from: 16, to: 1000000, step: 1 }";
    const { plan, diagnostics, tookMs } = await planned({
      design: `  kind: combination\n  factors: { max_num_seqs: ${factor} }`,
    });
    expect(plan).toBeNull();
    expect(diagnostics.map(({ code, line, message }) => `${line} ${code}: ${message}`)).toEqual([
      "7 too-many-experiments: `max_num_seqs` has 999,985 points, and a range has at most 10,000",
    ]);
    expect(tookMs).toBeLessThan(5000);
  });

  it("is refused for its sweep, and for its repeats", async () => {
    const one = "  kind: isolation\n  changes: [{ id: b, set: { max_num_seqs: 8 } }]";
    const sweep =
      "sweep: { load.concurrency: { from: 1, to: 1000, step: 1 }, dataset.output_tokens: { from: 1, to: 1000, step: 1 } }";
    const swept = await planned({ design: one, more: sweep });
    expect(swept.diagnostics.map(({ code }) => code)).toEqual(["too-many-experiments"]);
    expect(swept.diagnostics[0]?.message).toContain("2,000,000 experiments (1000 × 1000 points)");
    const few = "sweep: { load.concurrency: { from: 1, to: 1000, step: 1 } }\nrepeats: 1000";
    const repeated = await planned({ design: one, more: few });
    expect(repeated.diagnostics.map(({ code }) => code)).toEqual(["too-many-experiments"]);
    expect(repeated.diagnostics[0]?.message).toContain("2,000,000 trials (2,000 experiments, each 1000 times)");
  });
});

it("refuses a pattern of the study's own engine file that backtracks without end, at its place", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "sut"));
  const engine = `extends: simulated\nfailures:\n  - { class: slow, pattern: "(\\\\s*no room\\\\s*)*!", hint: h }\n`;
  writeFileSync(join(folder, "sut/own.yaml"), engine);
  writeFileSync(
    join(folder, "a.yaml"),
    "study: a\nquestion: Why?\nsut: { engine: own, model: m }\nbaseline: {}\ndesign: { kind: isolation, changes: [{ id: b, set: { max_num_seqs: 8 } }] }\nworkloads: [{ workload: w, dataset: { kind: synthetic, profile: chat } }]\n",
  );
  const world = realWorld();
  const machine = { ...world.machine, workingFolder: folder, packageFolder: repository };
  const { diagnostics } = await loadPlan({ ...world, machine }, { matrix: "a.yaml" });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(errors).toMatchObject([{ code: "slow-pattern", file: "sut/own.yaml", line: 3 }]);
});
