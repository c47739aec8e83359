import { Type, type Static, type TObject, type TProperties } from "typebox";
import { AxesFile, axesOf, type Axis } from "./axis.ts";
import type { Engine } from "./engine.ts";
import type { Exclusion } from "./exclusion.ts";
import { defined, pointerOf } from "./json.ts";
import type { OwnOrder } from "./own-order.ts";
import type { Assignment } from "./knob.ts";
import { strict } from "./strict-object.ts";

/** The id of a row, as a matrix writes it. */
export const RowId = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9_.+=-]{0,63}$",
  description: "names the row: at most 64 of a to z, A to Z, digits and _ . + = -, a letter or digit first",
});

export const AssignmentFile = Type.Record(Type.String(), Type.Unknown(), { description: "knob to value" });

/** One row of a design: what it sets on top of what it is measured against. */
export const ChangeFile = strict({
  id: RowId,
  label: Type.Optional(Type.String({ description: "for people; the id where it is missing" })),
  set: AssignmentFile,
  compound: Type.Optional(Type.String({ minLength: 1, description: "why this row moves two knobs at once" })),
  sweep: Type.Optional(AxesFile),
  skip: Type.Optional(Type.String({ minLength: 1, description: "why this row is not run; it is shown SKIPPED" })),
});

/** A row of a duel: it may have knobs of its own in the place of the baseline's. */
export const SideFile = strict({
  ...ChangeFile.properties,
  set: Type.Optional(AssignmentFile),
  knobs: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: "in the place of the baseline's knobs: for a side with another engine",
    }),
  ),
});

/** A row as the matrix writes it. `pointer` leads to its place: `/design/steps/2`. */
export interface Change {
  id: string;
  label: string;
  set: Assignment;
  compound?: string;
  skip?: string;
  /** Axes that it narrows for itself. */
  sweep?: Axis[];
  /** Knobs in the place of those below it. */
  instead?: Assignment;
  pointer: string;
}

/** What a design declares, in one form for all kinds. */
export interface Design {
  /** A folder of `src/design/`, which makes rows out of what follows. */
  kind: string;
  /** The rows that the matrix writes out, in the order in which they are built on each other. */
  changes: Change[];
  /** True where each change stands on all before it; else each stands on the baseline alone. */
  cumulative?: true;
  /** Axes whose points are crossed. Where there are any, a change may repeat what the baseline sets. */
  factors?: Axis[];
  /** True where the question is the load itself: where none is swept, nothing answers it. */
  overLoads?: true;
  /** Of a curve: the share of the requests that must meet the SLO, where the matrix says one. */
  share?: number;
}

/** The members of a kind in a checked matrix: faulty ones are missing, also required ones, and faulty items are null. */
export type Written<Members extends TProperties> = Partial<Static<TObject<Members>>>;

/** What a kind makes of its part of a matrix. */
export interface ReadDesign {
  design: Omit<Design, "kind">;
  /** A row that takes the baseline's place, on top of it. */
  inPlaceOfBaseline?: Change | undefined;
  /** Blocks, in the place of the matrix's `repeats`. */
  repeats?: number | undefined;
  /** What is left out, beside what the matrix's own `exclude` says. */
  exclude?: Exclusion[] | undefined;
  /** How points share launches where the matrix does not say it. */
  launch?: "each" | "shared" | undefined;
}

/** What a kind reads its part with. */
export interface ReadContext {
  /** The knobs that the matrix's own baseline sets. */
  baseline: Assignment;
  /** Of every engine that the matrix names. */
  knobs: Engine["knobs"];
  /** The short form of a setting's name (`tp`), null where it has none. */
  shortOf: (setting: string) => string | null;
}

/** How a kind of design is written in a matrix, and read. */
export interface DesignForm<Members extends TProperties = TProperties> {
  /** What stands beside `kind`. */
  members: Members;
  read(written: Written<Members>, context: ReadContext): ReadDesign;
  /** Where the kind has an order of its own: its name, and what a matrix is told that has an `order` all the same. */
  order?: { name: OwnOrder; warning: { code: string; message: string } };
}

/** Kinds of designs by their names. */
export type DesignForms = Readonly<Record<string, DesignForm>>;

type Faulty<File> = { [Member in keyof File]?: File[Member] | undefined } | null | undefined;

/** The row at a place. Without a usable `set` it has its diagnostic and there is none; without an id it is called `unnamed`. */
export function changeOf(
  file: Faulty<Static<typeof ChangeFile>>,
  pointer: string,
  unnamed: string,
  { shortOf }: Pick<ReadContext, "shortOf">,
): Change[] {
  if (file?.set === undefined) return [];
  const { id = unnamed, label = id, set, compound, skip, sweep } = file;
  const axes = sweep && axesOf(sweep, `${pointer}/sweep`, shortOf);
  return [{ id, label, set: set as Assignment, ...defined({ compound, skip, sweep: axes }), pointer }];
}

/** The rows of a list, which stands at `pointer`. */
export function changesOf(
  files: readonly Faulty<Static<typeof ChangeFile>>[] = [],
  pointer: string,
  context: Pick<ReadContext, "shortOf">,
): Change[] {
  return files.flatMap((file, index) => changeOf(file, pointer + pointerOf(index), `row-${index + 1}`, context));
}

/** What a list of exclusions says, which stands at `pointer`. */
export function exclusionsOf(files: readonly unknown[] = [], pointer: string): Exclusion[] {
  return files.flatMap((match, index) =>
    match === null ? [] : [{ match: match as Assignment, pointer: pointer + pointerOf(index) }],
  );
}
