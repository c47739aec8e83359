import { scaleLinear } from "d3-scale";
import { countText, listText } from "../../math/figures.ts";
import { cellName } from "../../schema/cell-name.ts";
import type { Assignment } from "../../schema/knob.ts";
import { plain } from "../numbers.ts";
import { number, relationOf, text, type Relation } from "../relations/relation.ts";
import { figureOf } from "../relations/wording.ts";
import type { ReportSummary } from "../report-input.ts";
import type { ChartRows } from "./chart.ts";
import { configurationName, configurationsOf, type Configuration } from "./configurations.ts";
import type { ChartInput } from "./index.ts";
import { placedLabels, shortened } from "./labels.ts";

/** What one configuration gives at one load: tokens a second for one user, and of a GPU. */
interface Point {
  configuration: Configuration;
  /** Workload and point of all axes but the load; empty where there is one. */
  panel: string;
  /** What the load is, where it is swept: `32 in flight`. */
  load: { value: number; words: string } | null;
  interactivity: number;
  throughput: number;
  launches: number;
  /** True where no other point of its panel is better in both. */
  isFront: boolean;
  /** TPOT's limit as tokens a second for one user, and what limits it; null where the workload has none. */
  limit: { interactivity: number; words: string } | null;
}

/** Panels beyond these are in the table alone. */
const MOST_PANELS = 4;
/** Names in a sentence at most; the others are counted. */
const MOST_NAMES = 3;
/** The plot of a panel, in the units of the specification. */
const plot = { width: 345, height: 230, padding: 14 };
/** A limit further below the lowest point than this share of it would squeeze the points into a corner: it is said, and not drawn. */
const FAR = 0.6;

/** Output tokens of a GPU against tokens of one user, both a second: what more load gains the one and takes from the other. */
export function tradeOff(input: ChartInput): ChartRows {
  const isPerGpu = measured(input).every(({ gpus }) => gpus !== null && gpus > 0);
  const points = pointsOf(input, isPerGpu);
  const panels = [...Map.groupBy(points, ({ panel }) => panel).values()].filter((own) => own.length > 1);
  const shown = panels.flat();
  const isSwept = shown.some(({ load }) => load !== null);
  const relation = relationOf("trade_off", shown, [
    ...(panels.length > 1 ? [text<Point>("panel", "For", ({ panel }) => panel)] : []),
    text("configuration", "Configuration", ({ configuration }) => configuration.name),
    text("decision", "Decision", ({ configuration }) => configuration.decision),
    ...(isSwept ? [text<Point>("load", "Load", ({ load }) => load?.words ?? "")] : []),
    number("interactivity", "For one user", (point) => point.interactivity, { unit: "tok/s", decimals: 1 }),
    number("throughput", isPerGpu ? "Per GPU" : "Throughput", (point) => point.throughput, {
      unit: "tok/s",
      decimals: 1,
    }),
    number("launches", "n", ({ launches }) => launches),
    text("front", "Front", ({ isFront }) => (isFront ? "on the front" : "dominated")),
    ...(shown.some(({ limit }) => limit !== null)
      ? [
          text<Point>("slo", "SLO", ({ limit, interactivity }) =>
            limit === null ? "" : interactivity >= limit.interactivity ? "within" : `misses ${limit.words}`,
          ),
        ]
      : []),
  ]);
  const drawn = panels.slice(0, MOST_PANELS);
  return {
    relation,
    finding: drawn.length === 0 ? "" : findingOf(drawn[0]!, panels.length, isPerGpu),
    beside: [marksOf(drawn, isPerGpu)],
  };
}

/** Rows with figures that count. */
function measured({ summaries }: Pick<ChartInput, "summaries">): ReportSummary[] {
  return summaries.filter(
    (row) => row.figuresAreUsable && interactivityOf(row) !== null && figureOf(row, "output_throughput", "value"),
  );
}

const interactivityOf = (row: ReportSummary): number | null => figureOf(row, "interactivity", "value");

function pointsOf(input: ChartInput, isPerGpu: boolean): Point[] {
  const { study } = input;
  const rows = measured(input);
  const configurations = configurationsOf(input);
  const experiments = new Map(study.experiments.map((one) => [one.labels.name, one]));
  const workloads = new Map((study.workloads ?? []).map((one) => [one.name, one]));
  // The steady throughput where every point has it, so that ramp-up and drain of short points bend no series.
  const steady = rows.every((row) => figureOf(row, "output_throughput_steady", "value") !== null);
  const metric = steady ? "output_throughput_steady" : "output_throughput";
  const found = rows.flatMap((row) => {
    const experiment = experiments.get(row.experiment);
    if (experiment === undefined) return [];
    const { labels, knobs } = experiment;
    const configuration = configurations.get(configurationName(labels))!;
    const panelKey = JSON.stringify([
      labels.system,
      labels.workload,
      knobsIn(knobs, (name) => name.startsWith("dataset.")),
    ]);
    const seriesKey = JSON.stringify([panelKey, configuration.name]);
    const figure = row.figures.find((one) => one.metric === metric);
    return [
      { row, experiment, configuration, panelKey, seriesKey, figure, limits: workloads.get(labels.workload)?.limits },
    ];
  });
  const series = Map.groupBy(found, ({ seriesKey }) => seriesKey);
  const panels = Map.groupBy(found, ({ panelKey }) => panelKey);
  const points = found.map(({ row, experiment, configuration, panelKey, seriesKey, figure, limits }): Point => {
    const swept = sweptLoad(series.get(seriesKey)!.map((one) => one.experiment.knobs));
    const value = swept === null ? null : experiment.knobs[swept];
    const panel = panels.get(panelKey)!;
    return {
      configuration,
      panel: panels.size < 2 ? "" : panelName(panel.map((one) => cellName(one.experiment.labels))),
      load: typeof value === "number" ? { value, words: loadWords(swept!, value) } : null,
      interactivity: interactivityOf(row)!,
      throughput: (figure?.value ?? 0) / (isPerGpu ? row.gpus! : 1),
      launches: figure?.n ?? 0,
      isFront: false,
      limit: limitOf(limits),
    };
  });
  const byPanel = Map.groupBy(points, ({ panel }) => panel);
  return points.map((point) => ({
    ...point,
    isFront: !byPanel.get(point.panel)!.some((other) => isBetter(other, point)),
  }));
}

/** At least as good in both, and better in one. */
function isBetter(other: Point, point: Point): boolean {
  const [user, gpu] = [other.interactivity - point.interactivity, other.throughput - point.throughput];
  return user >= 0 && gpu >= 0 && user + gpu > 0;
}

/** The load setting that the points of one configuration differ in; null where none does. */
function sweptLoad(knobs: readonly Assignment[]): string | null {
  const names = new Set(knobs.flatMap((one) => Object.keys(one).filter((name) => name.startsWith("load."))));
  return [...names].find((name) => new Set(knobs.map((one) => one[name])).size > 1) ?? null;
}

function loadWords(setting: string, value: number): string {
  const words: Record<string, string> = { "load.concurrency": "in flight", "load.rate": "requests/s" };
  return `${value} ${words[setting] ?? setting.replace(/^load\./, "").replaceAll("_", " ")}`;
}

function knobsIn(knobs: Assignment, wanted: (name: string) => boolean): Assignment {
  return Object.fromEntries(Object.entries(knobs).filter(([name]) => wanted(name)));
}

/** What the names of a panel's points have in common. */
function panelName(names: readonly string[]): string {
  const all = names.map((name) => name.split(/[@·]/));
  return (all[0] ?? []).filter((part) => all.every((parts) => parts.includes(part))).join("·");
}

/** A request's TPOT is at most its longest gap, so that a limit on gaps is one on both. */
function limitOf(limits: { tpotMs?: number; itlMs?: number } | undefined): Point["limit"] {
  const [ms, name] = limits?.tpotMs === undefined ? [limits?.itlMs, "ITL"] : [limits.tpotMs, "TPOT"];
  return ms === undefined ? null : { interactivity: 1000 / ms, words: `${name} ≤ ${plain(ms)} ms` };
}

/** Everything that is drawn, a row a mark, by its `kind`. */
function marksOf(panels: readonly Point[][], isPerGpu: boolean): Relation {
  const rows = panels.flatMap((points) => marksOfPanel(points, isPerGpu));
  const column = (key: keyof Mark) => text<Mark>(key, key, (mark) => mark[key] ?? null);
  return relationOf(
    "trade_off_marks",
    rows,
    (
      [
        "kind",
        "panel",
        "x",
        "y",
        "series",
        "order",
        "decision",
        "is_named",
        "is_front",
        "shape",
        "said",
        "side",
      ] as const
    ).map(column),
  );
}

interface Mark {
  kind: "point" | "front" | "limit" | "label" | "words";
  panel: string;
  x?: number;
  y?: number;
  series?: string;
  order?: number;
  decision?: string;
  is_named?: boolean;
  is_front?: boolean;
  shape?: string;
  said?: string;
  side?: string;
}

const shapes = ["circle", "triangle-up", "diamond", "cross"];

function marksOfPanel(points: readonly Point[], isPerGpu: boolean): Mark[] {
  const panel = points[0]!.panel;
  const limit = drawnLimit(points);
  const series = Map.groupBy(points, ({ configuration }) => configuration);
  const named = [...series.keys()].filter(({ isNamed, decision }) => isNamed && decision !== "BASELINE");
  const front = points
    .filter(({ isFront }) => isFront)
    .toSorted((left, right) => left.interactivity - right.interactivity);
  return [
    ...[...series].flatMap(([{ name, decision, isNamed }, own]) =>
      inOrder(own).map((point, order): Mark => ({
        kind: "point",
        panel,
        x: point.interactivity,
        y: point.throughput,
        series: name,
        order,
        decision,
        is_named: isNamed,
        is_front: point.isFront,
        shape: decision === "BASELINE" ? "square" : (shapes[named.findIndex((one) => one.name === name)] ?? "circle"),
      })),
    ),
    ...frontOf(points).map((point, order): Mark => ({
      kind: "front",
      panel,
      x: point.interactivity,
      y: point.throughput,
      order,
    })),
    ...(limit === null ? [] : [{ kind: "limit" as const, panel, x: limit.interactivity, said: `SLO: ${limit.words}` }]),
    ...labelsOf(points, limit),
    {
      kind: "words",
      panel,
      said: `${panel === "" ? "" : `${panel}: `}output tok/s${isPerGpu ? " per GPU" : ""}, better ↑`,
    },
  ];
}

/** From the most tokens to the fastest for one user. */
function frontOf(points: readonly Point[]): Point[] {
  return points
    .filter(({ isFront }) => isFront)
    .toSorted((left, right) => left.interactivity - right.interactivity || right.throughput - left.throughput);
}

function inOrder(points: readonly Point[]): Point[] {
  return points.toSorted((left, right) => (left.load?.value ?? 0) - (right.load?.value ?? 0));
}

function drawnLimit(points: readonly Point[]): Point["limit"] {
  const limit = points[0]?.limit ?? null;
  const lowest = Math.min(...points.map(({ interactivity }) => interactivity));
  return limit === null || limit.interactivity < FAR * lowest ? null : limit;
}

/** Names at their series, and the load at the ends of each that reaches the front. */
function labelsOf(points: readonly Point[], limit: Point["limit"]): Mark[] {
  const xs = [...points.map(({ interactivity }) => interactivity), ...(limit === null ? [] : [limit.interactivity])];
  const ys = points.map(({ throughput }) => throughput);
  const { width, height, padding } = plot;
  const [xOf, yOf] = [
    scaleLinear([Math.min(...xs), Math.max(...xs)], [padding, width - padding]),
    scaleLinear([Math.min(...ys), Math.max(...ys)], [height - padding, padding]),
  ];
  const placeOf = (point: Point) => ({ x: xOf(point.interactivity), y: yOf(point.throughput) });
  const all = [...Map.groupBy(points, ({ configuration }) => configuration)].map(([configuration, own]) => ({
    configuration,
    own: inOrder(own),
  }));
  const named = all.filter(({ configuration }) => configuration.isNamed);
  const wanted = [
    ...named.map(({ configuration: { name, decision }, own }) => ({
      said: shortened(name),
      decision: decision as string,
      own,
    })),
    ...named.flatMap(({ own }) => {
      const ends = own.length > 1 && own.some(({ isFront }) => isFront) ? [own[0]!, own.at(-1)!] : [];
      return ends.flatMap((end) =>
        end.load === null ? [] : [{ said: String(end.load.value), decision: "load", own: [end] }],
      );
    }),
  ];
  const atLimit = limit === null ? null : xOf(limit.interactivity);
  const note =
    atLimit === null
      ? []
      : [-7, 7].map((up) => [
          { x: atLimit, y: height - 8 + up },
          { x: atLimit + 150, y: height - 8 + up },
        ]);
  const placed = placedLabels(
    wanted.map(({ said, own }) => ({ text: said, beside: own.map(placeOf) })),
    [...all.map(({ own }) => own.map(placeOf)), stepsOf(frontOf(points).map(placeOf)), ...note],
    plot,
  );
  return wanted.flatMap(({ said, decision, own }, index): Mark[] => {
    const place = placed[index];
    if (place == null) return [];
    const point = own[place.at]!;
    return [
      {
        kind: "label",
        panel: point.panel,
        x: point.interactivity,
        y: point.throughput,
        said,
        decision,
        side: place.side,
      },
    ];
  });
}

/** The corners of the steps that join the places, from one end of the plot to the other. */
function stepsOf(front: readonly { x: number; y: number }[]): { x: number; y: number }[] {
  const [first, last] = [front[0], front.at(-1)];
  if (first === undefined || last === undefined) return [];
  const corners = front.flatMap((place, at) => (at === 0 ? [place] : [{ x: front[at - 1]!.x, y: place.y }, place]));
  return [{ x: 0, y: first.y }, ...corners, { x: last.x, y: plot.height }];
}

/** Who is on the front, from the fastest for one user to the most of a GPU, and who never is. */
function findingOf(points: readonly Point[], panels: number, isPerGpu: boolean): string {
  const where = panels > 1 ? `For ${points[0]!.panel}: ` : "";
  const front = [...Map.groupBy(frontOf(points).toReversed(), ({ configuration }) => configuration.name)];
  const never = [...new Set(points.map(({ configuration }) => configuration.name))].filter(
    (name) => !front.some(([other]) => other === name),
  );
  const said = front.slice(0, MOST_NAMES).map(([name, own]) => `${name} (${reachText(own, isPerGpu)})`);
  const more = front.length - said.length;
  const members = more > 0 ? `${said.join(", ")} and ${countText(more, "other")}` : listText(said);
  const verb =
    front.length === 1 && never.length > 0
      ? "alone is on the front"
      : front.length === 1
        ? "is on the front"
        : "are on the front";
  const off = never.length === 0 ? "" : `; ${namesText(never)} never ${never.length === 1 ? "is" : "are"}`;
  const single = points.every(({ launches }) => launches < 2) ? ", by one launch each" : "";
  return `${where}${members} ${verb}${off}${single}.`;
}

/** How far a configuration reaches on the front, both ways; as long as its tokens come within the limit. */
function reachText(own: readonly Point[], isPerGpu: boolean): string {
  const isWithin = ({ limit, interactivity }: Point): boolean => limit === null || interactivity >= limit.interactivity;
  const within = own.filter(isWithin);
  const reach = within.length > 0 ? within : own;
  const upTo = reach.length > 1 ? "up to " : "";
  const user = plain(Number(Math.max(...reach.map(({ interactivity }) => interactivity)).toFixed(1)));
  const gpu = plain(Math.round(Math.max(...reach.map(({ throughput }) => throughput))));
  const outside = within.length > 0 ? "" : `, outside the SLO's ${own[0]!.limit?.words ?? ""}`;
  return `${upTo}${user} tok/s for one user, ${upTo}${gpu} ${isPerGpu ? "per GPU" : "in all"}${outside}`;
}

function namesText(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return listText(names);
  return `${names.slice(0, MOST_NAMES - 1).join(", ")} and ${names.length - MOST_NAMES + 1} others`;
}
