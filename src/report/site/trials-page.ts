import { countText } from "../../math/figures.ts";
import { code, number, text } from "../relations/relation.ts";
import { escapeHtml } from "../writers/html/escape.ts";
import { figuresOf } from "./figures.ts";
import { linkTable, type LinkColumn } from "./link-table.ts";
import { sitePage, type SiteFiles, type SiteLink } from "./shell.ts";
import { originText } from "./words.ts";
import type { SiteStudy, SiteTrial } from "./site-study.ts";

/** Every trial of a study behind its figures: an anchor for each configuration and for each trial, with verdict, figures and the digest of its manifest. */
export function trialsPage(
  { name, rows, edited, origins }: SiteStudy,
  trials: readonly SiteTrial[],
  links: readonly SiteLink[],
  files: SiteFiles,
): string {
  const byExperiment = Map.groupBy(trials, ({ experimentId }) => experimentId);
  const known = new Set(rows.map(({ experimentId }) => experimentId));
  const sections = [
    ...rows.map(({ experiment, experimentId }) => ({ title: experiment, id: experimentId })),
    ...[...byExperiment.keys()]
      .filter((id) => !known.has(id))
      .map((id) => ({ title: `${id}, which the matrix no longer has`, id })),
  ];
  const body = sections.map(({ title, id }) => {
    const own = byExperiment.get(id) ?? [];
    const table = own.length === 0 ? '<p class="prose">No trial.</p>' : linkTable(title, own, columnsOf(own), marksOf);
    return `<section id="${escapeHtml(id)}"><h2>${escapeHtml(title)}</h2>\n${table}\n${editedList(own)}</section>`;
  });
  const context = `${countText(trials.length, "trial")}${edited === 0 ? "" : `, ${edited} EDITED: their files are not as their manifest says`}`;
  return sitePage({ title: `Trials of ${name}`, links, origins, context, body: body.join("\n") }, files);
}

const marksOf = ({ trialId }: SiteTrial) => ({ id: trialId });

function columnsOf(trials: readonly SiteTrial[]): LinkColumn<SiteTrial>[] {
  return [
    {
      ...code<SiteTrial>("trial", "Trial", ({ trialId }) => trialId),
      href: ({ trialId }) => `#${encodeURIComponent(trialId)}`,
    },
    text("status", "Verdict", ({ status, proof }) => (proof.differences.length > 0 ? `${status}, EDITED` : status)),
    text("origin", "Origin", ({ origins }) => originText(origins)),
    ...figuresOf(trials).map(({ key, title, unit, at }) =>
      number<SiteTrial>(key, title, ({ figures }) => figures[at] ?? null, { unit, decimals: 2 }),
    ),
    text("purpose", "Purpose", ({ purpose, fidelity }) => `${purpose}, ${fidelity}`),
    number("block", "Block", ({ block }) => block),
    text("reason", "Reason", ({ reason }) => reason),
    text("started", "Started", ({ startedAt }) => startedAt),
    code("folder", "Folder", ({ folder }) => folder),
    code("manifest", "sha256 of MANIFEST.json", ({ proof }) => proof.manifest ?? "none"),
  ];
}

function editedList(trials: readonly SiteTrial[]): string {
  const edited = trials.filter(({ proof }) => proof.differences.length > 0);
  if (edited.length === 0) return "";
  const items = edited.flatMap(({ trialId, proof }) => proof.differences.map((line) => `${trialId}: ${line}`));
  return `<p class="prose">EDITED, so that nobody can tell what was measured:</p>\n<ul class="prose">${items.map((item) => `<li>${escapeHtml(item)}</li>`).join("")}</ul>\n`;
}
