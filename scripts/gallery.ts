/**
 * `npm run gallery [-- NAME…]`: runs each matrix of the gallery once on the simulated engine at fidelity `smoke`, and says which
 * rows have no usable trial. Exit code 1 where one that should have is without. What the simulated engine cannot serve is listed
 * below and only planned. Results are left in a folder that is named at the end.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "..");

/** Matrices by their names that the simulated engine does not serve, and why. */
export const planOnly: Readonly<Record<string, string>> = {
  "attention-backends": "the simulated engine does not model attention kernels",
  "engine-versions": "the simulated engine stands in for every version",
  "engine-versions-duel": "the simulated engine stands in for every version",
  "expert-parallel-layouts": "the simulated engine does not model mixtures of experts, and is one replica",
  "kv-offload": "the simulated engine does not model offloading",
  "lora-mix": "the simulated engine does not model LoRA",
  "parallel-triples": "the simulated engine is one replica",
  "prefill-decode": "the engine is a launcher script of one's own, whose knobs the simulated engine lacks",
  "priority-classes": "the simulated engine serves first come, first served",
  "running-service": "it needs a service that runs",
  "three-engines": "the other engines are not simulated",
  "two-engines": "the other engine is not simulated",
};

/** The matrices of the gallery by their names: paths from the repository's folder. */
export function galleryMatrices(): Map<string, string> {
  const files = globSync("matrices/gallery/**/*.yaml", { cwd: root }).filter((path) => !path.includes("/sut/"));
  return new Map(files.toSorted().map((path) => [basename(path, ".yaml"), path]));
}

const attempts = 3;
/** Exit codes of a run whose trials are not all usable (docs/exit-codes.md). */
const [failed, invalid] = [3, 4];

async function ceteris(args: string[], folder: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(join(root, "bin/ceteris.sh"), args, {
    cwd: folder,
    // The engine's own time: on two cores the client is bound where it goes four times as fast.
    env: { CETERIS_SIMULATED_SPEED: "1", ...process.env, NO_COLOR: "1", MLFLOW_TRACKING_URI: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text));
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? 1, stdout, stderr };
}

/** Runs a matrix; the experiments that have no usable trial, or what went wrong. What the load generator spoiled is tried again. */
async function run(path: string, results: string): Promise<string[]> {
  const folder = dirname(join(root, path)).replace(/\/matrices\/gallery$/, "");
  const command = ["run", join(root, path), "--sut", "simulated", "--fidelity", "smoke", "--results", results];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { code, stderr } = await ceteris(attempt === 0 ? command : [...command, "--retry", "invalid"], folder);
    if (code === 0 || code === failed) break;
    if (code !== invalid) return [`ended with ${code}: ${stderr.trim().split("\n").slice(-8).join("\n")}`];
  }
  // Of a search the probes that broke are answers: its rows are asked for a trial that held or sustains.
  const sql = `select case when searched then split_part(experiment, '·r', 1) else experiment end as name,
      bool_or(status in ('VALID', 'SCREENED', 'SKIPPED')) as usable
    from (select *, bool_or(purpose = 'probe') over () as searched from trials where purpose <> 'accuracy')
    group by name order by name`;
  const asked = await ceteris(["query", sql, "--format", "json", "--results", results], folder);
  const rows = JSON.parse(asked.stdout) as { name: string; usable: boolean }[];
  const without = rows.filter(({ usable }) => !usable).map(({ name }) => name);
  return rows.length === 0 ? ["nothing was measured"] : without;
}

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const results = mkdtempSync(join(tmpdir(), "ceteris-gallery-"));
  for (const [name, path] of galleryMatrices()) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const reason = planOnly[name];
    if (reason !== undefined) {
      console.log(`plan-only  ${name}: ${reason}`);
      continue;
    }
    const startedMs = performance.now();
    const without = await run(path, join(results, name));
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
    console.log(`${without.length === 0 ? "ok        " : "FAILED    "} ${name} (${seconds} s)`);
    for (const line of without) console.log(`             no usable trial: ${line}`);
    if (without.length > 0) process.exitCode = 1;
  }
  console.log(`results: ${results}`);
}

if (import.meta.main) await main();
