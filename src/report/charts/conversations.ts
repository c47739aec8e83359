import { scaleLinear, scaleLog } from "d3-scale";
import { listText } from "../../math/figures.ts";
import { cellName, configurationName } from "../../schema/experiment.ts";
import { fixed } from "../numbers.ts";
import { trialsOfRow, ttftByTurn } from "../relations/conversations.ts";
import { number, relationOf, text } from "../relations/relation.ts";
import type { ChartRows } from "./chart.ts";
import { configurationsOf, type Configuration } from "./configurations.ts";
import type { ChartInput } from "./index.ts";
import { shortened } from "./labels.ts";
import { labelMarks, marksOfPanel, marksRelation, shapesOf, type Mark } from "./marks.ts";

/** How long the turns of one experiment's conversations wait for their first token, in ms. */
interface Turns {
  experiment: string;
  configuration: Configuration;
  /** Workload and point of the sweep; empty where there is one. */
  cell: string;
  p50: (number | null)[];
  p99: (number | null)[];
}

const stats = ["p50", "p99"] as const;
/** Workloads and points of the sweep that are drawn; the table has all. */
const MOST_CELLS = 2;
/** Configurations that a sentence compares at most. */
const MOST_SAID = 3;
/** The plot of a panel, in the units of the specification. */
const plot = { width: 345, height: 190, padding: 14 };

/** How TTFT grows from turn to turn, as the history of a conversation does. */
export function conversations(input: ChartInput): ChartRows {
  const configurations = configurationsOf(input);
  const all = input.study.experiments.flatMap(({ id, labels }): Turns[] => {
    const own = trialsOfRow(input, { id, labels });
    const [p50, p99] = stats.map((stat) => ttftByTurn(own, stat)) as [Turns["p50"], Turns["p99"]];
    const configuration = configurations.get(configurationName(labels));
    if (configuration === undefined || p50.filter((value) => value !== null).length < 2) return [];
    return [{ experiment: labels.name, configuration, cell: cellName(labels), p50, p99 }];
  });
  const rows = all.flatMap((turns) => turns.p50.map((_, at) => ({ turns, at })));
  const relation = relationOf("turns", rows, [
    text("experiment", "Experiment", ({ turns }) => turns.experiment),
    text("decision", "Decision", ({ turns }) => turns.configuration.decision),
    number("turn", "Turn", ({ at }) => at + 1),
    ...stats.map((stat) =>
      number<(typeof rows)[number]>(`ttft_${stat}`, `TTFT ${stat}`, ({ turns, at }) => turns[stat][at] ?? null, {
        unit: "ms",
        decimals: 1,
      }),
    ),
  ]);
  const cells = [...Map.groupBy(all, ({ cell }) => cell).values()];
  const panels = cells.slice(0, MOST_CELLS).flatMap((own) => stats.map((stat) => marksOf(own, stat, cells.length > 1)));
  return {
    relation,
    finding: findingOf(cells[0] ?? [], cells.length > 1),
    beside: [marksRelation("turns_marks", panels)],
  };
}

type Place = { turn: number; value: number };

function marksOf(all: readonly Turns[], stat: (typeof stats)[number], isOneOfMany: boolean): Mark[] {
  const series = all
    .map((turns) => ({
      turns,
      places: turns[stat].flatMap((value, at): Place[] => (value === null ? [] : [{ turn: at + 1, value }])),
    }))
    .filter(({ places }) => places.length > 0);
  if (series.length === 0) return [];
  const cell = all[0]?.cell ?? "";
  const shapeOf = shapesOf(series.map(({ turns }) => turns.configuration));
  const title = `${isOneOfMany ? `${cell}: ` : ""}TTFT ${stat}, ms (log), better ↓`;
  return marksOfPanel({ panel: `${stat} ${cell}` }, [
    ...series.flatMap(({ turns: { experiment, configuration }, places }) =>
      places.map((point): Mark => ({
        kind: "point",
        ...point,
        experiment,
        decision: configuration.decision,
        is_named: configuration.isNamed,
        shape: shapeOf(configuration),
      })),
    ),
    ...labelsOf(series),
    { kind: "title", said: title },
  ]);
}

type Series = { turns: Turns; places: Place[] }[];

/** Names at their lines, from the last turn on. */
function labelsOf(series: Series): Mark[] {
  const named = series.filter(({ turns }) => turns.configuration.isNamed);
  const all = series.flatMap(({ places }) => places);
  const { width, height, padding } = plot;
  const x = scaleLinear([1, Math.max(...all.map(({ turn }) => turn))], [padding, width - padding]);
  const values = all.map(({ value }) => value);
  const y = scaleLog([Math.min(...values), Math.max(...values)], [height - padding, padding]);
  const placeOf = ({ turn, value }: Place) => ({ x: x(turn), y: y(value) });
  return labelMarks(
    named.map(({ turns: { configuration }, places }) => ({
      said: shortened(configuration.name),
      decision: configuration.decision,
      beside: places.toReversed(),
    })),
    placeOf,
    series.map(({ places }) => places.map(placeOf)),
    plot,
  );
}

/** `From turn 1 to 5, TTFT p50 goes from 12 to 60 ms (×5.0) for baseline and from 13 to 17 ms (×1.3) for apc.` */
function findingOf(all: readonly Turns[], isOneOfMany: boolean): string {
  const ends = all
    .filter(({ configuration }) => configuration.isNamed)
    .flatMap(({ configuration: { name }, p50 }) => {
      const from = p50.findIndex((value) => value !== null);
      const to = p50.findLastIndex((value) => value !== null);
      const [first, last] = [p50[from] ?? 0, p50[to] ?? 0];
      return from === to || first <= 0 ? [] : [{ name, turns: `From turn ${from + 1} to ${to + 1}`, first, last }];
    });
  const turns = ends[0]?.turns;
  const said = ends
    .filter((one) => one.turns === turns)
    .slice(0, MOST_SAID)
    .map(({ name, first, last }) => {
      const decimals = first < 10 ? 1 : 0;
      return `from ${fixed(first, decimals)} to ${fixed(last, decimals)} ms (×${fixed(last / first, 1)}) for ${shortened(name)}`;
    });
  const where = isOneOfMany ? ` under ${all[0]?.cell}` : "";
  return turns === undefined ? "" : `${turns}, TTFT p50${where} goes ${listText(said)}.`;
}
