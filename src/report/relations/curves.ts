import { changeText, decimalsBeside, leastShareText } from "../../math/figures.ts";
import { curvePercentiles, type Curve, type CurveFigure, type CurvePoint } from "../../schema/curve.ts";
import { loadText } from "../../schema/load-curve.ts";
import type { ReportInput } from "../report-input.ts";
import { number, relationOf, text, type Cell, type ColumnOf, type Relation } from "./relation.ts";
import { metricText, metricWords } from "./wording.ts";

/** A curve in a sentence: `knee at 32 in flight; the SLO holds up to 48, breaks at 64`. */
export function curveSentence(curve: Curve): string {
  return [kneeText(curve), ...sloText(curve), ...driftText(curve)].join("; ");
}

/** `knee at 32 in flight`, or why there is none. */
export function kneeText({ knee: { load, why, blocks }, setting }: Curve): string {
  if (load === null) return `no knee: ${why}`;
  const agreeing = blocks.of > 1 && blocks.agree < blocks.of ? ` (in ${blocks.agree} of ${blocks.of} blocks)` : "";
  return `knee at ${loadText(setting, load)}${agreeing}`;
}

/** Up to which load the SLO holds; empty where none is stated. */
export function sloText({ slo, setting, points }: Curve): string[] {
  if (slo === null) return [];
  const { upTo, breaksAt } = slo;
  if (breaksAt === null) {
    const isLast = upTo === points.at(-1)?.load;
    return [
      `the SLO holds up to ${loadText(setting, upTo ?? 0)}, ${isLast ? "the highest load" : "and no measured load breaks it"}`,
    ];
  }
  return [
    upTo === null
      ? `the SLO breaks at ${loadText(setting, breaksAt)}, the lowest load`
      : `the SLO holds up to ${upTo}, breaks at ${breaksAt}`,
  ];
}

/** What changed within launches; empty where no launch measured a point twice. */
export function driftText({ drift }: Curve): string[] {
  if (drift === null) return [];
  const { metric, stat, ratio, launches } = drift;
  return [
    `${metricText(`${metric} ${stat}`)} drifted by ${changeText(ratio)} within ${launches === 1 ? "the launch" : `a launch (${launches} launches)`}`,
  ];
}

/** A row for each curve: where its knee is, and up to which load it keeps the SLO. */
export function curvesRelation(curves: readonly Curve[]): Relation {
  const hasSlo = curves.some(({ slo }) => slo !== null);
  return relationOf("curves", curves, [
    text("curve", "Curve", ({ name }) => name),
    text("workload", "Workload", ({ workload }) => workload),
    text("load", "Load", ({ setting }) => setting),
    number("knee", "Knee", ({ knee }) => knee.load ?? "none"),
    hasSlo && number("slo_up_to", "SLO holds up to", ({ slo }) => (slo === null ? null : (slo.upTo ?? "no load"))),
    hasSlo && number("slo_breaks_at", "Breaks at", ({ slo }) => (slo === null ? null : (slo.breaksAt ?? "no load"))),
    text("says", "In words", curveSentence),
  ]);
}

/** A row for each point of each curve, with the 95 % interval over launches where there are two. */
export function curvePointsRelation(curves: readonly Curve[]): Relation {
  const rows = pointsOf(curves);
  const has = (metric: string): boolean => rows.some(({ point }) => figureIn(point, metric) !== null);
  return relationOf("curve_points", rows, [
    ...places,
    level("throughput", "Throughput", "tok/s", throughputIn),
    rows.some(({ point }) => isOfManyGpus(point)) && level("throughput_per_gpu", "Per GPU", "tok/s", perGpuOf),
    has("interactivity") &&
      level("interactivity", "Interactivity", "tok/s", (point) => figureIn(point, "interactivity")),
    has("goodput") && level("goodput", "Goodput", "req/s", (point) => figureIn(point, "goodput")),
    has("goodput") && level("goodput_share", "Within the SLO", "%", shareIn, decimalsOfShares(curves)),
    number("launches", "n", ({ point }) => point.figures[0]?.launches ?? 0),
    rows.some(({ point }) => point.why !== null) && text("note", "Note", ({ point }) => point.why ?? ""),
  ]);
}

/** The latencies of each measured point, from the send that its SLO counts from; empty where there is none. */
export function curveLatenciesRelation(curves: readonly Curve[]): Relation {
  const rows = pointsOf(curves).filter(({ point }) => point.why === null);
  const columns = ["ttft", "tpot", "e2e"].flatMap((latency) =>
    curvePercentiles.flatMap((stat) => {
      const of = (point: CurvePoint): MeasuredFigure | null => latencyIn(point, latency, stat);
      const isMeasured = rows.some(({ point }) => of(point) !== null);
      return isMeasured ? [level(`${latency}_${stat}`, metricWords(`${latency} ${stat}`), "ms", of)] : [];
    }),
  );
  return relationOf("curve_latencies", columns.length === 0 ? [] : rows, [...places, ...columns]);
}

type Row = { curve: Curve; point: CurvePoint };

function pointsOf(curves: readonly Curve[]): Row[] {
  return curves.flatMap((curve) => curve.points.map((point) => ({ curve, point })));
}

/** What every table of points begins with. */
const places: ColumnOf<Row>[] = [
  text("curve", "Curve", ({ curve }) => curve.name),
  number("load", "Load", ({ point }) => point.load),
];

/** A figure of each point with its interval over launches. */
export function level(
  key: string,
  title: string,
  unit: string,
  of: (point: CurvePoint) => MeasuredFigure | null,
  decimals = 2,
): ColumnOf<{ point: CurvePoint }> {
  return number(
    key,
    title,
    ({ point }): Cell | null => {
      const found = of(point);
      return found && { value: found.value, bounds: found.bounds };
    },
    { unit, decimals },
  );
}

/** True where the throughput per GPU is known and is not the throughput itself. */
function isOfManyGpus(point: CurvePoint): boolean {
  const perGpu = perGpuOf(point);
  return perGpu !== null && perGpu.value !== point.figures[0]?.value;
}

type MeasuredFigure = CurveFigure & { value: number };

const isMeasured = (figure: CurveFigure): figure is MeasuredFigure => figure.value !== null;

/** Null where the number of GPUs is not known. */
function perGpuOf({ figures }: CurvePoint): MeasuredFigure | null {
  return figures.filter(isMeasured).find(({ metric }) => metric.endsWith("_per_gpu")) ?? null;
}

/** The throughput is a point's first figure. */
export function throughputIn({ figures: [first] }: CurvePoint): MeasuredFigure | null {
  return first !== undefined && isMeasured(first) ? first : null;
}

/** A latency of a point, from the scheduled send where it counts from there; null where it was not measured. */
export function latencyIn(point: CurvePoint, latency: string, stat: string): MeasuredFigure | null {
  return figureIn(point, `${latency}_sched`, stat) ?? figureIn(point, latency, stat);
}

function figureIn({ figures }: CurvePoint, metric: string, stat?: string): MeasuredFigure | null {
  return (
    figures.filter(isMeasured).find((one) => one.metric === metric && (stat === undefined || one.stat === stat)) ?? null
  );
}

function shareIn(point: CurvePoint): MeasuredFigure | null {
  return figureIn(point, "goodput_share");
}

/** Decimals of the shares within the SLO, two at least, which tell each from the share that must. */
function decimalsOfShares(curves: readonly Curve[]): number {
  const ofEach = curves.map(({ slo, points }) =>
    decimalsBeside(
      slo?.share ?? 1,
      points.flatMap((point) => shareIn(point)?.value ?? []),
      2,
    ),
  );
  return Math.max(2, ...ofEach);
}

/** What the page says around the tables of curves. */
export function curvesFacts({ contrasts, stop = [] }: ReportInput["study"], curves: readonly Curve[]) {
  const share = curves.find(({ slo }) => slo !== null)?.slo?.share ?? null;
  return {
    sentences: curves.map((curve) => ({ name: curve.name, says: curveSentence(curve) })),
    /** Of the requests that must meet the SLO; null where none is stated. */
    sharePercent: share === null ? null : leastShareText(share),
    /** True of a study without a change: its curves are what it says. */
    areTheAnswer: contrasts.length === 0,
    latenciesFrom: latenciesFrom(curves),
    /** Limits that end a curve, with the workloads that they hold for. */
    stops: [...Map.groupBy(stop, ({ limits }) => limitsText(limits))].map(([limits, own]) => ({
      limits,
      workloads: own.map(({ workload }) => workload),
    })),
  };
}

function isOpen({ points }: Curve): boolean {
  return points.some((point) => figureIn(point, "e2e_sched") !== null);
}

/** `the intended send`: what TTFT and E2E count from. */
function latenciesFrom(curves: readonly Curve[]): string {
  const [intended, actual] = ["the intended send, as the SLO counts them", "the actual send"];
  if (curves.every(isOpen)) return intended;
  return curves.some(isOpen) ? `${intended}, in an open loop, and ${actual} in a closed one` : actual;
}

function limitsText(limits: readonly { figure: string; above: number }[]): string {
  return limits.map(({ figure, above }) => `${figure}: ${above}`).join(", ");
}
