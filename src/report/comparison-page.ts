import { percentText } from "../math/figures.ts";
import type { AcrossEffect, Comparison, ComparisonReport, GateJudgement } from "../schema/comparison.ts";
import { asText } from "../schema/json.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { Chart, ChartSpec } from "./charts/chart.ts";
import { drawCharts, type ChartTheme } from "./charts/draw.ts";
import { comparisonAnswer } from "./comparison-answer.ts";
import { effectsBlocks, findingText, label, notesText, paretoBlocks } from "./comparison-text.ts";
import type { Document } from "./document.ts";
import { change, interval, number, p, relationOf, text, type Relation } from "./relations/relation.ts";
import { metricWords } from "./relations/wording.ts";
import { plainTile, type Tile } from "./tiles.ts";
import { htmlPage, type FirstScreen, type PageFiles } from "./writers/html/page.ts";

/** What the page of a comparison is made of: its chart, and what all pages have. */
export interface ComparisonFiles extends PageFiles {
  theme: ChartTheme;
  /** `reports/compare/compared.vl.json` */
  chart: ChartSpec;
}

/** The smallest change that matters where no effect says another. */
const USUAL_MARGIN = 0.02;

/** A comparison as a page of the make of a report: the answer, every metric on one axis, how far to trust it, then the tables. */
export async function comparisonPage(
  whole: Comparison,
  judged: readonly GateJudgement[],
  report: ComparisonReport,
  files: ComparisonFiles,
): Promise<Result<string>> {
  const nameOf = shortNames(whole);
  const comparison = withNames(whole, nameOf);
  const gates = judged.map((one) => ({ ...one, treatment: nameOf(one.treatment) }));
  const first = firstScreen(comparison, gates);
  // Without a ratio there is nothing to draw.
  const isDrawn = comparison.effects.some(({ ratio }) => ratio !== null);
  const document: Document = {
    blocks: [
      ...(report === "pareto" ? paretoBlocks(comparison) : []),
      ...(isDrawn
        ? ([
            { type: "heading", level: 2, text: "Every metric" },
            { type: "chart", chart: chartOf(comparison, first.origins, files.chart) },
          ] as const)
        : []),
      ...effectsBlocks(comparison, comparedRelation),
      { type: "heading", level: 2, text: "What is not the same, and how it is compared" },
      { type: "prose", text: notesText(whole) },
    ],
  };
  const drawn = await drawCharts(document, files.theme);
  return drawn.ok ? succeed(htmlPage(first, drawn.value, files)) : drawn;
}

/** Sides of one study by the names of their rows: the study is said once. */
function shortNames({ operands }: Comparison): (name: string) => string {
  const [study, ...more] = new Set(operands.map((one) => one.study));
  const prefix = study === undefined || more.length > 0 ? "" : `${study}/`;
  return (name) => (prefix !== "" && name.startsWith(prefix) ? name.slice(prefix.length) : name);
}

function withNames(comparison: Comparison, nameOf: (name: string) => string): Comparison {
  return {
    ...comparison,
    operands: comparison.operands.map((one) => ({ ...one, name: nameOf(one.name) })),
    effects: comparison.effects.map((one) => ({
      ...one,
      treatment: nameOf(one.treatment),
      control: nameOf(one.control),
    })),
  };
}

function firstScreen(comparison: Comparison, gates: readonly GateJudgement[]): FirstScreen {
  const [control, ...others] = comparison.operands;
  const origins = new Set(comparison.operands.flatMap((one) => one.origins));
  const title = `${others.map(({ name }) => name).join(", ")} against ${control?.name ?? ""}`;
  return {
    title,
    question: title,
    origins: [...(origins.has("simulated") ? ["SIMULATED"] : []), ...(origins.has("imported") ? ["IMPORTED"] : [])],
    // The badge says the word.
    originNote: label(comparison)?.replace(/^[A-Z]+: (.)/, (_, first: string) => first.toUpperCase()) ?? null,
    context: [...new Set(comparison.operands.map(({ study }) => `study ${study}`))],
    answer: comparisonAnswer(comparison, gates),
    lead: "compared",
    forest: {
      rows: [],
      metric: null,
      tokensTitle: "tok/s",
      lowerIsBetter: false,
      margin: marginOf(comparison),
      correction: null,
    },
    tiles: tilesOf(comparison, gates),
  };
}

function chartOf(comparison: Comparison, origins: readonly string[], spec: ChartSpec): Chart {
  const relation = comparedRelation(comparison.effects.filter(({ ratio }) => ratio !== null));
  return {
    name: "compared",
    title: "Every metric",
    description: asText(spec["description"]) ?? "",
    finding: "",
    origins,
    columns: 1,
    relation,
    spec,
    params: { margin: marginOf(comparison) },
    data: { compared: relation },
    svg: [],
  };
}

/** A row for each metric of a side. */
function comparedRelation(effects: readonly AcrossEffect[]): Relation {
  return relationOf("compared", effects, [
    text("treatment", "Side", ({ treatment }) => treatment),
    text("metric", "Metric", ({ metric, stat }) => metricWords(`${metric} ${stat}`)),
    text("better", "Better", ({ better = "neither" }) => better),
    number("control_value", "Control", ({ controlValue }) => controlValue, { grouped: true }),
    number("treatment_value", "Side's own", ({ treatmentValue }) => treatmentValue, { grouped: true }),
    text("unit", "Unit", ({ unit }) => unit),
    number("launches", "n", ({ launches }) => `${launches.treatment} v ${launches.control}`),
    change("change", "Δ", ({ ratio }) => ratio),
    interval("change_interval", (effect) => effect.interval),
    p(({ pAdjusted }) => pAdjusted),
    text("finding", "Finding", (effect) => effect.why ?? findingText(effect)),
  ]);
}

/** The first effect of each side, which its answer is about. */
function leading({ operands, effects }: Comparison): AcrossEffect[] {
  return operands.slice(1).flatMap(({ name }) => effects.find(({ treatment }) => treatment === name) ?? []);
}

function marginOf({ effects }: Comparison): number {
  return effects.find(({ equivalence }) => equivalence !== null)?.equivalence?.margin ?? USUAL_MARGIN;
}

/** How far a comparison can be trusted: launches, what could have been seen, what is not the same, the gates. */
function tilesOf(comparison: Comparison, gates: readonly GateJudgement[]): Tile[] {
  const first = leading(comparison);
  const fewest = Math.min(...first.map(({ launches }) => Math.min(launches.control, launches.treatment)));
  const seen = first.flatMap(({ smallestDetectable }) => smallestDetectable ?? []);
  const unlike = new Set(comparison.unlike.flatMap(({ found }) => found.map(({ what }) => what)));
  const met = gates.filter((one) => one.met).length;
  return [
    plainTile(
      "Launches",
      first.length === 0 ? "–" : String(fewest),
      "a side at least",
      fewest < 2 ? "one launch has no interval" : "each launch is one value",
    ),
    plainTile(
      "Smallest detectable effect",
      seen.length === 0 ? "–" : percentText(Math.max(...seen)),
      seen.length === 0 ? "" : "at 80 % power",
      seen.length === 0
        ? fewest < 2
          ? "nothing was repeated"
          : "nothing was concluded"
        : `${percentText(marginOf(comparison))} matters`,
    ),
    plainTile(
      "Not the same",
      String(unlike.size),
      unlike.size === 1 ? "fact" : "facts",
      unlike.size === 0 ? "of all that is known" : [...unlike].join(", "),
    ),
    plainTile(
      "Gates",
      gates.length === 0 ? "–" : String(met),
      gates.length === 0 ? "" : `of ${gates.length} met`,
      gates.length === 0 ? "none was asked" : met === gates.length ? "all met" : "exit code 5",
    ),
  ];
}
