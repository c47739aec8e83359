import { describe, expect, it } from "vitest";
import { commandLine, maskedArgv, secretsWithin, type CommandRequest } from "../../src/engine/command-line.ts";
import { engineWith } from "../support/engines.ts";

const engine = engineWith({
  name: "vllm",
  version: "0.32.0",
  command: ["{executable}", "serve", "{model}", "--host", "{host}", "--port={port}"],
  always: ["--generation-config", "vllm"],
  revisionFlag: "--revision",
  variables: { DEV_MODE: "1", SHARED: "engine" },
  privateFolders: { TMPDIR: "private", CACHE_ROOT: "cache" },
  passThrough: ["HF_TOKEN", "CUDA_*"],
  devicesVariable: "CUDA_VISIBLE_DEVICES",
  knobs: {
    max_num_seqs: { flag: "--max-num-seqs", type: "int" },
    gpu_memory_utilization: { flag: "--gpu-memory-utilization", type: "float" },
    enforce_eager: { flag: "--enforce-eager", type: "bool" },
    enable_prefix_caching: {
      flag: "--enable-prefix-caching",
      negation: "--no-enable-prefix-caching",
      type: "bool",
    },
    speculative_config: { flag: "--speculative-config", type: "json" },
    capture_sizes: { flag: "--cudagraph-capture-sizes", type: "list" },
    cache_tokens: { flag: "--set cache.tokens=", type: "int" },
    cache_windows: { flag: "--set cache.windows=", type: "list" },
    cache_reuse: { flag: "--set cache.reuse=true", negation: "--set cache.reuse=false", type: "bool" },
    tokenizer: { flag: "--tokenizer", type: "string" },
    max_model_len: { flag: "--max-model-len", type: "int" },
  },
});

function request(members: Partial<CommandRequest>): CommandRequest {
  return {
    engine,
    model: "org/model",
    revision: null,
    tokenizer: null,
    devices: [],
    extraArgs: [],
    knobs: {},
    executable: ["/opt/vllm"],
    host: "127.0.0.1",
    port: 8123,
    folders: { private: "/private", cache: "/cache" },
    userVariables: {},
    ...members,
  };
}

describe("the argument list", () => {
  it("has values as the matrix wrote them, alone and in lists", () => {
    const written = new Map([
      ["gpu_memory_utilization 0.9", "0.90"],
      ["capture_sizes 1", "1.0"],
    ]);
    const knobs = { gpu_memory_utilization: 0.9, capture_sizes: [1, 2] };
    expect(commandLine(request({ knobs, written })).argv.slice(8)).toEqual([
      "--gpu-memory-utilization",
      "0.90",
      "--cudagraph-capture-sizes",
      "1.0",
      "2",
    ]);
    const variable = { knobs: { "env.ARCH_LIST": 9 }, written: new Map([["env.ARCH_LIST 9", "9.0"]]) };
    expect(commandLine(request(variable)).variables).toMatchObject({ ARCH_LIST: "9.0" });
  });

  it("fills the placeholders, then the flags of every launch, the revision, the knobs and what passes through", () => {
    const { argv } = commandLine(
      request({ revision: "abc", knobs: { max_num_seqs: 16 }, extraArgs: ["--seed", "1"], executable: ["node", "x"] }),
    );
    expect(argv).toEqual(
      [
        ["node", "x", "serve", "org/model", "--host", "127.0.0.1", "--port=8123"],
        ["--generation-config", "vllm", "--revision", "abc", "--max-num-seqs", "16", "--seed", "1"],
      ].flat(),
    );
  });

  const rows: [string, Record<string, unknown>, string[]][] = [
    ["a whole number", { max_num_seqs: 16 }, ["--max-num-seqs", "16"]],
    ["a fraction", { gpu_memory_utilization: 0.95 }, ["--gpu-memory-utilization", "0.95"]],
    ["a bool that is true", { enforce_eager: true }, ["--enforce-eager"]],
    ["a bool that is false and has no negation", { enforce_eager: false }, []],
    ["a bool that is false and has one", { enable_prefix_caching: false }, ["--no-enable-prefix-caching"]],
    ["a list", { capture_sizes: [1, 2, 4] }, ["--cudagraph-capture-sizes", "1", "2", "4"]],
    ["an empty list", { capture_sizes: [] }, []],
    [
      "a JSON value",
      { speculative_config: { method: "ngram", n: 3 } },
      ["--speculative-config", '{"method":"ngram","n":3}'],
    ],
    ["a JSON value that is written out", { speculative_config: '{"a": 1}' }, ["--speculative-config", '{"a": 1}']],
    ["a value that begins with a dash", { max_model_len: -1 }, ["--max-model-len=-1"]],
    ["a knob set to null", { max_num_seqs: null }, []],
    ["a value behind its own =", { cache_tokens: 64 }, ["--set", "cache.tokens=64"]],
    ["a list behind it, as one argument", { cache_windows: [1, 2] }, ["--set", "cache.windows=[1,2]"]],
    ["a bool of two words", { cache_reuse: false }, ["--set", "cache.reuse=false"]],
    ["load and environment knobs", { "load.concurrency": 4, "env.X": "1" }, []],
  ];
  it.each(rows)("writes %s", (_, knobs, flags) => {
    const { argv } = commandLine(request({ knobs: knobs as CommandRequest["knobs"] }));
    expect(argv.slice(8)).toEqual(flags);
  });

  it("does not depend on the order of the knobs", () => {
    const one = commandLine(request({ knobs: { enforce_eager: true, max_num_seqs: 1 } }));
    const other = commandLine(request({ knobs: { max_num_seqs: 1, enforce_eager: true } }));
    expect(one.argv).toEqual(other.argv);
  });

  it("passes the study's tokenizer through the engine's knob, unless the knob is set", () => {
    expect(commandLine(request({ tokenizer: "t" })).argv.slice(8)).toEqual(["--tokenizer", "t"]);
    expect(commandLine(request({ tokenizer: "t", knobs: { tokenizer: "own" } })).argv.slice(8)).toEqual([
      "--tokenizer",
      "own",
    ]);
  });

  it("refuses a knob that the engine file does not have", () => {
    expect(() => commandLine(request({ knobs: { no_such: 1 } }))).toThrow("no_such");
  });
});

describe("the environment", () => {
  it("takes from the user only what the engine file lets through, with names that end in *", () => {
    const userVariables = { PATH: "/bin", HF_TOKEN: "hf_secret", CUDA_HOME: "/cuda", AWS_SECRET: "no", EDITOR: "vi" };
    const { variables } = commandLine(request({ userVariables }));
    expect(Object.keys(variables).toSorted()).toEqual([
      "CACHE_ROOT",
      "CUDA_HOME",
      "DEV_MODE",
      "HF_TOKEN",
      "PATH",
      "SHARED",
      "TMPDIR",
    ]);
  });

  it("gives private folders, a cache by version, the devices, and env knobs the last word", () => {
    const command = commandLine(
      request({
        devices: ["1", "3"],
        knobs: { "env.SHARED": "knob", "env.FLAG": true, "env.NOT_SET": null },
        userVariables: { CUDA_VISIBLE_DEVICES: "0" },
      }),
    );
    expect(command.variables).toEqual({
      DEV_MODE: "1",
      SHARED: "knob",
      FLAG: "1",
      TMPDIR: "/private/TMPDIR",
      CACHE_ROOT: "/cache/engine-cache/vllm-0.32.0",
      CUDA_VISIBLE_DEVICES: "1,3",
    });
    expect(command.privateFolder).toBe("/private");
    expect(command.cacheFolder).toBe("/cache/engine-cache/vllm-0.32.0");
    expect(commandLine(request({ version: "0.31.0" })).cacheFolder).toBe("/cache/engine-cache/vllm-0.31.0");
  });

  it("passes what is the engine's alone: neither what the client decides nor what says which engine it is", () => {
    const knobs = {
      "load.concurrency": 4,
      "dataset.input_tokens": 64,
      "arrivals.rate_end": 2,
      "sut.version": "0.31.0",
      max_num_seqs: 8,
    };
    expect(commandLine(request({ knobs })).argv.slice(-2)).toEqual(["--max-num-seqs", "8"]);
  });

  it("keeps the names of secrets and never their values", () => {
    const proxied = engineWith({ ...engine, passThrough: ["HF_TOKEN", "HTTPS_PROXY", "TOKENIZERS_PARALLELISM"] });
    const command = commandLine(
      request({
        engine: proxied,
        userVariables: {
          HF_TOKEN: "hf_abcdefgh",
          HTTPS_PROXY: "http://me:pass@proxy:3128",
          TOKENIZERS_PARALLELISM: "false",
        },
        extraArgs: ["--api-key=hf_abcdefgh", "--flag=false"],
      }),
    );
    expect(command.environmentNames).toContain("HF_TOKEN");
    const kept = JSON.stringify([command.environmentValues, maskedArgv(command)]);
    expect(kept).not.toContain("hf_abcdefgh");
    expect(kept).not.toContain("me:pass");
    expect(maskedArgv(command).slice(-2)).toEqual(["--api-key=***", "--flag=false"]);
    expect(command.secrets).toEqual(expect.arrayContaining(["hf_abcdefgh", "http://me:pass@proxy:3128"]));
  });

  it("hides what the matrix takes from another variable, but for a plain value under a plain name", () => {
    const command = commandLine(
      request({
        knobs: { "env.MY_SETTING": { env: "S" }, "env.OMP_NUM_THREADS": { env: "N" }, "env.API_KEY": { env: "K" } },
        userVariables: { S: "geheim7", N: "1", K: "12345", PGPASSWORD: "postgres" },
      }),
    );
    expect(secretsWithin(command)).toEqual(["geheim7", "12345"]);
    expect(command.secrets).toEqual(["postgres", "geheim7", "12345"]);
  });
});
