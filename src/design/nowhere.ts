import { pointerOf } from "../schema/json.ts";
import type { Study } from "../schema/study.ts";
import { cellsOf } from "./cells.ts";
import { kindOf } from "./kinds.ts";
import { baselineRow } from "./row.ts";

/** Rows and workloads that narrow the same axis to points that they do not share, so that they have no experiment: pointers to their places. */
export function runningNowhere(study: Study): string[] {
  if (study.design.changes.every(({ sweep }) => sweep === undefined)) return [];
  const rows = kindOf(study).rows(study, baselineRow(study));
  const narrowing = rows.filter(({ sweep, skip }) => sweep !== undefined && skip === undefined);
  const lost = new Set(narrowing.map(({ pointer }) => pointer));
  for (const [index, workload] of study.workloads.entries()) {
    const cells = cellsOf(study.sweep, workload, rows);
    for (const row of narrowing) if (cells.all.some((cell) => cells.runsIn(row, cell))) lost.delete(row.pointer);
    if (!cells.all.some((cell) => rows.some((row) => cells.runsIn(row, cell)))) lost.add(pointerOf("workloads", index));
  }
  return [...lost];
}
