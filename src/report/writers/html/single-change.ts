import type { Forest, ForestRow } from "../../forest.ts";
import { changeDecimals, percentChange, percentInterval, pText, rounded, typeset } from "../../numbers.ts";
import { ratioAxis } from "./axis.ts";
import { escapeHtml } from "./escape.ts";
import { sharedBackground } from "./forest.ts";
import { iconOf } from "./marks.ts";
import { axisHead, keyOf, strip } from "./strip.ts";

/** Where the interval is drawn, in px: its strip has the page's whole width. */
const MIDDLE = 20;

/** The only change of a study: no table, but its strip at full width with the figures below it. */
export function singleChange(forest: Forest, row: ForestRow, origin: string): string {
  const axis = ratioAxis(forest);
  const metric = escapeHtml(forest.metric ?? "the figure that decides");
  const decimals = changeDecimals([row.own?.interval ?? null]);
  const baseline = forest.rows.find(({ outcome }) => outcome === "BASELINE");
  const { kept, open, broken } = row.guardrails;
  const figures: [string, string][] = [
    [
      `Δ ${metric}`,
      row.own === null
        ? "–"
        : `${row.own.fromTo ?? percentChange(row.own.ratio, decimals)} ${percentInterval(row.own.interval, decimals)}`,
    ],
    [`p${forest.correction === null ? "" : `, ${forest.correction.replace(/ over .*/, "")}`}`, pText(row.p)],
    [
      forest.tokensTitle,
      `${baseline === undefined ? "" : `${rounded(baseline.tokensPerS)} → `}${rounded(row.tokensPerS)}`,
    ],
    [
      "Guardrails",
      broken.length > 0
        ? `✗ ${broken.join(", ")}`
        : [`${kept} kept`, ...(open === 0 ? [] : [`${open} open`])].join(", "),
    ],
    ["Accuracy", row.accuracy === "" ? "–" : row.accuracy],
    ["Usable trials", row.trials],
  ];
  return `<div class="key">${keyOf(forest, false)}${origin}</div>
<div class="single" data-s="${escapeHtml(row.name)}">
<p>${iconOf(row.outcome)}<span class="word">${row.outcome}</span> <span class="name">${escapeHtml(row.name)}</span> <span class="l2">${escapeHtml([row.changed, row.word].filter((part) => part !== "").join(" · "))}</span></p>
<div class="axis">${axisHead(axis, `Δ ${metric}, % on a log scale, ${forest.lowerIsBetter ? "← better" : "better →"}`)}</div>
<svg class="strip" aria-hidden="true"><use href="#bg"/>${strip(row, axis, { own: MIDDLE, soFar: null })}</svg>
<dl>${figures.map(([title, figure]) => `<div><dt>${escapeHtml(title)}</dt><dd>${escapeHtml(typeset(figure))}</dd></div>`).join("")}</dl>
</div>
${sharedBackground(axis)}`;
}
