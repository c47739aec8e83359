import { basename, join, resolve } from "node:path";
import { conclusionOf } from "../../report/index.ts";
import type { StudyDelivery } from "../../run/index.ts";
import { keptMatrix } from "../../store/index.ts";
import type { World } from "../../world/world.ts";
import type { MadeReport } from "./make-report.ts";

/** The formats of a report that a run leaves and mirrors show: the page first, since a run ends by naming the first. */
export const sentFormats = ["html", "md"] as const;

/** What mirrors get of the study itself: its report where one could be made, its matrix, and what it concludes. */
export async function sentReport(
  world: World,
  { resultsFolder, study }: Pick<StudyDelivery, "resultsFolder" | "study">,
  { paths, analysis }: MadeReport,
): Promise<Required<Pick<StudyDelivery, "files" | "conclusion">>> {
  const pages = paths.ok ? paths.value.map((path) => resolve(world.machine.workingFolder, path)) : [];
  const matrix = join(resultsFolder, study, keptMatrix);
  return {
    files: [
      ...pages.map((file) => ({ path: `report/${basename(file)}`, file })),
      ...((await world.files.exists(matrix))
        ? [{ path: `matrix/${basename(analysis.study.matrix)}`, file: matrix }]
        : []),
    ],
    conclusion: conclusionOf(analysis),
  };
}
