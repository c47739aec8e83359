import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { designKinds, expandStudy } from "../src/design/index.ts";
import { lintStudy, loadStudy } from "../src/matrix/index.ts";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const read = (path: string) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};

function plan(file: string, sut?: string) {
  const { study, diagnostics } = loadStudy({
    file: `matrices/${file}`,
    root,
    read,
    designs: designKinds,
    sutFolders: [`${root}/sut`],
    rulesets: { folders: [`${root}/experiments/rulesets`], names: [] },
    overrides: sut === undefined ? {} : { sut },
  });
  if (study === null) throw new Error(JSON.stringify(diagnostics));
  const expansion = expandStudy(study);
  return { study, expansion, diagnostics: [...diagnostics, ...lintStudy(study, expansion)] };
}

const declaresLengths = ({ kind }: { kind: string }): boolean => kind === "synthetic" || kind === "conversations";

/** Rows with the baseline, and those of them that are SKIPPED on the matrix's own engine. */
const expected: Record<string, { rows: number; skipped: string[] }> = {
  "accuracy.yaml": { rows: 13, skipped: ["acc_compile_cfg_3", "acc_prefix_cache_on", "acc_sched_steps_4"] },
  "combination.yaml": { rows: 11, skipped: ["exp_B1", "exp_B3"] },
  "cpu-accuracy.yaml": { rows: 3, skipped: [] },
  "cpu-chat.yaml": { rows: 2, skipped: [] },
  "cpu-stacked.yaml": { rows: 5, skipped: [] },
  "demo.yaml": { rows: 5, skipped: [] },
  "isolation.yaml": { rows: 20, skipped: ["exp_02", "exp_05", "exp_07", "exp_08"] },
  "mlperf-server.yaml": { rows: 2, skipped: [] },
  "peak.yaml": { rows: 2, skipped: [] },
  "quant-apc-chunked.yaml": { rows: 7, skipped: ["quant_int8_weights"] },
  "stacked.yaml": { rows: 10, skipped: ["stk_07_compile3", "stk_09_bitsandbytes"] },
};
const files = readdirSync(`${root}/matrices`).filter((file) => file.endsWith(".yaml"));

it("has every matrix that the documents name", () => {
  expect(files).toEqual(expect.arrayContaining(Object.keys(expected)));
});

describe.each(files)("%s", (file) => {
  it("plans without an error", () => {
    const { expansion, diagnostics } = plan(file);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(new Set(expansion.experiments.map(({ id }) => id)).size).toBeGreaterThan(1);
  });

  it("has its rows", () => {
    const counts = expected[file];
    if (!counts) return;
    const { rows } = plan(file).expansion;
    expect(rows).toHaveLength(counts.rows);
    expect(rows.filter(({ skip }) => skip !== undefined).map(({ id }) => id)).toEqual(counts.skipped);
  });

  it("moves one knob a row, or says why not", () => {
    const { rows } = plan(file).expansion;
    const silent = rows.filter((row) => Object.keys(row.changed).length > 1 && row.compound === undefined);
    expect(silent.filter(({ skip }) => skip === undefined)).toEqual([]);
  });

  it("plans on the simulated engine, with the baseline and at least one change", () => {
    const { study, expansion, diagnostics } = plan(file, "simulated");
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(study.engine.origin).toBe("simulated");
    // What declares its lengths keeps them; a file's prompts have something in their place.
    const own = plan(file).study.workloads.every(({ dataset }) => declaresLengths(dataset));
    expect(study.standIn === null).toBe(study.declaredEngine === "simulated" || own);
    expect(study.workloads.filter(({ dataset }) => !declaresLengths(dataset))).toEqual([]);
    const runnable = expansion.rows.filter(({ skip }) => skip === undefined);
    expect(runnable[0]?.against).toBeNull();
    expect(runnable.length).toBeGreaterThan(1);
  });
});

describe("the published study", () => {
  it("keeps the names of its rows, in its table's order", () => {
    expect(plan("stacked.yaml").expansion.rows.map(({ id }) => id)).toEqual([
      "stk_00_baseline",
      "stk_01_fp8",
      "stk_03_kv2668",
      "stk_04_sort",
      "stk_05_gmu095",
      "stk_06_kvcache_fp8",
      "stk_07_compile3",
      "stk_08_expandable",
      "stk_09_bitsandbytes",
      "stk_02_bs1024",
    ]);
  });

  it("drives the client in chunks of 16, which is not the engine's batch", () => {
    const { knobs, workload } = plan("isolation.yaml").expansion.experiments[0] ?? {};
    expect(knobs).toMatchObject({ "load.batch_size": 16, max_num_seqs: 256 });
    expect(workload?.load).toMatchObject({ batch_size: 16, barrier: true });
  });

  it("scores the same configuration that it measures", () => {
    const { study } = plan("stacked.yaml");
    expect(study.accuracy).toMatchObject({ name: "cnn-dailymail-accuracy", sampling: study.workloads[0]?.sampling });
  });

  it("stacks a step on those before it, and passes over skipped ones", () => {
    const last = plan("stacked.yaml").expansion.rows.at(-1);
    expect(last?.assignment).toMatchObject({
      quantization: "fp8",
      max_model_len: 2668,
      kv_cache_dtype: "fp8",
      "load.batch_size": 1024,
    });
    expect(last?.assignment).not.toHaveProperty("optimization_level");
  });

  it("is named twice nowhere: no two rows that are run are the same program", () => {
    const rows = plan("isolation.yaml").expansion.experiments.filter(({ skip }) => skip === null);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });
});
