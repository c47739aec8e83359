import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { catalogueCommand } from "../../src/commands/catalogue.ts";
import { loadPlan } from "../../src/plan/index.ts";
import type { EngineFile } from "../../src/schema/engine-file.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

/** As much of vLLM's command as is asked; `0.25.1` is a version of which no catalogue ships. */
const program = (version: string, end = 0) => `#!/bin/sh
[ "$1" = --version ] && { echo "INFO importing"; echo ${version}; exit ${end}; }
cat <<'END'
options:
  --max-num-seqs MAX_NUM_SEQS
                        Sequences in a step. (default: 512)
  --enable-prefix-caching, --no-enable-prefix-caching
                        (default: True)
  --decode-slack-us DECODE_SLACK_US
                        How long a step waits. (default: 0)
  --tensor-parallel-size TENSOR_PARALLEL_SIZE, -tp TENSOR_PARALLEL_SIZE
  --pipeline-parallel-size PIPELINE_PARALLEL_SIZE
  --data-parallel-size DATA_PARALLEL_SIZE
  --prefill-context-parallel-size PREFILL_CONTEXT_PARALLEL_SIZE
  --port PORT
END
exit ${end}
`;
const packaged = "lib/python3.12/site-packages";

function study(files: Record<string, string>) {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries({ "experiments/README.md": "", ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    chmodSync(join(folder, path), 0o755);
  }
  let [out, err] = ["", ""];
  const real = realWorld();
  const streams = { ...real.streams, out: (text: string) => (out += text), err: (text: string) => (err += text) };
  const variables = { ...real.variables, PATH: `${join(folder, "venv/bin")}:${real.variables["PATH"]}` };
  const world = { ...real, streams, variables, machine: { ...real.machine, workingFolder: folder } };
  return { folder, world: world as unknown as typeof real, said: () => ({ out, err }) };
}

it("writes the options of the installed version where a matrix's `sut.version` finds them", async () => {
  const { folder, world, said } = study({
    "venv/bin/vllm": program("never asked"),
    [`venv/${packaged}/vllm-0.25.1+cpu.dist-info/METADATA`]: "",
    [`venv/${packaged}/vllm/envs.py`]: 'x = {\n    "VLLM_FRESH": lambda: 1,\n}\n',
    "a.yaml": `study: a
question: q?
sut: { engine: vllm, model: m/m, version: 0.25.1 }
baseline: { knobs: { decode_slack_us: 3 } }
design: { kind: isolation, changes: [{ id: b, set: { max_num_seqs: 512 } }, { id: c, set: { env.VLLM_STALE: "1" } }] }
workloads: [{ dataset: { kind: synthetic, profile: chat } }]
`,
  });
  const before = await loadPlan(world, { matrix: "a.yaml" });
  expect(before.diagnostics.map(({ code }) => code)).toEqual(expect.arrayContaining(["no-catalogue", "unknown-knob"]));

  expect(await catalogueCommand(world, { engine: "vllm" })).toBe(0);
  expect(said().out).toMatch(/^\d+ knobs of vllm 0\.25\.1 are in sut\/vllm-0\.25\.1-knobs\.yaml\n$/);
  const file = parse(readFileSync(join(folder, "sut/vllm-0.25.1-knobs.yaml"), "utf8")) as EngineFile;
  expect(file).toMatchObject({
    version: "0.25.1",
    provenance: { options: "`serve --help=all` of vllm 0.25.1+cpu" },
    knobs: {
      max_num_seqs: { type: "int", default: 512, resolved: "scheduler_config.max_num_seqs" },
      decode_slack_us: { flag: "--decode-slack-us", type: "int", default: 0 },
      swap_space: { until: "0.18.0" },
    },
  });
  expect(file.provenance).not.toHaveProperty("resolved");
  expect(file.knobs).not.toHaveProperty("port");
  expect(file.own_variables?.names).toHaveProperty("VLLM_FRESH");

  const after = await loadPlan(world, { matrix: "a.yaml" });
  expect(after.plan?.study.engine.catalogue).toMatchObject({ version: "0.25.1", isSeen: false });
  const codes = after.diagnostics.map(({ code, severity }) => `${severity} ${code}`);
  expect(codes).toEqual(
    expect.arrayContaining(["info catalogue-unseen", "error changes-nothing", "error unknown-variable"]),
  );
  expect(codes.join()).not.toMatch(/no-catalogue|unknown-knob/);
});

it("asks the program for its version where no package tells it, and leaves out variables that it cannot find", async () => {
  const { folder, world, said } = study({ "venv/bin/vllm": program("v0.25.1") });
  expect(await catalogueCommand(world, { engine: "vllm", out: "mine.yaml" })).toBe(0);
  const file = parse(readFileSync(join(folder, "mine.yaml"), "utf8")) as EngineFile;
  expect(file.version).toBe("0.25.1");
  expect(file).not.toHaveProperty("own_variables");
  expect(said().err).toContain("the variables that it reads were not found");
});

it("writes nothing where a catalogue of that version is there", async () => {
  const { folder, world, said } = study({ "venv/bin/vllm": program("0.33.0") });
  expect(await catalogueCommand(world, { engine: "vllm" })).toBe(0);
  expect(said().out).toBe("vllm-0.33.0-knobs.yaml is the catalogue of vllm 0.33.0; --out FILE writes another\n");
  expect(existsSync(join(folder, "sut"))).toBe(false);
});

it.each([
  ["an engine that is not here", "vllm", {}, "no program vllm on PATH"],
  ["a program that fails", "vllm", { "venv/bin/vllm": program("0.25.1", 3) }, "--version ended with 3"],
  ["an engine with one table for all versions", "sglang", {}, "sglang has no catalogue of its own version"],
  ["the simulated engine", "simulated", {}, "simulated has no catalogue of its own version"],
  ["an engine that there is not", "nothing", {}, "there is no engine file nothing.yaml"],
])("refuses %s", async (_, engine, files, message) => {
  const { folder, world, said } = study(files);
  const alone = { ...world, variables: { ...world.variables, PATH: `${join(folder, "venv/bin")}:/bin` } };
  expect(await catalogueCommand(alone, { engine })).toBe(2);
  expect(said().err).toContain(message);
});

it("names the engines that it takes where it is asked for one that there is not", async () => {
  const { world, said } = study({});
  expect(await catalogueCommand(world, { engine: "vlm" })).toBe(2);
  expect(said().err).toBe(
    "ceteris: there is no engine file vlm.yaml\n  did you mean `vllm`? choices: vllm, vllm-cpu\n",
  );
});
