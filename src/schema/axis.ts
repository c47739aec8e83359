import { Type, type Static } from "typebox";
import { expressionOf } from "./computed.ts";
import { asMap, type Json, plainText, pointerOf } from "./json.ts";
import { nameInScope, type Assignment } from "./knob.ts";
import { strict } from "./strict-object.ts";

const numberOfRange = { from: Type.Number(), to: Type.Number({ description: "included where a step lands on it" }) };

/** The points of an axis, as a matrix writes them: values, a range, or points that set several things. */
export const AxisFile = Type.Union(
  [
    Type.Array(Type.Unknown(), { minItems: 1 }),
    strict({ ...numberOfRange, factor: Type.Number({ exclusiveMinimum: 1, description: "from one to the next" }) }),
    strict({ ...numberOfRange, step: Type.Number({ exclusiveMinimum: 0, description: "from one to the next" }) }),
  ],
  {
    description:
      "values, a range ({ from: 1, to: 1024, factor: 2 } or { from: 2, to: 20, step: 2 }), or named points that set several things ({ id: 1k1k, dataset.input_tokens: 1024, dataset.output_tokens: 1024 })",
  },
);
export type AxisFile = Static<typeof AxisFile>;
export type Range = Exclude<AxisFile, unknown[]>;

/** Axes by their names, as a matrix writes them. */
export const AxesFile = Type.Record(Type.String(), AxisFile);

/** One point of an axis: what it is called in the names of rows, and all that it sets. */
export interface AxisPoint {
  id: string;
  set: Assignment;
  pointer: string;
}

/** A factor, or an axis of the sweep. The points of all axes are crossed. */
export interface Axis {
  /** The setting that its values belong to; of named points any word. */
  name: string;
  points: AxisPoint[];
  /** True where the points are named and say themselves what they set. */
  isNamed: boolean;
  /** What its points were made from; absent where they are written out. */
  range?: Range;
  pointer: string;
}

/** Points of a range at most: of a longer one only so many are made. */
export const mostPoints = 10_000;
/** Of a step: what rounding may leave a range short of its end. */
const ROUNDING = 1e-9;

/** The axes of a map, which stands at `pointer`. `shortOf` gives the short form of a setting's name (`tp`), null where it has none. */
export function axesOf(
  file: { [name: string]: AxisFile | null | undefined } = {},
  pointer: string,
  shortOf: (setting: string) => string | null,
): Axis[] {
  return Object.entries(file).flatMap(([name, written]) => {
    if (written === null || written === undefined) return [];
    const at = pointer + pointerOf(name);
    if (!Array.isArray(written)) {
      const points = valuesOfRange(written).map((value) => pointOf(name, value, at, shortOf));
      return [{ name, points, isNamed: false, range: written, pointer: at }];
    }
    const points = (written as Json[]).map((item, index) => {
      const here = at + pointerOf(index);
      const named = namedPoint(item, here);
      return named ?? pointOf(name, item, here, shortOf);
    });
    return [{ name, points, isNamed: (written as Json[]).some((item) => namedPoint(item, at) !== null), pointer: at }];
  });
}

/** Where a point says what it sets: a named one beside its id, a value on its own. */
export function pointerOfSetting({ isNamed }: Pick<Axis, "isNamed">, point: AxisPoint, setting: string): string {
  return isNamed && Object.keys(point.set).length > 0 ? point.pointer + pointerOf(setting) : point.pointer;
}

/**
 * The values of a range: rounded to 12 digits, so that 0.1 + 0.2 is 0.3. A range that goes down has those of the same one upwards: it is a
 * mistake (`axis-range`), and no other follows from it.
 */
export function valuesOfRange(range: Range): number[] {
  const values: number[] = [];
  const [from, to] = endsOf(range);
  const limit = to + Math.abs(to) * ROUNDING;
  for (let index = 0; index < mostPoints; index += 1) {
    const exact = "factor" in range ? from * range.factor ** index : from + range.step * index;
    const value = Number(exact.toPrecision(12));
    if (!(value <= limit) || !Number.isFinite(value) || (index > 0 && value <= values.at(-1)!)) break;
    values.push(value);
  }
  return values;
}

/** How many values a range asks for, also where it is too long to be made. */
export function lengthOfRange(range: Range): number {
  const [from, to] = endsOf(range);
  if (!("factor" in range)) return Math.floor((to - from) / range.step + ROUNDING) + 1;
  return from <= 0 ? 1 : Math.floor(Math.log(to / from) / Math.log(range.factor) + ROUNDING) + 1;
}

function endsOf({ from, to }: Range): [number, number] {
  return from <= to ? [from, to] : [to, from];
}

function namedPoint(item: Json, pointer: string): AxisPoint | null {
  const { id, ...set } = asMap(item) ?? {};
  return typeof id === "string" ? { id, set, pointer } : null;
}

function pointOf(name: string, value: Json, pointer: string, shortOf: (setting: string) => string | null): AxisPoint {
  // The environment holds texts; the numbers of a range are no texts yet.
  const own = nameInScope(name, "env") !== null && typeof value === "number" ? String(value) : value;
  return { id: pointId(name, value, shortOf(name)), set: { [name]: own }, pointer };
}

/** `tp8` where the setting has a short form and the value is a number, else `kv_cache_dtype=fp8`. */
export function pointId(name: string, value: Json, short: string | null): string {
  if (short !== null && typeof value === "number") return `${short}${value}`;
  const bare = short ?? name.slice(name.indexOf(".") + 1);
  // `tp=2*8` of `= 2 * 8`: a name has no blanks.
  return `${bare}=${expressionOf(value)?.replaceAll(" ", "") ?? plainText(value)}`;
}
