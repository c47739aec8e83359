import { faultGroups } from "../../tests/faults/table.ts";
import { table } from "./page.ts";

/** The tables of faults, one a group: what is planted by `tests/faults/`, and what becomes of it. */
export function faultTables(): string {
  return faultGroups
    .map(({ title, rows }) => {
      const head = ["fault", "what the user sees", "recorded as", "lost", "left behind"];
      const lines = Object.values(rows).map(({ injected, seen, recorded, lost, left, real }) => [
        real === undefined ? injected : `${injected} \\*`,
        seen,
        recorded,
        lost,
        left,
      ]);
      return `### ${title}\n\n${table(head, lines)}`;
    })
    .join("\n\n");
}
