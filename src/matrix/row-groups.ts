import type { Row } from "../schema/experiment.ts";
import { pointerOf } from "../schema/json.ts";
import { knobMember, wholeKnob } from "../schema/knob.ts";
import type { LintContext } from "./rule.ts";

/** Rows that share one cause: the first of them, where it is written, and how many more there are. */
export interface RowGroup {
  row: Row;
  pointer: string;
  more: number;
}

/**
 * The rows where something holds, gathered by the place in the matrix that brings it about, so that one mistake is said once:
 * a row that stands on one where it holds already belongs to that one's group. `knobs` are those that can bring it about.
 */
export function rowsWhere(context: LintContext, knobs: string[], holds: (row: Row) => boolean): RowGroup[] {
  // What no row sets is alike in all rows, and nothing in the matrix brought it about.
  if (!knobs.some((knob) => context.knobsSet.has(wholeKnob(knob)))) return [];
  const groups = new Map<string, RowGroup>();
  const placeOf = placeFinder(context, knobs);
  const groupOfRow = new Map<string, RowGroup>();
  const counted = new Set<string>();
  for (const row of context.rows) {
    if (row.skip !== undefined || counted.has(nameOf(row)) || !holds(row)) continue;
    // Of one whose values differ from cell to cell, the first says it.
    counted.add(nameOf(row));
    const inherited = row.against === null ? undefined : groupOfRow.get(nameOf(row, row.against));
    const pointer = inherited?.pointer ?? placeOf(row);
    let group = inherited ?? groups.get(pointer);
    if (group === undefined) {
      group = { row, pointer, more: 0 };
      groups.set(pointer, group);
    } else {
      group.more += 1;
    }
    if (context.bases.has(row.id)) groupOfRow.set(nameOf(row), group);
  }
  return [...groups.values()];
}

/** Where a row says one of the knobs: in its own `set`, in a factor, else in the baseline; the row itself where nowhere. */
function placeFinder({ study }: LintContext, knobs: string[]): (row: Row) => string {
  const segments = new Map(knobs.map((knob) => [knob, pointerOf(knob)]));
  const inFile = (map: string, knob: string): string | null => {
    const member = knobMember(knob);
    const written = [segments.get(knob) ?? ""];
    if (member !== null) written.push(pointerOf(member.knob, ...member.path.split(".")), pointerOf(member.knob));
    return written.map((segment) => map + segment).find((pointer) => study.locations.has(pointer)) ?? null;
  };
  const shared = new Map(
    knobs.map((knob) => [knob, inFile("/design/factors", knob) ?? inFile("/baseline/knobs", knob)]),
  );
  return (row) => {
    const changed = knobs.filter((knob) => Object.hasOwn(row.changed, wholeKnob(knob)));
    for (const knob of [...changed, ...knobs]) {
      // The cells of a factorial have no place of their own.
      const own = row.pointer === factorialPointer ? null : inFile(`${row.pointer}/set`, knob);
      const found = own ?? shared.get(knob);
      if (found) return found;
    }
    return row.pointer;
  };
}

/** Where the cells of a factorial come from: the pointer of their rows. */
export const factorialPointer = "/design/factors";

/** Groups of one fact as one, at the place of the first; null where there is none. */
export function together([first, ...others]: readonly RowGroup[]): RowGroup | null {
  if (first === undefined) return null;
  return others.reduce((all, { more }) => ({ ...all, more: all.more + more + 1 }), first);
}

/** "row `fp8`", "row `fp8@8b` (and 3 more)". */
export function rowNames({ row, more }: RowGroup): string {
  return `row \`${nameOf(row)}\`${andMore(more)}`;
}

/** How many things more than the one that is named; empty where it is the only one. */
export function andMore(more: number): string {
  return more === 0 ? "" : ` (and ${more} more)`;
}

/** A row, or another one (`id`) beside it, and the system that it belongs to, where the matrix has several. */
export function nameOf({ id: own, system }: Pick<Row, "id" | "system">, id = own): string {
  return system === undefined ? id : `${id}@${system}`;
}
