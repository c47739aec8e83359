import { join } from "node:path";
import { realProcesses } from "../../src/world/processes.ts";

/**
 * A Python environment of `scripts/python-environment.ts`, made where it is not there yet. Where it cannot be made the
 * answer is the reason, to skip tests with; in CI it throws.
 */
export async function pythonEnvironment(name: string): Promise<{ folder: string } | { reason: string }> {
  const script = join(import.meta.dirname, "../../scripts/python-environment.ts");
  const made = await realProcesses.run([process.execPath, script, name], { timeoutMs: 900_000 });
  const folder = made.stdout.trim().split("\n").at(-1);
  if (made.code === 0 && folder) return { folder };
  const reason = made.stderr.trim().split("\n").slice(-3).join(" ");
  if (process.env["CI"]) throw new Error(`no environment ${name}: ${reason}`);
  return { reason };
}
