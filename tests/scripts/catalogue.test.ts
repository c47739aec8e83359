import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { makeCatalogue } from "../../scripts/catalogue.ts";
import { parseHelp } from "../../scripts/catalogue/help-text.ts";
import { mergeCatalogue } from "../../scripts/catalogue/merge.ts";
import { resolvedFields } from "../../scripts/catalogue/resolved-paths.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const help = read("tests/fixtures/vllm/serve_help_all.txt");
const inputs = {
  version: "0.32.0",
  help,
  hand: read("sut/catalogue/vllm-hand.yaml"),
  serverInfo: read("tests/fixtures/vllm/server_info.json"),
};
const { knobs, overruled, file, yaml } = makeCatalogue(inputs);

describe("the committed catalogue", () => {
  it("is what the script makes of the help and the hand table", () => {
    expect(read("sut/vllm-0.32.0-knobs.yaml") === yaml, "run the command at the top of that file").toBe(true);
  });

  it("has nothing by hand that vLLM denies", () => {
    expect(overruled).toEqual([]);
  });

  it("reads back as it was made", () => {
    expect(parse(yaml)).toEqual(file);
    expect(file).toMatchObject({ version: "0.32.0", knobs, not_knobs: { port: expect.any(String) } });
  });

  it("has every option of the help, less those that are no knobs", () => {
    const flags = [...help.matchAll(/^ {2}(--[\w-]+)/gm)].map(([, flag]) => flag?.slice(2).replaceAll("-", "_") ?? "");
    const { not_knobs: notKnobs } = parse(inputs.hand) as { not_knobs: Record<string, string> };
    expect(flags.length).toBeGreaterThan(300);
    expect(flags.filter((name) => !(name in knobs) && !(name in notKnobs))).toEqual([]);
  });

  it("leaves out secrets and what Ceteris sets itself", () => {
    for (const name of ["host", "port", "model", "revision", "hf_token", "api_key", "config"])
      expect(knobs).not.toHaveProperty(name);
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

  it("has a resolved path only where the recorded configuration has it", () => {
    const recorded = (JSON.parse(inputs.serverInfo) as { vllm_config: object }).vllm_config;
    const at = (path: string) =>
      path
        .split(".")
        .reduce<unknown>((below, part) => (below as Record<string, unknown> | undefined)?.[part], recorded);
    const wrong = Object.entries(knobs).filter(
      ([, { resolved }]) => resolved !== undefined && at(resolved) === undefined,
    );
    expect(wrong).toEqual([]);
  });
});

describe("parseHelp", () => {
  const text = `usage: x

options:
  --plain PLAIN
  --many {a,b} [{a,b} ...]
  --long-help LONG_HELP, -lh LONG_HELP
                        What it does, in more words than one line of a ter-
                        minal holds (e.g. this). And a second sentence.
                        (default: 7)
  --on, --no-on         Turns it on. (default: True)

Group:
  Of things.

      - not an option

  --json JSON           Should either be a valid JSON string or JSON keys
                        passed individually. (default: Thing(a=1))

The end:
   --json '{"a": 1}'
`;
  const options = Object.fromEntries(parseHelp(text).map((option) => [option.name, option]));

  it("reads options, and not what only looks like one", () => {
    expect(Object.keys(options)).toEqual(["plain", "many", "long_help", "on", "json"]);
  });

  it("knows what it does not know", () => {
    expect(options["plain"]).toMatchObject({ type: "string", typeIsCertain: false });
    expect(options["many"]).toMatchObject({ type: "list", values: ["a", "b"] });
  });

  it("joins wrapped help and keeps its first sentence", () => {
    expect(options["long_help"]).toMatchObject({
      aliases: ["-lh"],
      default: 7,
      help: "What it does, in more words than one line of a ter-minal holds (e.g. this).",
    });
  });

  it("reads negations, groups and defaults, and leaves out a default that is no value", () => {
    expect(options["on"]).toMatchObject({ type: "bool", negation: "--no-on", default: true, group: "options" });
    expect(options["json"]).toMatchObject({ type: "json", group: "Group" });
    expect(options["json"]).not.toHaveProperty("default");
    expect(options["json"]).not.toHaveProperty("help");
  });
});

describe("mergeCatalogue", () => {
  const [option] = parseHelp("options:\n  --speed {slow,fast}   How fast. (default: slow)\n");
  if (!option) throw new Error("the help has one option");
  const merge = (knob: object) =>
    mergeCatalogue("2.0.0", [option], new Map(), { not_knobs: {}, knobs: { speed: knob } });

  it("lets the engine win, and says so", () => {
    const { knobs: merged, overruled: denied } = merge({
      values: ["slow"],
      default: "fast",
      type: "int",
      until: "1.5.0",
    });
    expect(merged["speed"]).toMatchObject({ type: "choice", values: ["slow", "fast"], default: "slow" });
    expect(merged["speed"]).not.toHaveProperty("until");
    expect(denied.map((line) => line.split(":")[0])).toEqual([
      "speed.until",
      "speed.type",
      "speed.values",
      "speed.default",
    ]);
  });

  it("takes from the hand table what the engine does not say", () => {
    expect(merge({ min: 1, until: "3.0.0", help: "Ours." }).knobs["speed"]).toMatchObject({
      min: 1,
      until: "3.0.0",
      help: "Ours.",
    });
  });

  it("keeps a knob that is gone, and drops one that never was", () => {
    const { knobs: merged, overruled: denied } = mergeCatalogue("2.0.0", [], new Map(), {
      not_knobs: { port: "ours" },
      knobs: { old_one: { type: "int", until: "1.0.0" }, never: { type: "int" } },
    });
    expect(merged).toEqual({ old_one: { flag: "--old-one", type: "int", until: "1.0.0" } });
    expect(denied).toHaveLength(2);
  });
});

describe("resolvedFields", () => {
  it("finds a field by a name that occurs once, with the type of its value", () => {
    const fields = resolvedFields(`{"vllm_config": {"a": {"n": 1, "x": 2.0, "both": true}, "b": {"both": false}}}`);
    expect(fields.get("n")).toEqual({ path: "a.n", type: "int" });
    expect(fields.get("x")).toEqual({ path: "a.x", type: "float" });
    expect(fields.has("both")).toBe(false);
  });
});
