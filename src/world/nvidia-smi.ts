import type { Processes } from "./world.ts";

/** A driver that hangs must not hang us. */
const timeoutMs = 20_000;

/** What is said where there is no nvidia-smi at all. */
export const noNvidiaSmi = "no nvidia-smi that answers: no NVIDIA GPU or no driver";

/**
 * What `nvidia-smi` answered: rows with one text a field, null where the driver says `[N/A]` or that it does not support it.
 * `warning` is what it said beside them: where one GPU has a defect it prints every row and ends with a code that is not 0.
 */
export type NvidiaSmiAnswer = { rows: (string | null)[][]; warning: string | null } | { rows: null; said: string };

/**
 * Asks `nvidia-smi --query-<what>=<fields>`: two fields or more, since only commas distinguish a row from an error message.
 * Rows count whatever the exit code. Without rows, an exit code of 0 means that there is nothing to list; every other code is
 * a failure in the words of nvidia-smi.
 */
export async function queryNvidiaSmi(
  processes: Processes,
  what: "gpu" | "compute-apps",
  fields: readonly [string, string, ...string[]],
): Promise<NvidiaSmiAnswer> {
  const argv = ["nvidia-smi", `--query-${what}=${fields.join(",")}`, "--format=csv,noheader,nounits"];
  const { code, stdout, stderr } = await processes.run(argv, { timeoutMs });
  const lines = stdout.split("\n").filter((line) => line.trim() !== "");
  const isRow = (line: string): boolean => nvidiaSmiFields(line).length === fields.length;
  const rows = lines.filter(isRow).map(nvidiaSmiFields);
  const words = [...lines.filter((line) => !isRow(line)), ...stderr.split("\n")]
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (rows.length === 0 && code !== 0) return { rows: null, said: failureOf(code, words) };
  const warned = code !== 0 || words.length > 0;
  return { rows, warning: warned ? words.join(" ") || `nvidia-smi ended with ${code}` : null };
}

/**
 * The same of names that not every driver knows: each field has its names, the newest first, and a driver refuses the whole
 * query for one that it does not know (`Field "power.draw.instant" is not a valid field to query.`). A row holds null for a
 * field of which it knows no name. `asked`: the name under which each field was asked; null where there is none.
 */
export async function queryKnownFields(
  processes: Processes,
  fields: readonly (readonly string[])[],
): Promise<{ answer: NvidiaSmiAnswer; asked: (string | null)[] }> {
  const refused = new Set<string>();
  for (;;) {
    const asked = fields.map((names) => names.find((name) => !refused.has(name)) ?? null);
    const [first = "index", second = "uuid", ...more] = asked.filter((name) => name !== null);
    const answer = await queryNvidiaSmi(processes, "gpu", [first, second, ...more]);
    if (answer.rows !== null) {
      const inPlace = (row: readonly (string | null)[]) => {
        const told = row.values();
        return asked.map((name) => (name === null ? null : (told.next().value ?? null)));
      };
      return { answer: { ...answer, rows: answer.rows.map(inPlace) }, asked };
    }
    const unknown = /Field "([^"]+)" is not a valid field/.exec(answer.said)?.[1];
    if (unknown === undefined || !asked.includes(unknown)) return { answer, asked };
    refused.add(unknown);
  }
}

/** True where a device, as `CUDA_VISIBLE_DEVICES` has it, is this GPU: its index, or the beginning of its UUID. */
export function namesGpu(device: string, index: string | null, uuid: string | null): boolean {
  return device === index || (device.startsWith("GPU-") && uuid?.startsWith(device) === true);
}

/** A MIG slice of a GPU. */
export interface MigSlice {
  /** As `CUDA_VISIBLE_DEVICES` takes it: `MIG-…`. */
  uuid: string;
  /** Its size: `3g.71gb`. */
  profile: string;
}

/** The slices of each GPU, by its UUID, as `nvidia-smi -L` lists them below it; empty where it lists none. */
export async function listSlices(processes: Pick<Processes, "run">): Promise<Map<string, MigSlice[]>> {
  const { stdout } = await processes.run(["nvidia-smi", "-L"], { timeoutMs });
  const found = new Map<string, MigSlice[]>();
  let own: MigSlice[] = [];
  for (const line of stdout.split("\n")) {
    const gpu = /^GPU \d+: .*\(UUID: (GPU-[^)]+)\)/.exec(line)?.[1];
    if (gpu !== undefined) found.set(gpu, (own = []));
    const [, profile, uuid] = /^\s+MIG (\S+)\s+Device\s+\d+: \(UUID: (MIG-[^)]+)\)/.exec(line) ?? [];
    if (profile !== undefined && uuid !== undefined) own.push({ uuid, profile });
  }
  return found;
}

function failureOf(code: number | null, words: readonly string[]): string {
  if (words.length > 0) return `nvidia-smi says: ${words.join(" ")}`;
  return code === null ? noNvidiaSmi : `nvidia-smi ended with ${code} and said nothing`;
}

/** The fields of a line: null where the driver does not tell, or does not let us know (`[Insufficient Permissions]`). */
export function nvidiaSmiFields(line: string): (string | null)[] {
  return line.split(",").map(asValue);
}

function asValue(field: string): string | null {
  const text = field.trim();
  return text === "" || /^\[.*\]$/.test(text) || text === "N/A" ? null : text;
}
