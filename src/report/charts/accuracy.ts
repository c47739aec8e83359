import { listText, percentText } from "../../math/figures.ts";
import type { AccuracyJudgement, PairedFigure } from "../../schema/finding.ts";
import { fixed } from "../numbers.ts";
import { number, relationOf, text } from "../relations/relation.ts";
import { metricWords } from "../relations/wording.ts";
import type { ChartRows } from "./chart.ts";
import type { ChartInput } from "./index.ts";

/** A change with the figure of its accuracy that stands worst before its gate. */
interface Kept extends PairedFigure {
  change: string;
}

/** A gate that is failed speaks before one that is open, and that before one that is passed. */
const WORST_FIRST: readonly PairedFigure["status"][] = ["fail", "unknown", "pass"];

/** What each change keeps of the baseline's score, beside its gate, and how many answers won and lost. */
export function accuracy({ accuracy: judgements = [] }: ChartInput): ChartRows {
  const rows = judgements.flatMap(worstFigure);
  const relation = relationOf("accuracy", rows, [
    text("change", "Change", ({ change }) => change),
    text("metric", "Metric", ({ metric }) => metricWords(metric)),
    number(
      "kept",
      "Of the baseline's",
      ({ ratio, interval }) => ({
        value: 100 * ratio,
        bounds: interval && { lower: 100 * interval.lower, upper: 100 * interval.upper },
      }),
      { unit: "%", decimals: 2 },
    ),
    number("gate", "Gate", ({ gate }) => 100 * gate, { unit: "%" }),
    text("status", "Gate is", ({ status }) => ({ value: status, strong: status === "fail" })),
    number("losses", "Lost", ({ losses }) => losses),
    number("ties", "Tied", ({ ties }) => ties),
    number("wins", "Won", ({ wins }) => wins),
    number("pairs", "Pairs", ({ n }) => n),
  ]);
  return { relation, finding: findingOf(rows) };
}

/** The figure that stands closest to its gate, a failed one before all others; none where none was judged. */
export function worstFigure({ treatment, figures }: AccuracyJudgement): Kept[] {
  const [worst] = figures.toSorted(
    (left, right) =>
      WORST_FIRST.indexOf(left.status) - WORST_FIRST.indexOf(right.status) ||
      left.ratio / left.gate - right.ratio / right.gate,
  );
  return worst === undefined ? [] : [{ change: treatment, ...worst }];
}

/** Who breaks the gate and by how much, where it is open, and who keeps it. */
function findingOf(rows: readonly Kept[]): string {
  const [first] = rows;
  if (first === undefined) return "";
  const gate = `the ${percentText(first.gate)} gate`;
  const [broken, open, kept] = WORST_FIRST.map((status) => rows.filter((one) => one.status === status));
  const said = (
    list: readonly Kept[] = [],
    name: (one: Kept) => string,
    verb: [one: string, many: string],
  ): string[] => (list.length === 0 ? [] : [`${listText(list.map(name))} ${verb[list.length === 1 ? 0 : 1]}`]);
  const isAll = kept?.length === rows.length;
  const parts = [
    ...said(broken, withFigure, [`breaks ${gate}`, `break ${gate}`]),
    ...said(open, withFigure, [
      "is not settled: the gate lies within its interval",
      "are not settled: the gate lies within their intervals",
    ]),
    ...said(kept, isAll && rows.length === 1 ? withFigure : ({ change }) => change, [`keeps ${gate}`, `keep ${gate}`]),
    ...(isAll && rows.length > 1 ? [`lowest is ${withFigure(lowestOf(rows))}`] : []),
  ];
  return `${parts.join("; ")}.`;
}

function lowestOf(rows: readonly Kept[]): Kept {
  return rows.reduce((lowest, one) => (one.ratio / one.gate < lowest.ratio / lowest.gate ? one : lowest));
}

/** `awq (78.3 % of the baseline's ROUGE-1 [77.1, 79.5])`. */
function withFigure({ change, metric, ratio, interval }: Kept): string {
  const bounds = interval === null ? "" : ` [${fixed(100 * interval.lower, 1)}, ${fixed(100 * interval.upper, 1)}]`;
  return `${change} (${percentText(ratio, 1)} of the baseline's ${metricWords(metric)}${bounds})`;
}
