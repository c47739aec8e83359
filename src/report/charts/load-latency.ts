import { marginOf } from "../relations/wording.ts";
import { listText, saidOf } from "../../math/figures.ts";
import { loadText } from "../../schema/load-curve.ts";
import { rounded } from "../numbers.ts";
import { driftText, kneeText, level, sloText } from "../relations/curves.ts";
import { number, relationOf, text } from "../relations/relation.ts";
import type { ChartRows } from "./chart.ts";
import type { ChartInput } from "./index.ts";
import {
  drawnCurves,
  figureIn,
  percentileOf,
  type DrawnCurve,
  type ShownPercentile,
  type LoadFigure,
} from "./load-curves.ts";
import { shortened } from "./labels.ts";
import { loadLatencyMarks } from "./load-latency-marks.ts";
import { marksRelation } from "./marks.ts";

/** Rows of panels beyond these are in the table alone. */
const MOST_PANELS = 3;
/** Loads that a sentence names at most, each with the curves that reach it. */
const MOST_GROUPS = 3;

/** Throughput and latency of each configuration as the load grows, with the knee and the loads that keep the SLO. */
export function loadLatency(input: ChartInput): ChartRows {
  const curves = drawnCurves(input);
  const rows = curves.flatMap((drawn) => drawn.curve.points.map((point) => ({ ...drawn, point })));
  const stat = percentileOf(rows.map(({ point }) => point));
  const shown = (key: LoadFigure, title: string, unit: string) =>
    level(key, title, unit, (point) => figureIn(point, key, stat), 1);
  const markOf = ({ curve, point }: (typeof rows)[number]): string =>
    curve.knee.load === point.load ? "knee" : (point.why ?? "");
  const relation = relationOf("load_latency", rows, [
    text("curve", "Curve", ({ curve }) => curve.name),
    text("decision", "Decision", ({ configuration }) => configuration.decision),
    text("load", "Load", ({ curve, point }) => loadText(curve.setting, point.load)),
    shown("throughput", "Throughput", "tok/s"),
    shown("ttft", `TTFT ${stat}`, "ms"),
    shown("e2e", `E2E ${stat}`, "ms"),
    rows.some(({ point }) => point.keepsSlo !== null) &&
      text("slo", "SLO", ({ point: { keepsSlo } }) => (keepsSlo === null ? "" : keepsSlo ? "kept" : "broken")),
    rows.some((row) => markOf(row) !== "") && text("mark", "Note", markOf),
    number("launches", "n", ({ point }) => point.figures[0]?.launches ?? 0),
  ]);
  const panels = [...Map.groupBy(curves, ({ panel }) => panel).values()];
  const drawn = panels.slice(0, MOST_PANELS);
  const margin = marginOf(input.study);
  return {
    relation,
    finding:
      panels[0] === undefined
        ? ""
        : `${findingOf(panels[0], stat, panels.length > 1, margin)}${unmeasuredText(curves, stat)}`.trimStart(),
    beside: [
      marksRelation(
        "load_latency_marks",
        drawn.map((own) => loadLatencyMarks(own, stat)),
      ),
    ],
  };
}

/** ` E2E was not measured.`: which latency has no panel. */
function unmeasuredText(curves: readonly DrawnCurve[], stat: ShownPercentile): string {
  const missing = (["ttft", "e2e"] as const).filter((figure) =>
    curves.every(({ curve }) => curve.points.every((point) => figureIn(point, figure, stat) === null)),
  );
  if (missing.length === 0) return "";
  return ` ${listText(missing.map((figure) => figure.toUpperCase()))} ${missing.length === 1 ? "was" : "were"} not measured.`;
}

/** Up to which load the SLO holds, where the knee lies, and what drifted where that is as large as the smallest effect of interest. */
function findingOf(curves: readonly DrawnCurve[], stat: ShownPercentile, isOneOfMany: boolean, margin: number): string {
  const where = isOneOfMany ? `For ${curves[0]!.panel}: ` : "";
  const drifts = curves
    .map(({ curve }) => curve)
    .filter(({ drift }) => drift !== null && Math.abs(drift.ratio - 1) >= margin)
    .toSorted((left, right) => driftOf(right) - driftOf(left));
  const drift = drifts[0] === undefined ? [] : driftText(drifts[0]);
  const [only] = curves;
  if (only !== undefined && curves.length === 1) {
    const { curve } = only;
    const at = curve.knee.load === null ? "" : ` with ${figuresAt(only, curve.knee.load, stat)}`;
    return sentence(where, [`${kneeText(curve)}${at}`, ...sloText(curve), ...drift]);
  }
  const compared = curves.filter(({ configuration }) => configuration.isNamed);
  return sentence(where, [...slosText(compared, stat), ...kneesText(compared), ...drift]);
}

function driftOf({ drift }: DrawnCurve["curve"]): number {
  return drift === null ? 0 : Math.abs(drift.ratio - 1);
}

/** `the SLO holds up to 32 in flight for fp8 and seqs64 (most with fp8: 2,341 tok/s, TTFT p99 60 ms) and up to 16 in flight for baseline` */
function slosText(curves: readonly DrawnCurve[], stat: ShownPercentile): string[] {
  const judged = curves.filter(({ curve }) => curve.slo !== null);
  if (judged.length === 0) return [];
  const groups = byLoad(judged, ({ curve }) => curve.slo?.upTo ?? null);
  const parts = groups.slice(0, MOST_GROUPS).map(([upTo, own], at) => {
    const names = namesText(own);
    if (upTo === null) return `at no measured load for ${names}`;
    const isEnd = own.every(({ curve }) => curve.slo?.breaksAt === null && upTo === curve.points.at(-1)?.load);
    const end = isEnd ? ", the highest load," : "";
    return `up to ${loadText(own[0]!.curve.setting, upTo)}${end} for ${names}${at === 0 ? mostText(own, upTo, stat) : ""}`;
  });
  return [`the SLO holds ${listText(parts)}`];
}

/** ` (most with fp8: 2,341 tok/s, TTFT p99 60 ms)` */
function mostText(curves: readonly DrawnCurve[], load: number, stat: ShownPercentile): string {
  const [best] = curves.toSorted((left, right) => rateAt(right, load, stat) - rateAt(left, load, stat));
  if (best === undefined) return "";
  const whose = curves.length > 1 ? `most with ${shortened(best.configuration.name)}: ` : "";
  return ` (${whose}${figuresAt(best, load, stat)})`;
}

/** `knee at 32 in flight for fp8 and baseline, and at 64 in flight for seqs64` */
function kneesText(curves: readonly DrawnCurve[]): string[] {
  const withKnee = curves.filter(({ curve }) => curve.knee.load !== null);
  if (withKnee.length === 0) return curves[0] === undefined ? [] : [kneeText(curves[0].curve)];
  const parts = byLoad(withKnee, ({ curve }) => curve.knee.load)
    .slice(0, MOST_GROUPS)
    .map(([load, own]) => `at ${loadText(own[0]!.curve.setting, load ?? 0)} for ${namesText(own)}`);
  return [`knee ${listText(parts)}`];
}

/** Curves with the same load, the highest first. */
function byLoad(
  curves: readonly DrawnCurve[],
  loadOf: (one: DrawnCurve) => number | null,
): [load: number | null, curves: DrawnCurve[]][] {
  return [...Map.groupBy(curves, loadOf)].toSorted(([left], [right]) => (right ?? -1) - (left ?? -1));
}

function namesText(curves: readonly DrawnCurve[]): string {
  return listText(curves.map(({ configuration }) => shortened(configuration.name)));
}

function rateAt({ curve }: DrawnCurve, load: number, stat: ShownPercentile): number {
  const point = curve.points.find((one) => one.load === load);
  return (point && figureIn(point, "throughput", stat)?.value) ?? 0;
}

/** `2,341 tok/s, TTFT p99 60 ms` */
function figuresAt({ curve }: DrawnCurve, load: number, stat: ShownPercentile): string {
  const point = curve.points.find((one) => one.load === load);
  if (point === undefined) return "";
  const [rate, ttft] = [figureIn(point, "throughput", stat), figureIn(point, "ttft", stat)];
  return saidOf(
    rate !== null && `${rounded(rate.value)} tok/s`,
    ttft !== null && `TTFT ${stat} ${rounded(ttft.value)} ms`,
  ).join(", ");
}

function sentence(where: string, parts: readonly string[]): string {
  const said = parts.filter((part) => part !== "").join("; ");
  if (said === "") return "";
  return where === "" ? `${said.charAt(0).toUpperCase()}${said.slice(1)}.` : `${where}${said}.`;
}
