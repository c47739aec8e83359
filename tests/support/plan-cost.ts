import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launcher } from "./cli.ts";

const values = (from: number, step: number): string =>
  Array.from({ length: 10 }, (_, place) => from + place * step).join(", ");

/** Five factors of ten values: 100,000 cells, and the baseline beside them. */
export const largeMatrix = `
study: hundred-thousand
question: What does a plan of a hundred thousand experiments cost?
sut: { engine: vllm, model: meta-llama/Llama-3.1-8B-Instruct }
baseline: { knobs: { max_num_seqs: 1 } }
design:
  kind: combination
  factors:
    max_num_seqs: [${values(8, 8)}]
    max_num_batched_tokens: [${values(2048, 1024)}]
    max_model_len: [${values(2048, 1)}]
    kv_cache_memory_bytes: [${values(2 ** 33, 2 ** 20)}]
    load.batch_size: [${values(1, 1)}]
workloads:
  - { dataset: { kind: synthetic, profile: chat } }
repeats: 1
order: shuffled
`;

export interface PlanCost {
  code: number | null;
  seconds: number;
  /** Peak resident memory of the process, in bytes. */
  peakBytes: number;
  stdout: string;
  stderr: string;
}

/** What `ceteris plan` of 100,000 experiments costs, started as a user starts it; `flags` follow the matrix. */
export async function costOfPlan(flags: string[]): Promise<PlanCost> {
  const folder = mkdtempSync(join(tmpdir(), "ceteris-bench-"));
  try {
    writeFileSync(join(folder, "matrix.yaml"), largeMatrix);
    return await runPlan(folder, flags);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes its peak memory in KiB to the fourth stream when it ends. */
const tellPeak = `import { writeSync } from "node:fs"; process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS)));`;

function runPlan(folder: string, flags: string[]): Promise<PlanCost> {
  const startedMs = performance.now();
  const child = spawn(launcher, ["plan", "matrix.yaml", ...flags], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tellPeak)}` },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const texts = ["", "", ""];
  for (const [place, stream] of [child.stdout, child.stderr, child.stdio[3]].entries()) {
    stream?.on("data", (bytes: Buffer) => (texts[place] += bytes.toString("latin1")));
  }
  return new Promise((done, refuse) => {
    child.once("error", refuse);
    child.once("close", (code) => {
      const [stdout = "", stderr = "", peakKib = ""] = texts;
      const seconds = (performance.now() - startedMs) / 1000;
      done({ code, seconds, peakBytes: Number(peakKib) * 1024, stdout, stderr });
    });
  });
}

/** `5.1 s, 702 MB`. */
export function costInWords({ seconds, peakBytes }: PlanCost): string {
  return `${seconds.toFixed(1)} s, ${Math.round(peakBytes / 1e6)} MB`;
}
