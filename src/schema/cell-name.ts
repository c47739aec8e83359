import type { ExperimentLabels } from "./experiment.ts";

/** What follows the row in the name of an experiment: system, workload and point of the sweep (`1k1k·c64`); empty where there is one of each. */
export function cellName({ name, row }: Pick<ExperimentLabels, "name" | "row">): string {
  return name.startsWith(row) ? name.slice(row.length).replace(/^[@·]/, "") : name;
}
