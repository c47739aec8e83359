import type { Processes } from "./world.ts";

/** A driver that hangs must not hang us. */
const timeoutMs = 20_000;

/** What `nvidia-smi` answered: rows with one text a field, null where the driver says `[N/A]` or that it does not support it. */
export type NvidiaSmiAnswer =
  /** With what it said beside them: it ends with a code of its own where all rows are right and one GPU has a defect. */
  { rows: (string | null)[][]; warning: string | null } | { rows: null; said: string };

/**
 * Asks `nvidia-smi --query-<what>=<fields>` of two or more fields. Rows count whatever the exit code; without any, an exit
 * code of 0 means that there is nothing to list, and every other one is a failure in its own words.
 */
export async function queryNvidiaSmi(
  processes: Processes,
  what: "gpu" | "compute-apps",
  fields: readonly [string, string, ...string[]],
): Promise<NvidiaSmiAnswer> {
  const argv = ["nvidia-smi", `--query-${what}=${fields.join(",")}`, "--format=csv,noheader,nounits"];
  const { code, stdout, stderr } = await processes.run(argv, { timeoutMs });
  const lines = stdout.split("\n").filter((line) => line.trim() !== "");
  const rows = lines.map(nvidiaSmiFields).filter((row) => row.length === fields.length);
  const words = [...lines.filter((line) => nvidiaSmiFields(line).length !== fields.length), ...stderr.split("\n")]
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (rows.length === 0 && code !== 0) return { rows: null, said: failureOf(code, words) };
  const warned = code !== 0 || words.length > 0;
  return { rows, warning: warned ? words.join(" ") || `nvidia-smi ended with ${code}` : null };
}

function failureOf(code: number | null, words: readonly string[]): string {
  if (words.length > 0) return `nvidia-smi says: ${words.join(" ")}`;
  return code === null
    ? "no nvidia-smi that answers: no NVIDIA GPU or no driver"
    : `nvidia-smi ended with ${code} and said nothing`;
}

/** The fields of a line: null where the driver does not tell, or does not let us know (`[Insufficient Permissions]`). */
export function nvidiaSmiFields(line: string): (string | null)[] {
  return line.split(",").map(asValue);
}

function asValue(field: string): string | null {
  const text = field.trim();
  return text === "" || /^\[.*\]$/.test(text) || text === "N/A" ? null : text;
}
