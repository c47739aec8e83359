import { number, text } from "../relations/relation.ts";
import { figuresOf } from "./figures.ts";
import { linkTable, type LinkColumn } from "./link-table.ts";
import type { SitePlaces } from "./places.ts";
import type { SiteRow, SiteStudy } from "./site-study.ts";
import { originText } from "./words.ts";

/** A row with the study that it is of. */
export interface BoardRow extends SiteRow {
  study: SiteStudy;
}

export function boardRows(studies: readonly SiteStudy[]): BoardRow[] {
  return studies.flatMap((study) => study.rows.map((row) => ({ ...row, study })));
}

/** What the filters choose by: the row's member, and the filter's title. */
export const filters = [
  { key: "model", title: "Model", of: ({ model }: BoardRow) => model },
  { key: "gpu", title: "GPU", of: ({ gpus }: BoardRow) => gpus.join(", ") },
  { key: "engine", title: "Engine", of: ({ engine }: BoardRow) => engine },
  { key: "workload", title: "Workload", of: ({ workload }: BoardRow) => workload },
  { key: "decision", title: "Decision", of: ({ outcome }: BoardRow) => outcome ?? "" },
  { key: "origin", title: "Origin", of: ({ origins }: BoardRow) => originText(origins) },
] as const;

/** Configurations with their figures; each figure leads to the trials behind it. Columns that no row has a value of are left out. */
export function leaderboard(label: string, rows: readonly BoardRow[], places: SitePlaces): string {
  const trialsOf = ({ study, experimentId }: BoardRow): string =>
    `${places.trials(study.name)}#${encodeURIComponent(experimentId)}`;
  const shown = figuresOf(rows);
  const columns: LinkColumn<BoardRow>[] = [
    { ...text<BoardRow>("configuration", "Configuration", ({ experiment }) => experiment), href: trialsOf },
    text("workload", "Workload", ({ workload }) => workload),
    text("origin", "Origin", ({ origins }) => originText(origins)),
    ...shown.map(({ key, title, unit, at }) => ({
      ...number<BoardRow>(key, title, ({ figures }) => figures[at] ?? null, { unit, decimals: 2 }),
      href: (row: BoardRow) => (row.figures[at] == null ? null : trialsOf(row)),
    })),
    text("decision", "Decision", ({ outcome, status }) => outcome ?? status ?? ""),
    {
      ...number<BoardRow>(
        "trials",
        "Usable trials",
        ({ usable, of, edited }) => `${usable}/${of}${edited > 0 ? ` (${edited} EDITED)` : ""}`,
      ),
      href: trialsOf,
    },
    { ...text<BoardRow>("study", "Study", ({ study }) => study.name), href: ({ study }) => places.study(study.name) },
    { ...text<BoardRow>("model", "Model", ({ model }) => model), href: ({ model }) => places.model(model) },
    text("engine", "Engine", ({ engine }) => engine),
    {
      ...text<BoardRow>("gpu", "GPU", ({ gpus }) => gpus.join(", ") || "–"),
      href: ({ gpus }) => (gpus[0] === undefined ? null : places.gpu(gpus[0])),
    },
    text("date", "Date", ({ study }) => study.date),
  ];
  return linkTable(label, rows, columns, (row) => ({
    data: Object.fromEntries(filters.map(({ key, of }) => [key, of(row)])),
  }));
}
