import { readFileSync } from "node:fs";

/** Of sched(7): the scheduling policy of a thread, the 41st field of its stat. */
export function policyOf(thread: number): number {
  const stat = readFileSync(`/proc/${thread}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[38]);
}
