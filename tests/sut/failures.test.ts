import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { classify } from "../../src/engine/failures.ts";
import { loadEngine } from "../../src/matrix/index.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "tests/fixtures/failing-starts");
const unclassified = { class: "engine-exited", hint: "" };

function engineNamed(name: string) {
  const read = (path: string) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  };
  const { engine, diagnostics } = loadEngine({ name, read, sutFolders: [join(root, "sut")], root });
  expect(diagnostics).toEqual([]);
  return engine!;
}

const engines = { vllm: engineNamed("vllm"), "llama-cpp": engineNamed("llama-cpp") };
const rows = readFileSync(join(folder, "expected.tsv"), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((row) => row.split("\t") as [string, string, keyof typeof engines, "with" | "apart"]);

describe("excerpts of failing starts", () => {
  it("are at least 60, half of them written apart from the patterns, each with a class", () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".log"));
    expect(rows.map(([file]) => file).toSorted()).toEqual(files.toSorted());
    expect(files.length).toBeGreaterThanOrEqual(60);
    expect(rows.filter(([, , , written]) => written === "apart").length).toBeGreaterThanOrEqual(30);
  });

  it.each(rows)("%s: %s", (file, name, engine) => {
    const log = readFileSync(join(folder, file), "utf8");
    const failure = classify(engines[engine].failures, log, unclassified);
    expect([failure.class, failure.message]).toEqual([name, expect.any(String)]);
    expect(log.split("\n")[failure.line! - 1]).toContain(failure.message.slice(0, 40));
    if (name !== unclassified.class) expect(failure.hint.length).toBeGreaterThan(20);
  });
});

describe("messages that engines and drivers print", () => {
  const messages = readFileSync(join(folder, "messages.tsv"), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((row) => row.split("\t") as [string, keyof typeof engines, string]);
  const core = "(EngineCore_DP0 pid=3) ERROR 11-29 12:00:00 [core.py:708] ";
  const relay =
    "(APIServer pid=1) RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}";

  it.each(messages)("%s (%s): %s", (name, engine, message) => {
    const { failures } = engines[engine];
    expect(classify(failures, message, unclassified).class).toBe(name);
    expect(classify(failures, `${core}${message}\n${relay}`, unclassified).class).toBe(name);
  });
});

/** What PyTorch writes below the line of every error that a GPU's runtime reports. */
const linesOfPytorch = (runtime: string): string[] => [
  `Search for \`${runtime.toLowerCase()}Error' in https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html for more information.`,
  `${runtime} kernel errors might be asynchronously reported at some other API call, so the stacktrace below might be incorrect.`,
  "For debugging consider passing CUDA_LAUNCH_BLOCKING=1",
  `Compile with \`TORCH_USE_${runtime}_DSA\` to enable device-side assertions.`,
];

describe("an error of the GPU's runtime is known by its own line, not by what PyTorch adds to all of them", () => {
  it.each([
    ["cuda-error", "torch.AcceleratorError: CUDA error: invalid argument"],
    ["cuda-error", "RuntimeError: CUDA error: unknown error"],
    ["cuda-error", "RuntimeError: CUDA error: operation not permitted when stream is capturing"],
    ["cuda-error", "torch.AcceleratorError: CUDA error: initialization error"],
    ["cuda-error", "RuntimeError: CUDA error: too many resources requested for launch"],
    ["cuda-error", "RuntimeError: CUDA error: invalid configuration argument"],
    ["cuda-error", "RuntimeError: CUDA error: the launch timed out and was terminated"],
    ["cuda-error", "RuntimeError: CUDA error: invalid resource handle"],
    ["cuda-error", "RuntimeError: HIP error: invalid argument"],
    ["no-kernel-image", "RuntimeError: HIP error: invalid device function"],
    ["illegal-memory-access", "torch.AcceleratorError: CUDA error: an illegal memory access was encountered"],
    ["device-assert", "torch.AcceleratorError: CUDA error: device-side assert triggered"],
    ["device-assert", "RuntimeError: CUDA device-side assertion failures were found on GPU #0!"],
  ])("%s: %s", (name, line) => {
    const { failures } = engines.vllm;
    const lines = [line, ...linesOfPytorch(line.includes("HIP") ? "HIP" : "CUDA")];
    const core = (text: string): string => `(EngineCore pid=3) ERROR 11-20 09:14:31 [core.py:842] ${text}`;
    const raised = ["Traceback (most recent call last):", '  File "/opt/venv/torch/cuda.py", line 2, in run', ...lines];
    for (const log of [lines, [lines.join(" ")], raised, raised.map(core)]) {
      const failure = classify(failures, log.join("\n"), unclassified);
      expect(failure.class).toBe(name);
      expect(failure.message).toContain(line);
    }
  });
});

it("the same failures are known of an engine whose file names none", () => {
  const { failures } = engineNamed("endpoint");
  expect(classify(failures, "RuntimeError: CUDA out of memory.", unclassified).class).toBe("out-of-memory");
});

describe("what is the configuration's own fault", () => {
  const refused = (line: string) => classify(engines.vllm.failures, line, unclassified).refused ?? false;

  it.each([
    "vllm serve: error: unrecognized arguments: --no-such",
    "ValueError: Unknown quantization method: none.",
    "ValueError: To serve at least one request with the model's max seq len (8192), 4 GiB KV cache is needed",
    "ValueError: The quantization method fp8 is not supported for the current GPU. Minimum capability: 89.",
  ])("%s", (line) => expect(refused(line)).toBe(true));

  it.each([
    "OSError: [Errno 98] Address already in use",
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.",
    "ValueError: Free memory on device cuda:0 (3.1/79.1 GiB) on startup is less than desired GPU memory utilization",
    "OSError: [Errno 28] No space left on device: '/models/m'",
    "OSError: We couldn't connect to 'https://huggingface.co' to load the files",
    "ERROR 11-29 12:00:00 [executor.py:3] Worker proc VllmWorker-0 died unexpectedly (exit code: -9)",
  ])("and what is not: %s", (line) => expect(refused(line)).toBe(false));
});
