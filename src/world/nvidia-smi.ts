import type { Processes } from "./world.ts";

/** A driver that hangs must not hang us. */
const timeoutMs = 20_000;

/**
 * Asks `nvidia-smi --query-<what>=<fields>`: one row a GPU or process, one text a field, null where the driver says
 * `[N/A]` or that it does not support it. Null where there is no such program or it answers with an error.
 */
export async function queryNvidiaSmi(
  processes: Processes,
  what: "gpu" | "compute-apps",
  fields: readonly string[],
): Promise<(string | null)[][] | null> {
  const argv = ["nvidia-smi", `--query-${what}=${fields.join(",")}`, "--format=csv,noheader,nounits"];
  const { code, stdout } = await processes.run(argv, { timeoutMs });
  if (code !== 0) return null;
  return stdout
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(nvidiaSmiFields);
}

/** The fields of a line: null where the driver does not tell, or does not let us know (`[Insufficient Permissions]`). */
export function nvidiaSmiFields(line: string): (string | null)[] {
  return line.split(",").map(asValue);
}

function asValue(field: string): string | null {
  const text = field.trim();
  return text === "" || /^\[.*\]$/.test(text) || text === "N/A" ? null : text;
}
