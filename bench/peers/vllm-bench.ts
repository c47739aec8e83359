import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fail, succeed, type Result } from "../../src/schema/result.ts";
import type { LoadClient } from "../load/clients.ts";
import { serveClient } from "./vllm-bench-serve.ts";

/** As tables name it. */
export const vllmBenchName = "vllm-bench";

/**
 * `vllm-bench`, vLLM's load client in Rust: it takes the arguments of `vllm bench serve` and leaves the same report. It is built
 * by cargo, in a checkout that is given: the folder `rust` of vLLM, or the archived repository vllm-project/vllm-bench.
 */
export function vllmBenchOf(checkout: string | undefined): Result<LoadClient> {
  const hint = "Give its checkout: npm run bench -- --vllm-bench ../vllm/rust";
  if (checkout === undefined) return fail("no-checkout", `${vllmBenchName}: no checkout is given`, hint);
  if (!existsSync(join(checkout, "Cargo.toml"))) {
    return fail("no-checkout", `${vllmBenchName}: ${checkout} has no Cargo.toml`, hint);
  }
  const build = ["build", "--release", "--package", vllmBenchName];
  const { status, error } = spawnSync("cargo", build, { cwd: checkout, stdio: ["ignore", "ignore", "inherit"] });
  if (status === 0) return succeed(serveClient(vllmBenchName, [join(checkout, "target", "release", vllmBenchName)]));
  const why = error === undefined ? `cargo ended with ${status}` : error.message;
  return fail("not-built", `${vllmBenchName}: ${why}`, "It needs Rust (https://rustup.rs) and a C compiler.");
}
