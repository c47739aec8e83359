import type { Contrasted, Forest, ForestRow } from "../../forest.ts";
import { changeDecimals, percentChange, percentInterval, pText, rounded, typeset } from "../../numbers.ts";
import { onOneLine } from "../../plain-text.ts";
import { ratioAxis, type RatioAxis } from "./axis.ts";
import { escapeHtml } from "./escape.ts";
import { cutInMiddle, shortened } from "../../charts/labels.ts";
import { iconOf } from "./marks.ts";
import { axisHead, background, filterOf, keyOf, percent, strip, type StripLines } from "./strip.ts";

/** Of the reason that a row has no result: three lines; the fold below has it whole. */
const MOST_OF_WHY = 300;

interface RowForm {
  axis: RatioAxis;
  decimals: number;
  lines: StripLines;
  /** Of the square of a baseline, in px. */
  middle: number;
  isCompact: boolean;
}

/** Characters of a name that its column has room for: a longer one is shortened, and says all of itself when pointed at. */
const LONG_NAME = 28;
/** Of what changed, smaller below the name: the same. */
const LONG_CHANGE = 32;

/** Where rows of two lines and of one line are drawn, in px. */
const forms = {
  full: { lines: { own: 12.5, soFar: 27.5 }, middle: 13.5, isCompact: false },
  compact: { lines: { own: 11.5, soFar: null }, middle: 11.5, isCompact: true },
} satisfies Record<string, Omit<RowForm, "axis" | "decimals">>;

/** A forest table: the interval of each change beside its words and figures, on one axis; with the key of its marks. */
export function forestTable(forest: Forest, origin: string, form: keyof typeof forms = "full"): string {
  const hasSoFar = form === "full" && forest.rows.some(({ soFar }) => soFar !== null);
  const axis = ratioAxis(forest);
  const key = isDrawn(forest) ? keyOf(forest, hasSoFar) : "";
  return `<div class="key">${key}${origin}${filterOf(forest)}</div>
${forestRows(forest, axis, form, "Every change")}
${sharedBackground(axis)}`;
}

/** Whether there is an effect to draw. */
function isDrawn({ rows }: Forest): boolean {
  return rows.some(({ own }) => own !== null);
}

/** What all strips of a page have behind them: once on a page. */
export function sharedBackground(axis: RatioAxis): string {
  return `<svg class="vh" aria-hidden="true" width="0" height="0"><defs>${background(axis)}</defs></svg>`;
}

/** The table alone, on the axis of all changes. */
export function forestRows(forest: Forest, axis: RatioAxis, form: keyof typeof forms, label: string): string {
  const { rows } = forest;
  const decimals = changeDecimals(rows.flatMap(({ own, soFar }) => [own?.interval ?? null, soFar?.interval ?? null]));
  const metric = escapeHtml(forest.metric ?? "the figure that decides");
  const better = forest.lowerIsBetter ? "← better" : "better →";
  const groups = groupsOf(rows, form === "compact");
  const drawn = groups.flatMap((group) =>
    group.map((row, at) => forestRow(row, { ...forms[form], axis, decimals }, groups.length > 1 && at === 0)),
  );
  return `<table class="forest${form === "compact" ? " compact" : ""}" role="table" aria-label="${escapeHtml(label)}">
<colgroup><col class="c-name"><col class="c-dec"><col class="c-axis"><col class="c-tps"><col class="c-delta"><col class="c-p"><col class="c-g"><col class="c-acc"><col class="c-t"></colgroup>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Change</th><th scope="col" role="columnheader">Decision</th><th scope="col" role="columnheader" class="fcell"><span class="vh">Δ ${metric}, drawn</span>${isDrawn(forest) ? axisHead(axis, `Δ ${metric}, % on a log scale, ${better}`) : ""}</th><th scope="col" role="columnheader" class="n tps">${forest.tokensTitle.replace(" ", "<br>")}</th><th scope="col" role="columnheader" class="n delta">Δ ${metric}<br>and 95 % interval</th><th scope="col" role="columnheader" class="n p">p${correctionHtml(forest)}</th><th scope="col" role="columnheader" class="g">Guardrails</th><th scope="col" role="columnheader" class="n a">Accuracy${forest.rows.some(({ accuracy }) => /^[\d.]/.test(accuracy)) ? "<br>ROUGE-1" : ""}</th><th scope="col" role="columnheader" class="n t">Usable<br>trials</th></tr></thead>
<tbody role="rowgroup">
${drawn.join("\n")}
</tbody></table>`;
}

/** Many rows stand by the knobs that they change, where that makes fewer groups than half the rows; else as they are. */
function groupsOf(rows: readonly ForestRow[], isCompact: boolean): ForestRow[][] {
  const groups = [...Map.groupBy(rows, ({ group }) => group).values()];
  return isCompact && 2 * groups.length < rows.length ? groups : [[...rows]];
}

function forestRow(row: ForestRow, form: RowForm, isFirst: boolean): string {
  const { axis, decimals, lines, isCompact } = form;
  const name = escapeHtml(row.name);
  const changed = escapeHtml(row.changed);
  const briefly = escapeHtml(cutInMiddle(row.changed, LONG_CHANGE));
  const isLong = row.name.length > LONG_NAME;
  const short = escapeHtml(shortened(row.name, LONG_NAME));
  const id = `row-${name}`;
  // Where rows are grouped, the first of a group names it.
  const group = isFirst ? " data-first" : "";
  const head = `<th scope="row" role="rowheader"${isFirst && row.group !== "" ? ` data-g="${escapeHtml(row.group)}"` : ""}>`;
  const decision = `${iconOf(row.outcome)}<span class="word">${row.outcome}</span>`;
  if (row.outcome === "BASELINE") {
    return `<tr class="base" role="row" id="${id}" data-s="${name}"${group}>${head}<span class="name"${isLong ? ` title="${name}"` : ""}>${short}</span></th><td role="cell" class="d">${decision}</td><td role="cell" class="fcell"><svg aria-hidden="true"><use href="#bg"/><rect class="f-base" x="calc(${percent(axis.at(1).place)} - 4.5px)" y="${form.middle - 4.5}" width="9" height="9"/></svg></td><td role="cell" class="n tps">${tokens(row)}</td><td role="cell" class="delta"></td><td role="cell" class="p"></td><td role="cell" class="g"></td><td role="cell" class="n a">${escapeHtml(row.accuracy)}</td><td role="cell" class="n t"><span class="l1">${row.trials}</span></td></tr>`;
  }
  if (row.why !== null || row.own === null) {
    return `<tr class="none" role="row" id="${id}" data-s="${name}"${group}>${head}<span class="name" title="${name}: ${changed}"><s>${short}</s></span>${isCompact ? "" : `<span class="l2 inline" title="${changed}">${briefly}</span>`}</th><td role="cell" class="d">${decision}</td><td role="cell" class="why" colspan="6"${isCompact ? ` title="${escapeHtml(row.why ?? "")}"` : ""}>${escapeHtml(onOneLine(row.why ?? row.word, MOST_OF_WHY))}</td><td role="cell" class="n t"><span class="l1">${row.trials}</span></td></tr>`;
  }
  const figures = (one: Contrasted): string => {
    const classes = [...(one === row.own ? ["big"] : []), ...(one.fromTo === undefined ? [] : ["both"])].join(" ");
    const opening = classes === "" ? "<span>" : `<span class="${classes}">`;
    if (one.fromTo !== undefined) return `${opening}${escapeHtml(one.fromTo)}</span>`;
    const bounds = typeset(percentInterval(one.interval, decimals));
    return `${opening}${typeset(percentChange(one.ratio, decimals))}</span> <span>${bounds}</span>`;
  };
  const soFar = (one: Contrasted): string =>
    `<span class="l2"><span class="so"><svg aria-hidden="true" viewBox="-5 -5 10 10"><path class="second" d="M0-4L4 0 0 4-4 0z"/></svg><span class="vh">stack so far </span></span>${figures(one)}</span>`;
  const { kept, open, broken } = row.guardrails;
  const rails =
    kept + open + broken.length === 0
      ? ""
      : broken.length > 0
        ? `<b class="bad" title="${escapeHtml(broken.join(", "))}">✗ ${escapeHtml(broken[0] ?? "")}${broken.length > 1 ? ` + ${broken.length - 1}` : ""}</b>`
        : kept > 0
          ? `✓ ${kept} kept`
          : "";
  const second = (said: string): string => (isCompact || said === "" ? "" : `<span class="l2">${said}</span>`);
  const named = isCompact
    ? `<span class="l1 name" title="${isLong ? `${name}: ` : ""}${changed}">${short}</span>`
    : `<span class="l1 name"${isLong ? ` title="${name}"` : ""}>${short}</span><span class="l2" title="${changed}">${briefly}</span>`;
  return `<tr role="row" id="${id}" data-s="${name}"${group}>${head}${named}</th><td role="cell" class="d"><span class="l1">${decision}</span>${second(escapeHtml(row.word))}</td><td role="cell" class="fcell"><svg aria-hidden="true"><use href="#bg"/>${strip(row, axis, lines)}</svg></td><td role="cell" class="n tps">${tokens(row)}</td><td role="cell" class="n delta"><span class="l1"><span></span>${figures(row.own)}</span>${row.soFar === null || isCompact ? "" : soFar(row.soFar)}</td><td role="cell" class="n p">${escapeHtml(pText(row.p))}</td><td role="cell" class="g">${rails === "" ? "" : `<span class="l1">${rails}</span>`}${second(open === 0 ? "" : `${open} open`)}</td><td role="cell" class="n a"><span class="l1">${escapeHtml(row.accuracy)}</span></td><td role="cell" class="n t"><span class="l1">${row.trials}</span></td></tr>`;
}

/** What p is corrected by; the longest name is cut to what it controls, the false discovery rate. */
function correctionHtml({ correction }: Forest): string {
  if (correction === null) return "";
  const name = escapeHtml(correction.replace(/ over .*/, ""));
  return `<br>${name.startsWith("Benjamini") ? `<abbr title="${name}">FDR</abbr>` : name}`;
}

function tokens({ tokensPerS }: ForestRow): string {
  return rounded(tokensPerS);
}
