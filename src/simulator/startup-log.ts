import type { Json } from "../schema/json.ts";
import type { Configuration } from "./configuration.ts";
import followedSettings from "./followed-settings.json" with { type: "json" };
import type { StartupFailure } from "./failures.ts";
import type { Log } from "./log.ts";
import type { Settings } from "./settings.ts";

export const engineVersion = "0.32.0";

/** Settings that the simulation follows; every other is accepted and has no effect, which the log says. */
const followed: ReadonlySet<string> = new Set(followedSettings);

const bannerLines = [
  "",
  "       █     █     █▄   ▄█",
  ` ▄▄ ▄█ █     █     █ ▀▄▀ █  version ${engineVersion}`,
  "  █▄█▀ █     █     █     █  model   ",
  "   ▀▀  ▀▀▀▀▀ ▀▀▀▀▀ ▀     ▀",
  "",
];

/** The first lines: what this is, vLLM's banner, what was asked for. */
export function logBeginning(log: Log, modelName: string, settings: Settings, gpuName: string): void {
  log.raw("SIMULATED engine of ceteris: no GPU, no model; figures come from a roofline");
  log.say("APIServer", "WARNING", "simulated", `SIMULATED GPU ${gpuName}; SIMULATED model ${modelName}`);
  for (const line of bannerLines) {
    log.say("APIServer", "INFO", "api_utils.py:347", line.endsWith("model   ") ? line + modelName : line);
  }
  const given = { model_tag: modelName, ...settings, model: modelName };
  log.say("APIServer", "INFO", "api_utils.py:286", `non-default args: ${python(given)}`);
  const idle = Object.keys(settings).filter((name) => !followed.has(name));
  if (idle.length > 0) {
    log.say("APIServer", "WARNING", "simulated", `SIMULATED: accepted without effect: ${idle.toSorted().join(", ")}`);
  }
}

/** What the configuration resolved to, as far as vLLM's API server tells it. */
export function logResolved(log: Log, configuration: Configuration): void {
  const { machinery, maxModelLen, notes } = configuration;
  for (const note of notes) log.say("APIServer", "WARNING", "simulated", note);
  log.say("APIServer", "INFO", "model.py:733", `Resolved architecture: ${machinery.model.architecture}`);
  log.say("APIServer", "INFO", "model.py:2152", `Using max model len ${maxModelLen}`);
  if (configuration.chunkedPrefill) {
    const tokens = configuration.maxNumBatchedTokens;
    log.say(
      "APIServer",
      "INFO",
      "scheduler.py:254",
      `Chunked prefill is enabled with max_num_batched_tokens=${tokens}.`,
    );
  }
}

/** The engine's process comes up. */
export function logEngineStarting(log: Log, configuration: Configuration): void {
  const { modelName, machinery, quantization, enforceEager, prefixCaching, chunkedPrefill } = configuration;
  log.say(
    "EngineCore",
    "INFO",
    "core.py:133",
    `Initializing a V1 LLM engine (v${engineVersion}) with config: model='${modelName}', dtype=torch.${configuration.dtype}, max_seq_len=${configuration.maxModelLen}, tensor_parallel_size=${machinery.tensorParallel}, pipeline_parallel_size=${configuration.pipelineParallel}, data_parallel_size=${configuration.dataParallel}, quantization=${quantization ?? "None"}, enforce_eager=${pythonTruth(enforceEager)}, kv_cache_dtype=${configuration.kvCacheDtype}, device_config=cuda, enable_prefix_caching=${pythonTruth(prefixCaching)}, enable_chunked_prefill=${pythonTruth(chunkedPrefill)}`,
  );
  log.say("EngineCore", "INFO", "gpu_model_runner.py:4148", `Starting to load model ${modelName}...`);
}

/** The engine's process is up: memory by the roofline, `tookS` the time that this start really took. */
export function logEngineReady(log: Log, configuration: Configuration, tookS: number): void {
  const { memory, blocks, blockSize, maxModelLen, graphSizes, enforceEager } = configuration;
  const room = blocks * blockSize;
  const core = (place: string, message: string) => log.say("EngineCore", "INFO", place, message);
  core(
    "gpu_model_runner.py:4233",
    `Model loading took ${gib(memory.weights)} GiB memory and 0.000000 seconds (SIMULATED)`,
  );
  if (configuration.settings["num_gpu_blocks_override"] !== undefined) {
    core("kv_cache_utils.py:2619", `Overriding num_gpu_blocks with num_gpu_blocks_override=${blocks}`);
  }
  core("gpu_worker.py:424", `Available KV cache memory: ${gib(configuration.kvCacheBytes)} GiB (SIMULATED)`);
  const concurrency = (room / maxModelLen).toFixed(2);
  core(
    "kv_cache_utils.py:2327",
    `GPU KV cache size: ${grouped(room)} tokens, Maximum concurrency for ${grouped(maxModelLen)} tokens per request: ${concurrency}x (SIMULATED)`,
  );
  if (!enforceEager && graphSizes.length > 0) {
    core("gpu_model_runner.py:5080", `Graph capturing finished in 0 secs, took ${gib(memory.graphs)} GiB (SIMULATED)`);
  }
  core("core.py:402", `init engine (profile, create kv cache, warmup model) took ${tookS.toFixed(2)} s (SIMULATED)`);
}

/** The socket is open. */
export function logListening(
  log: Log,
  host: string,
  port: number,
  routes: readonly [string, string][],
  pid: number,
): void {
  log.say("APIServer", "INFO", "entry.py:136", "Supported tasks: ['generate']");
  log.say("APIServer", "INFO", "entry.py:140", `Starting vLLM server on http://${host}:${port}`);
  log.say("APIServer", "INFO", "launcher.py:186", "Available routes are:");
  for (const [path, method] of routes) {
    log.say("APIServer", "INFO", "launcher.py:195", `Route: ${path}, Methods: ${method}`);
  }
  log.raw(`INFO:     Started server process [${pid}]`);
  log.raw("INFO:     Waiting for application startup.");
  log.raw("INFO:     Application startup complete.");
}

/** A start that failed, in the order of vLLM's lines: the cause, then the general last line. */
export function logFailure(log: Log, failure: StartupFailure): void {
  const place = {
    arguments: 'File "vllm/engine/arg_utils.py", line 2240, in create_engine_config',
    socket: 'File "vllm/entrypoints/launchers/launcher.py", line 348, in create_server_socket',
    "engine core": 'File "vllm/v1/engine/utils.py", line 1431, in wait_for_engine_startup',
  }[failure.where];
  const traceback = ["Traceback (most recent call last):", `  ${place}`];
  if (failure.where === "engine core") {
    const error = (message: string) => log.say("EngineCore", "ERROR", "core.py:1510", message);
    error("EngineCore failed to start.");
    error("Traceback (most recent call last):");
    for (const message of failure.error) error(message);
    log.raw("Process EngineCore:");
    for (const message of ["Traceback (most recent call last):", ...failure.error]) log.raw(message);
    for (const message of traceback) log.raw(message);
    log.raw("RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}");
    return;
  }
  for (const message of [...traceback, ...failure.error]) log.raw(message);
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(2);
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

function pythonTruth(value: boolean): string {
  return value ? "True" : "False";
}

/** As Python prints a value. */
function python(value: Json): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return pythonTruth(value);
  if (typeof value === "string") return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object") {
    return `{${Object.entries(value)
      .map(([key, member]) => `'${key}': ${python(member)}`)
      .join(", ")}}`;
  }
  return String(value);
}
