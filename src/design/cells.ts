import { pointerOfSetting, type Axis, type AxisPoint } from "../schema/axis.ts";
import type { Row } from "../schema/experiment.ts";
import { canonicalJson } from "../schema/json.ts";
import type { Assignment } from "../schema/knob.ts";
import { isLoadAxis } from "../schema/load-curve.ts";
import type { Workload } from "../schema/workload.ts";

/** One point of each axis of the sweep, together. */
export interface Cell {
  /** `·c64·1k1k`: what the names of its experiments end in; empty where nothing is swept. */
  suffix: string;
  /** The same without the load, where an axis varies it; else null. */
  curve: string | null;
  set: Assignment;
  /** Ids of the points of named axes. */
  names: { [axis: string]: string };
  /** Per axis, in the order of `axes`. */
  points: AxisPoint[];
  /** What a point sets that another axis has set before. */
  again: { setting: string; pointer: string }[];
}

/** The cells of a workload, and which rows run in each. */
export interface WorkloadCells {
  all: Cell[];
  /** True where a row runs in a cell. The baseline, which is no row here, runs wherever another does. */
  runsIn(row: Row, cell: Cell): boolean;
}

/** Stands between the points in the names of rows. */
export const pointSeparator = "·";

/**
 * The cells of a workload: the points of all axes, crossed, the last axis turning fastest. A row, or the workload, that names
 * points of an axis itself runs at those alone. An axis that the sweep itself does not have is made of what rows and workload
 * name, and all others run at each of its points.
 */
export function cellsOf(sweep: readonly Axis[], workload: Workload, rows: readonly Row[]): WorkloadCells {
  const narrowing = rows.filter((row) => row.sweep !== undefined);
  const own = [...(workload.sweep ?? []), ...narrowing.flatMap((row) => row.sweep ?? [])];
  const names = [...new Set([...sweep, ...own].map(({ name }) => name))];
  const axes = names.map((name) => {
    const declared = [...sweep, ...own].filter((axis) => axis.name === name);
    const all = new Map(declared.flatMap(({ points }) => points).map((point) => [keyOf(point), point]));
    return { name, isNamed: declared.some(({ isNamed }) => isNamed), points: [...all.values()] };
  });
  const ofWorkload = names.map((name) => pointsOf(workload.sweep, name));
  const ofSweep = names.map((name) => pointsOf(sweep, name));
  const ofRows = new Map(narrowing.map((row) => [row, names.map((name) => pointsOf(row.sweep, name))]));
  const isAt = (keys: (ReadonlySet<string> | null)[] | undefined, cell: Cell): boolean =>
    cell.points.every((point, axis) => {
      const key = keyOf(point);
      const [byRow, byWorkload] = [keys?.[axis] ?? null, ofWorkload[axis] ?? null];
      if (byRow !== null && !byRow.has(key)) return false;
      if (byWorkload !== null) return byWorkload.has(key);
      return byRow !== null || (ofSweep[axis]?.has(key) ?? true);
    });
  const runsIn = (row: Row, cell: Cell): boolean => own.length === 0 || isAt(ofRows.get(row), cell);
  return { all: crossed(axes), runsIn };
}

function pointsOf(axes: readonly Axis[] = [], name: string): ReadonlySet<string> | null {
  const found = axes.filter((axis) => axis.name === name);
  return found.length === 0 ? null : new Set(found.flatMap(({ points }) => points).map(keyOf));
}

/** Two points are one where they are called the same and set the same. */
function keyOf({ id, set }: AxisPoint): string {
  return `${id} ${canonicalJson(set)}`;
}

function crossed(axes: { name: string; isNamed: boolean; points: AxisPoint[] }[]): Cell[] {
  const load = axes.find(isLoadAxis);
  let cells: Cell[] = [
    { suffix: "", curve: load === undefined ? null : "", set: {}, names: {}, points: [], again: [] },
  ];
  for (const axis of axes) {
    const { name, isNamed, points } = axis;
    cells = cells.flatMap((cell) =>
      points.map((point) => ({
        suffix: `${cell.suffix}${pointSeparator}${point.id}`,
        curve: cell.curve === null || axis === load ? cell.curve : `${cell.curve}${pointSeparator}${point.id}`,
        set: { ...cell.set, ...point.set },
        names: isNamed ? { ...cell.names, [name]: point.id } : cell.names,
        points: [...cell.points, point],
        again: [...cell.again, ...againIn(cell, axis, point)],
      })),
    );
  }
  return cells;
}

function againIn({ set }: Cell, axis: Pick<Axis, "isNamed">, point: AxisPoint): Cell["again"] {
  const settings = Object.keys(point.set).filter((setting) => Object.hasOwn(set, setting));
  return settings.map((setting) => ({ setting, pointer: pointerOfSetting(axis, point, setting) }));
}
