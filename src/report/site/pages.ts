import { countText } from "../../math/figures.ts";
import { typeset } from "../numbers.ts";
import { number, text } from "../relations/relation.ts";
import { escapeHtml } from "../writers/html/escape.ts";
import { boardRows, filters, leaderboard, type BoardRow } from "./leaderboard.ts";
import { linkTable } from "./link-table.ts";
import { placesFrom, sitePaths, type SitePlaces } from "./places.ts";
import { sitePage, type SiteFiles } from "./shell.ts";
import type { SiteStudy } from "./site-study.ts";
import { originText } from "./words.ts";
import { compareTexts } from "../../schema/text-order.ts";

/** The pages that put studies together, by their paths in the site's folder: the index, and one of each model and each GPU. `names` as in `sitePaths`. */
export function boardPages(
  names: readonly string[],
  studies: readonly SiteStudy[],
  files: SiteFiles,
): Map<string, string> {
  const paths = sitePaths(names, studies);
  const rows = boardRows(studies);
  const here = placesFrom(paths, 0);
  const below = placesFrom(paths, 1);
  const links = [{ title: "All studies", href: below.index }];
  const page = (title: string, own: readonly BoardRow[]): string =>
    sitePage(
      {
        title,
        links,
        origins: originsOf(own),
        context: contextOf(own),
        body: boardHtml(title, byWorkload(own), below),
      },
      files,
    );
  return new Map([
    ["index.html", indexPage(studies, rows, here, files)],
    ...paths.models.map((model): [string, string] => [
      paths.model(model),
      page(
        model,
        rows.filter((row) => row.model === model),
      ),
    ]),
    ...paths.gpus.map((gpu): [string, string] => [
      paths.gpu(gpu),
      page(
        gpu,
        rows.filter((row) => row.gpus.includes(gpu)),
      ),
    ]),
  ]);
}

function indexPage(
  studies: readonly SiteStudy[],
  rows: readonly BoardRow[],
  places: SitePlaces,
  files: SiteFiles,
): string {
  const trials = studies.reduce((sum, study) => sum + study.trials, 0);
  const table = linkTable("Studies", studies, [
    { ...text<SiteStudy>("study", "Study", ({ name }) => name), href: ({ name }) => places.study(name) },
    text("question", "Question", ({ question }) => question),
    text("answer", "Answer", ({ answer }) => typeset(answer)),
    text("design", "Design", ({ design }) => design),
    text("fidelity", "Fidelity", ({ fidelity }) => fidelity),
    {
      ...number<SiteStudy>(
        "trials",
        "Trials",
        ({ trials: all, edited }) => `${all}${edited > 0 ? ` (${edited} EDITED)` : ""}`,
      ),
      href: ({ name }) => places.trials(name),
    },
    text("origin", "Origin", ({ origins }) => originText(origins)),
    text("date", "Date", ({ date }) => date),
  ]);
  const body = `<section aria-label="Every study"><h2>Studies</h2>\n${studies.length === 0 ? '<p class="prose">No study yet.</p>' : table}</section>\n<section aria-label="Every configuration"><h2>Configurations</h2>\n${boardHtml("Configurations", rows, places)}</section>`;
  const context = `${countText(studies.length, "study", "studies")}, ${countText(rows.length, "configuration")}, ${countText(trials, "trial")}`;
  return sitePage({ title: "Results of all studies", links: [], origins: originsOf(studies), context, body }, files);
}

/** A leaderboard below its filters, which only a script can use and shows. */
function boardHtml(label: string, rows: readonly BoardRow[], places: SitePlaces): string {
  if (rows.length === 0) return '<p class="prose">No configuration yet.</p>';
  const choices = filters.flatMap(({ key, title, of }) => {
    const values = [...new Set(rows.map(of))].filter((value) => value !== "").toSorted();
    if (values.length < 2) return [];
    const options = values.map((value) => `<option>${escapeHtml(value)}</option>`).join("");
    return `<label>${title} <select name="${key}"><option value="">all</option>${options}</select></label>`;
  });
  return (
    `<p class="prose">Only configurations under the same workload can be compared. A figure is a mean over launches and leads to its trials.</p>\n` +
    `<form class="filters" hidden><label>Search <input type="search" name="q"></label>${choices.join("")}<output></output></form>\n` +
    leaderboard(label, rows, places)
  );
}

/** Configurations under one workload together, the fastest first. */
function byWorkload(rows: readonly BoardRow[]): BoardRow[] {
  return rows.toSorted(
    (left, right) => compareTexts(left.workload, right.workload) || (right.figures[0] ?? -1) - (left.figures[0] ?? -1),
  );
}

function contextOf(rows: readonly BoardRow[]): string {
  const studies = new Set(rows.map(({ study }) => study.name)).size;
  return `${countText(rows.length, "configuration")} in ${countText(studies, "study", "studies")}`;
}

/** Of all that a page shows: each tag that something has. */
function originsOf(shown: readonly { origins: readonly string[] }[]): string[] {
  return [...new Set(shown.flatMap(({ origins }) => origins))].toSorted();
}
