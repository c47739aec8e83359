import { readKind, type ReportFiles } from "../../src/commands/report/kind-files.ts";
import { realWorld } from "../../src/world/real-world.ts";

/** A kind of report as it comes with ceteris. */
export async function reportKind(kind = "study"): Promise<ReportFiles> {
  const files = await readKind(realWorld(), kind);
  if (!files.ok) throw new Error(files.problem.message);
  return files.value;
}
