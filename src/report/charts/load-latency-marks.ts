import { scaleLinear, scaleLog } from "d3-scale";
import { saidOf } from "../../math/figures.ts";
import type { RatioBounds } from "../../schema/effect.ts";
import { plain } from "../numbers.ts";
import { shortened, type Place } from "./labels.ts";
import { figureIn, loadFigures, type DrawnCurve, type ShownPercentile, type LoadFigure } from "./load-curves.ts";
import { labelMarks, marksOfPanel, shapesOf, type Mark } from "./marks.ts";

/** The plot of a panel, in the units of the specification. */
const plot = { width: 345, height: 210, padding: 14 };
/** Of notes, from the plot's upper edge. */
const [ABOVE_TITLE, ABOVE, BELOW] = [-28, -12, 244];
/** A limit further from the latencies than this factor would squeeze them: it is in the table's words, and not drawn. */
const FAR = 4;

/** Everything that is drawn of the curves of one workload: a row of panels, told apart by `figure`. */
export function loadLatencyMarks(curves: readonly DrawnCurve[], stat: ShownPercentile): Mark[] {
  const panel = curves[0]!.panel;
  return loadFigures.flatMap((figure) => marksOfPanel({ figure, panel }, marksOf(curves, figure, stat)));
}

/** An interval is drawn as far as this factor beyond the values of its panel: that of two odd launches would squeeze all curves. */
const REACH = 1.5;

interface Placed {
  load: number;
  value: number;
  bounds?: RatioBounds | null;
}

function marksOf(curves: readonly DrawnCurve[], figure: LoadFigure, stat: ShownPercentile): Mark[] {
  const { panel, curve: first } = curves[0]!;
  const { setting } = first;
  const shapeOf = shapesOf(curves.map(({ configuration }) => configuration));
  const ofSetting = curves.filter(({ curve }) => curve.setting === setting);
  const values = ofSetting.flatMap(({ curve }) =>
    curve.points.flatMap((point) => figureIn(point, figure, stat)?.value ?? []),
  );
  const series = ofSetting
    .map((drawn) => ({
      ...drawn,
      points: drawn.curve.points.flatMap((point) => {
        const found = figureIn(point, figure, stat);
        return found === null
          ? []
          : [{ load: point.load, value: found.value, bounds: within(found.bounds, values), point }];
      }),
    }))
    .filter(({ points }) => points.length > 0);
  if (series.length === 0) return [];
  const limit = limitOf(curves, figure, values);
  const title = {
    throughput: "output tok/s, better ↑",
    ttft: latencyTitle("TTFT"),
    e2e: latencyTitle("E2E"),
  }[figure];
  return [
    ...series.flatMap(({ configuration, curve, points }) =>
      points.map(({ load, value, bounds, point }): Mark => ({
        kind: "point",
        load,
        value,
        lower: bounds?.lower ?? null,
        upper: bounds?.upper ?? null,
        experiment: point.experiment,
        series: configuration.name,
        decision: configuration.decision,
        is_named: configuration.isNamed,
        is_broken: point.keepsSlo === false,
        is_knee: curve.knee.load === load,
        shape: shapeOf(configuration),
      })),
    ),
    ...(limit === null ? [] : [{ kind: "limit", value: limit, said: `SLO: ≤ ${plain(limit)} ms` }]),
    ...labelsOf(series, figure, limit),
    ...(panel === "" ? [] : [{ kind: "panel", said: panel, align: "left", at: ABOVE_TITLE }]),
    { kind: "title", said: title, align: "left", at: ABOVE },
    ...legendOf(series).map((said): Mark => ({ kind: "legend", said, align: "left", at: BELOW })),
    {
      kind: "axis",
      said: setting === "load.concurrency" ? "requests in flight" : "requests/s",
      align: "right",
      at: BELOW,
    },
  ];

  function latencyTitle(name: string): string {
    const isScheduled = curves.some(({ curve }) =>
      curve.points.some((point) => figureIn(point, figure, stat)?.metric === `${figure}_sched`),
    );
    return `${name} ${stat} from the ${isScheduled ? "intended" : "actual"} send, ms (log), better ↓`;
  }
}

function within(bounds: RatioBounds | null, values: readonly number[]): RatioBounds | null {
  if (bounds === null) return null;
  return {
    lower: Math.max(bounds.lower, Math.min(...values) / REACH),
    upper: Math.min(bounds.upper, Math.max(...values) * REACH),
  };
}

function limitOf(curves: readonly DrawnCurve[], figure: LoadFigure, values: readonly number[]): number | null {
  const { ttftMs, e2eMs } = curves[0]!.limits;
  const limit = { throughput: undefined, ttft: ttftMs, e2e: e2eMs }[figure];
  if (limit === undefined || limit > FAR * Math.max(...values) || limit * FAR < Math.min(...values)) return null;
  return limit;
}

/** What rings and hollow points mean, where there are any. */
function legendOf(series: readonly DrawnCurve[]): string[] {
  const named = series.filter(({ configuration }) => configuration.isNamed);
  const hasKnee = named.some(({ curve }) => curve.knee.load !== null);
  const isBroken = named.some(({ curve }) => curve.slo?.breaksAt != null);
  const said = saidOf(hasKnee && "ring: knee", isBroken && "hollow: breaks the SLO");
  return said.length === 0 ? [] : [said.join("; ")];
}

type Series = (DrawnCurve & { points: Placed[] })[];

/** Names at their curves. */
function labelsOf(series: Series, figure: LoadFigure, limit: number | null): Mark[] {
  const places = placesOf(series, figure, limit);
  const named = series.filter(({ configuration }) => configuration.isNamed);
  // From the right end on, where curves part.
  const wanted = named.map(({ configuration: { name, decision }, points }) => ({
    said: shortened(name),
    decision,
    beside: points.toReversed().map(({ load, value }) => ({ load, value })),
  }));
  return labelMarks(
    wanted,
    places,
    [
      ...series.map(({ points }) => points.map(places)),
      ...(limit === null ? [] : [-10, 0].map((up) => lineAt(places({ load: 1, value: limit }).y + up))),
    ],
    plot,
  );
}

function lineAt(y: number): Place[] {
  return [0, plot.width].map((x) => ({ x, y }));
}

/** Places as the specification's scales put them, near enough for labels. */
function placesOf(series: Series, figure: LoadFigure, limit: number | null): (point: Placed) => Place {
  const points = series.flatMap((one) => one.points);
  const loads = points.map(({ load }) => load);
  const drawn = series.filter(({ configuration }) => configuration.isNamed).flatMap((one) => one.points);
  const values = [
    ...points.map(({ value }) => value),
    ...drawn.flatMap(({ bounds }) => (bounds ? [bounds.lower, bounds.upper] : [])),
    ...(limit === null ? [] : [limit]),
  ];
  const { width, height, padding } = plot;
  const across = [padding, width - padding];
  const up = [height - padding, padding];
  const x = scaleLog([Math.min(...loads), Math.max(...loads)], across);
  const ends = [Math.min(...values), Math.max(...values)];
  const y = figure === "throughput" ? scaleLinear([0, ends[1]!], up) : scaleLog(ends, up);
  return ({ load, value }) => ({ x: x(load), y: y(value) });
}
