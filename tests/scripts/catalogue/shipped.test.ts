import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { pathOf, shipped, shippedCatalogue } from "../../../scripts/catalogue/shipped.ts";
import { fixtureText } from "../../support/engine-named.ts";

const made = new Map(shipped.map((one) => [one.version, shippedCatalogue(one)]));
const of = (version: string) => made.get(version)!;
const { knobs, overruled, missing } = of("0.32.0");

describe.each(shipped)("the catalogue of $version", (one) => {
  const catalogue = of(one.version);
  const help = fixtureText(`vllm/${one.help}`);
  const committed = readFileSync(new URL(`../../../${pathOf(one.version)}`, import.meta.url), "utf8");

  it("is what the recordings and the hand table make, and reads back so", () => {
    expect(committed === catalogue.yaml, "npm run generate").toBe(true);
    expect(parse(committed)).toEqual(catalogue.file);
  });

  it("has every option of the help, less those that are no knobs", () => {
    const flags = [...help.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, flag]) => flag?.slice(2).replaceAll("-", "_") ?? "");
    const { not_knobs: notKnobs = {} } = catalogue.file;
    expect(flags.length).toBeGreaterThan(200);
    expect(flags.filter((name) => !(name in catalogue.knobs) && !(name in notKnobs))).toEqual([]);
  });

  it("has a resolved path only where a launch of that version had it, or says that none was seen", () => {
    const recorded = one.serverInfo === null ? null : JSON.parse(fixtureText(`vllm/${one.serverInfo}`));
    const at = (path: string) =>
      path
        .split(".")
        .reduce<unknown>((below, part) => (below as Record<string, unknown> | undefined)?.[part], recorded.vllm_config);
    const paths = Object.values(catalogue.knobs).flatMap(({ resolved }) => resolved ?? []);
    expect(paths.length).toBeGreaterThan(100);
    expect(catalogue.file.provenance?.resolved === undefined).toBe(recorded === null);
    if (recorded !== null) expect(paths.filter((path) => at(path) === undefined)).toEqual([]);
  });

  it("leaves out secrets and what Ceteris sets itself", () => {
    for (const name of ["host", "port", "model", "revision", "hf_token", "api_key", "config"])
      expect(catalogue.knobs).not.toHaveProperty(name);
  });
});

describe("versions", () => {
  it("have nothing by hand that the version denies for which it was written", () => {
    expect([overruled, missing]).toEqual([[], []]);
    expect(of("0.33.0")).toMatchObject({ overruled: [], missing: [] });
    expect(of("0.17.1").overruled).toEqual(["gpu_memory_utilization.default: 0.92 by hand, 0.9 in 0.17.1"]);
  });

  it("differ as vLLM does", () => {
    const [old, late] = [of("0.17.1").knobs, of("0.33.0").knobs];
    expect(old["linear_backend"]).toBeUndefined();
    expect(old["gpu_memory_utilization"]).toMatchObject({ default: 0.9 });
    expect(old["disable_cascade_attn"]).not.toHaveProperty("inert");
    expect(old["enable_prefix_caching"]).toMatchObject({ negation: "--no-enable-prefix-caching" });
    expect(late["enable_prefix_caching"]).toMatchObject({ negation: "--disable-prefix-caching" });
  });

  it.each(["0.32.0", "0.33.0"])("take deprecated options still: %s", (version) => {
    const { disable_cascade_attn: cascade, log_config_file: file } = of(version).knobs;
    expect(cascade).toMatchObject({ flag: "--disable-cascade-attn", inert: expect.stringContaining("has no effect") });
    expect(file).toMatchObject({ flag: "--log-config-file" });
    expect([cascade?.until, file?.until]).toEqual([undefined, undefined]);
  });

  it("check members of JSON knobs only where they were read", () => {
    expect(knobs["speculative_config"]?.members).toHaveProperty("method");
    for (const version of ["0.17.1", "0.33.0"])
      expect(Object.values(of(version).knobs).flatMap(({ members }) => members ?? [])).toEqual([]);
  });

  it("have the variables of their own, and what became of others", () => {
    const names = (version: string) => of(version).file.own_variables?.names ?? {};
    expect(Object.keys(names("0.32.0"))).toHaveLength(301);
    expect(names("0.17.1")).toHaveProperty("VLLM_USE_FLASHINFER_MOE_FP8");
    expect(names("0.17.1")).not.toHaveProperty("VLLM_B12X_MOE_FP4_FORCE_A16");
  });
});

describe("knobs", () => {
  it.each([
    ["max_num_seqs", { flag: "--max-num-seqs", type: "int", min: 1, resolved: "scheduler_config.max_num_seqs" }],
    [
      "enable_prefix_caching",
      {
        type: "bool",
        negation: "--no-enable-prefix-caching",
        default: true,
        resolved: "cache_config.enable_prefix_caching",
      },
    ],
    ["gpu_memory_utilization", { flag: "--gpu-memory-utilization", type: "float", default: 0.92 }],
    ["compilation_config", { type: "json", resolved: "compilation_config", group: "VllmConfig" }],
    ["max_model_len", { type: "int", min: -1 }],
    ["disable_log_stats", { type: "bool", default: false }],
    ["cudagraph_capture_sizes", { type: "list" }],
    ["tool_call_parser", { type: "choice", open: true }],
    ["model_impl", { type: "choice", values: ["auto", "terratorch", "transformers", "vllm"], open: true }],
    ["scheduling_policy", { type: "choice", values: ["fcfs", "priority"], resolved: "scheduler_config.policy" }],
    ["max_lora_rank", { type: "int" }],
    ["watermark", { type: "float", resolved: "scheduler_config.watermark" }],
    ["quantization", { type: "choice", open: true }],
    ["dtype", { same: expect.objectContaining({ bfloat16: "torch.bfloat16", half: "torch.float16" }) }],
    ["num_scheduler_steps", { until: "0.10.1", replacement: expect.stringContaining("async_scheduling") }],
    ["swap_space", { until: "0.18.0" }],
  ])("%s", (name, expected) => {
    expect(knobs[name]).toMatchObject(expected);
  });

  it("has the choices of the KV cache's format, without those of another version", () => {
    expect(knobs["kv_cache_dtype"]?.values).toEqual(expect.arrayContaining(["auto", "fp8", "fp8_e4m3", "nvfp4"]));
    expect(knobs["kv_cache_dtype"]?.values).not.toContain("None");
  });

  it("has a bool without a negation where vLLM has none", () => {
    expect(knobs["disable_log_stats"]?.negation).toBeUndefined();
  });

  it("tells what took the place of every knob that is gone", () => {
    const gone = Object.entries(knobs).filter(([, { until }]) => until !== undefined);
    expect(gone.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        "num_scheduler_steps",
        "scheduler_delay_factor",
        "swap_space",
        "max_seq_len_to_capture",
        "disable_async_output_proc",
        "calculate_kv_scales",
      ]),
    );
    expect(gone.filter(([, { replacement }]) => replacement === undefined)).toEqual([]);
  });
});
