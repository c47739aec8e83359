import { fixed, rounded } from "../numbers.ts";
import { number, relationOf, text } from "../relations/relation.ts";
import { costColumns, costsOf } from "../relations/costs.ts";
import type { ChartRows } from "./chart.ts";
import type { ChartInput } from "./index.ts";
import { shortened } from "./labels.ts";
import { marksRelation } from "./marks.ts";
import { tradeOffMarks } from "./trade-off-marks.ts";
import { frontOf, tradeOffPoints, type TradeOffPoint } from "./trade-off-points.ts";
import { someText } from "../../math/figures.ts";

/** Panels beyond these are in the table alone. */
const MOST_PANELS = 4;
/** Names in a sentence at most; the others are counted. */
const MOST_NAMES = 3;

/** Output tokens of a GPU against tokens of one user, both a second: what more load gains the one and takes from the other. */
export function tradeOff(input: ChartInput): ChartRows {
  const { points, isPerGpu } = tradeOffPoints(input);
  const panels = [...Map.groupBy(points, ({ panel }) => panel).values()].filter((own) => own.length > 1);
  const shown = panels.flat();
  const relation = relationOf("trade_off", shown, [
    panels.length > 1 && text("panel", "For", ({ panel }) => panel),
    text("configuration", "Configuration", ({ configuration, isFront }) => ({
      value: configuration.name,
      strong: isFront,
    })),
    text("decision", "Decision", ({ configuration }) => configuration.decision),
    shown.some(({ load }) => load !== null) && text("load", "Load", ({ load }) => load?.words ?? ""),
    number("interactivity", "For one user", (point) => point.interactivity, { unit: "tok/s", decimals: 1 }),
    number("throughput", isPerGpu ? "Per GPU" : "Throughput", (point) => point.throughput, {
      unit: "tok/s",
      decimals: 1,
    }),
    number("launches", "n", ({ launches }) => launches),
    ...costColumns<TradeOffPoint>(costsOf(input), ({ row }) => row),
    text("front", "Front", ({ isFront }) => (isFront ? "on the front" : "dominated")),
    shown.some(({ limit }) => limit !== null) &&
      text("slo", "SLO", (point) =>
        point.limit === null ? "" : isWithin(point) ? "within" : `misses ${point.limit.words}`,
      ),
  ]);
  const drawn = panels.slice(0, MOST_PANELS);
  return {
    relation,
    finding: drawn.length === 0 ? "" : findingOf(drawn[0]!, panels.length, isPerGpu),
    beside: [
      marksRelation(
        "trade_off_marks",
        drawn.map((own) => tradeOffMarks(own, isPerGpu)),
      ),
    ],
  };
}

/** Who is on the front, from the fastest for one user to the most of a GPU, and who never is. */
function findingOf(points: readonly TradeOffPoint[], panels: number, isPerGpu: boolean): string {
  const where = panels > 1 ? `For ${points[0]!.panel}: ` : "";
  const front = [...Map.groupBy(frontOf(points).toReversed(), ({ configuration }) => configuration.name)];
  const never = [...new Set(points.map(({ configuration }) => configuration.name))].filter(
    (name) => !front.some(([other]) => other === name),
  );
  const said = front.map(([name, own]) => `${shortened(name)} (${reachText(own, isPerGpu)})`);
  const members = someText(said, MOST_NAMES);
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

function isWithin({ limit, interactivity }: TradeOffPoint): boolean {
  return limit === null || interactivity >= limit.interactivity;
}

/** How far a configuration reaches on the front, both ways; as long as its tokens come within the limit. */
function reachText(own: readonly TradeOffPoint[], isPerGpu: boolean): string {
  const within = own.filter(isWithin);
  const reach = within.length > 0 ? within : own;
  const upTo = reach.length > 1 ? "up to " : "";
  const user = fixed(Math.max(...reach.map(({ interactivity }) => interactivity)), 1);
  const gpu = rounded(Math.max(...reach.map(({ throughput }) => throughput)));
  const outside = within.length > 0 ? "" : `, outside the SLO's ${own[0]!.limit?.words ?? ""}`;
  return `${upTo}${user} tok/s for one user, ${upTo}${gpu} ${isPerGpu ? "per GPU" : "in all"}${outside}`;
}

function namesText(names: readonly string[]): string {
  const shown = names.map((name) => shortened(name));
  return someText(shown, names.length > MOST_NAMES ? MOST_NAMES - 1 : MOST_NAMES);
}
