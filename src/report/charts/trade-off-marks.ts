import { scaleLinear } from "d3-scale";
import { shortened, type Place } from "./labels.ts";
import type { Configuration } from "./configurations.ts";
import { labelMarks, marksOfPanel, shapesOf, type Mark } from "./marks.ts";
import { frontOf, type TradeOffPoint } from "./trade-off-points.ts";

/** The plot of a panel, in the units of the specification. */
const plot = { width: 345, height: 230, padding: 14 };
/** A limit further below the lowest point than this share of it would squeeze the points into a corner: it is said, and not drawn. */
const FAR = 0.6;
const LEAST_SPAN = 0.2;

/** Everything that is drawn of a panel. */
export function tradeOffMarks(points: readonly TradeOffPoint[], isPerGpu: boolean): Mark[] {
  const panel = points[0]!.panel;
  const limit = drawnLimit(points);
  const byConfiguration = Map.groupBy(points, ({ configuration }) => configuration);
  const series = [...byConfiguration].map(([configuration, own]): Series => ({ configuration, own: inOrder(own) }));
  const shapeOf = shapesOf([...byConfiguration.keys()]);
  return marksOfPanel({ panel }, [
    ...series.flatMap(({ configuration, own }) =>
      own.map((point, order): Mark => ({
        kind: "point",
        ...pointOf(point),
        experiment: point.row.experiment,
        series: configuration.name,
        order,
        decision: configuration.decision,
        is_named: configuration.isNamed,
        is_front: point.isFront,
        shape: shapeOf(configuration),
      })),
    ),
    ...cornersOf(points).map((point, order): Mark => ({ kind: "front", ...pointOf(point), order })),
    ...(limit === null ? [] : [{ kind: "limit", x: limit.interactivity, said: `SLO: ${limit.words}` }]),
    ...extentOf(points, limit).map(([x, y]): Mark => ({ kind: "extent", x, y })),
    ...labelsOf(points, series, limit),
    ...points
      .flatMap(({ load }) => load?.words.replace(/^\S+ /, "") ?? [])
      .slice(0, 1)
      .map((unit): Mark => ({ kind: "unit", said: `figures: ${unit}` })),
    { kind: "words", said: `${panel === "" ? "" : `${panel}: `}output tok/s${isPerGpu ? " per GPU" : ""}, better ↑` },
  ]);
}

/** The points of one configuration, from its lowest load up. */
interface Series {
  configuration: Configuration;
  own: TradeOffPoint[];
}

/** The points that the steps join: one behind another within the margin is on the front, and no corner of it. */
function cornersOf(points: readonly TradeOffPoint[]): TradeOffPoint[] {
  return frontOf(points).filter(({ isCorner }) => isCorner);
}

/** Ends of an axis: a fifth of the largest value apart at least, so that points which are nearly the same lie together. */
function endsOf(values: readonly number[]): [low: number, high: number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const more = Math.max(0, LEAST_SPAN * high - (high - low)) / 2;
  return [low - more, high + more];
}

function usersOf(points: readonly TradeOffPoint[], limit: TradeOffPoint["limit"]): number[] {
  return [...points.map(({ interactivity }) => interactivity), ...(limit === null ? [] : [limit.interactivity])];
}

/** Two corners of what the axes cover. */
function extentOf(points: readonly TradeOffPoint[], limit: TradeOffPoint["limit"]): [x: number, y: number][] {
  const [left, right] = endsOf(usersOf(points, limit));
  const [low, high] = endsOf(points.map(({ throughput }) => throughput));
  return [
    [left, low],
    [right, high],
  ];
}

function drawnLimit(points: readonly TradeOffPoint[]): TradeOffPoint["limit"] {
  const limit = points[0]?.limit ?? null;
  const lowest = Math.min(...points.map(({ interactivity }) => interactivity));
  return limit === null || limit.interactivity < FAR * lowest ? null : limit;
}

/** Names at their series, and the load at the ends of each that reaches the front. */
function labelsOf(points: readonly TradeOffPoint[], series: readonly Series[], limit: TradeOffPoint["limit"]): Mark[] {
  const { width, height, padding } = plot;
  const [xOf, yOf] = [
    scaleLinear(endsOf(usersOf(points, limit)), [padding, width - padding]),
    scaleLinear(endsOf(points.map(({ throughput }) => throughput)), [height - padding, padding]),
  ];
  const placeAt = ({ x, y }: Place): Place => ({ x: xOf(x), y: yOf(y) });
  const placeOf = (point: TradeOffPoint): Place => placeAt(pointOf(point));
  const named = series.filter(({ configuration }) => configuration.isNamed);
  const wanted = [
    ...named.map(({ configuration: { name, decision }, own }) => ({
      said: shortened(name),
      decision: decision as string,
      beside: own.map(pointOf),
    })),
    ...named.flatMap(({ own }) => {
      const ends = new Set([own[0]!, own.at(-1)!].filter(({ isFront }) => isFront));
      return [...ends].flatMap((end) =>
        end.load === null ? [] : [{ said: String(end.load.value), decision: "load", beside: [pointOf(end)] }],
      );
    }),
  ];
  const atLimit = limit === null ? null : xOf(limit.interactivity);
  const note =
    atLimit === null ? [] : [-7, 7].map((up) => [0, 150].map((along) => ({ x: atLimit + along, y: height - 8 + up })));
  return labelMarks(
    wanted,
    placeAt,
    [...series.map(({ own }) => own.map(placeOf)), stepsOf(cornersOf(points).map(placeOf)), ...note],
    plot,
  );
}

function pointOf({ interactivity, throughput }: TradeOffPoint): { x: number; y: number } {
  return { x: interactivity, y: throughput };
}

/** The corners of the steps that join the places, from one end of the plot to the other. */
function stepsOf(front: readonly Place[]): Place[] {
  const [first, last] = [front[0], front.at(-1)];
  if (first === undefined || last === undefined) return [];
  const corners = front.flatMap((place, at) => (at === 0 ? [place] : [{ x: front[at - 1]!.x, y: place.y }, place]));
  return [{ x: 0, y: first.y }, ...corners, { x: last.x, y: plot.height }];
}

function inOrder(points: readonly TradeOffPoint[]): TradeOffPoint[] {
  return points.toSorted((left, right) => (left.load?.value ?? 0) - (right.load?.value ?? 0));
}
