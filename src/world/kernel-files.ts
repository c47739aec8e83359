import type { Files } from "./world.ts";

/** The text of a file that may be hidden, or gone with its process, like those of /proc and /sys; null where there is none, or it cannot be read. */
export async function readQuietly(files: Pick<Files, "readText">, path: string): Promise<string | null> {
  try {
    return await files.readText(path);
  } catch {
    return null;
  }
}

/** The cores that a process may use, as the kernel lists them (`0-2,5`); empty where it does not say. */
export async function allowedCores(files: Pick<Files, "readText">, pid: number | "self"): Promise<string> {
  return coresIn(await readQuietly(files, `/proc/${pid}/status`)) ?? "";
}

/** The same in the text of such a file; null where it does not say. */
export function coresIn(status: string | null): string | null {
  return /^Cpus_allowed_list:\s*(\S+)$/m.exec(status ?? "")?.[1] ?? null;
}
