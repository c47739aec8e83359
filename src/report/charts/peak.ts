import { decimalsBeside, leastShareText } from "../../math/figures.ts";
import { judgedRates, rateBounds, type PeakFound, type PeakTry } from "../../schema/peak-found.ts";
import { plain } from "../numbers.ts";
import { decimalsOfTries } from "../relations/peaks.ts";
import { number, relationOf, text } from "../relations/relation.ts";
import type { ChartRows } from "./chart.ts";
import { configurationsOf } from "./configurations.ts";
import type { ChartInput } from "./index.ts";
import { shortened } from "./labels.ts";
import { marksOfPanel, marksRelation, type Mark } from "./marks.ts";

/** Searches beyond these are in the table alone. */
const MOST_PANELS = 5;
/** Searches that a sentence names at most. */
const MOST_SAID = 3;

/** Every rate that a search tried, in order, beside the share of its requests that met the SLO, and the peak among them. */
export function peak(input: ChartInput): ChartRows {
  const { peaks = [] } = input;
  const workloads = new Set(peaks.map(({ workload }) => workload));
  const rows = peaks.flatMap((search) => search.tries.map((one, at) => ({ search, one, at })));
  const relation = relationOf("peak", rows, [
    text("row", "Row", ({ search }) => search.row),
    workloads.size > 1 && text("workload", "Workload", ({ search }) => search.workload),
    number("try", "Try", ({ at }) => at + 1),
    number("rate", "Rate", ({ one }) => one.rate, { unit: "requests/s" }),
    number("within_slo", "Within the SLO", ({ one }) => one.withinSlo, { unit: "%", decimals: decimalsOfTries(peaks) }),
    number("asked", "Asked", ({ search }) => 100 * search.share, { unit: "%" }),
    text("outcome", "Outcome", ({ search, one }) => outcomeText(search, one)),
  ]);
  const configurations = configurationsOf(input);
  const named = peaks.filter(({ row }) => configurations.get(row)?.isNamed ?? true).slice(0, MOST_PANELS);
  return {
    relation,
    finding: findingOf(peaks),
    beside: [
      marksRelation(
        "peak_marks",
        named.map((search) => marksOf(search, workloads.size > 1)),
      ),
    ],
  };
}

/** `held`, `broke`, `not judged`, `FAILED`; of the highest that held that it is the peak. */
function outcomeText({ peak: highest }: PeakFound, { outcome, rate }: PeakTry): string {
  if (outcome === "spoiled") return "not judged";
  return outcome === "held" && rate === highest ? "held, peak" : outcome;
}

function marksOf(search: PeakFound, isOneOfMany: boolean): Mark[] {
  const panel = isOneOfMany ? `${search.row}@${search.workload}` : search.row;
  // A rate may be tried twice: the place keeps the two apart.
  const placeOf = (at: number): string => `${at + 1}. ${plain(search.tries[at]?.rate ?? 0)}/s`;
  const first = { order: 0, place: placeOf(0) };
  return marksOfPanel({ panel }, [
    ...search.tries.map((one, at): Mark => ({
      kind: "try",
      series: search.row,
      order: at,
      place: placeOf(at),
      share: one.withinSlo,
      outcome: one.outcome,
      said: outcomeText(search, one).replace("held, ", ""),
      is_peak: one.outcome === "held" && one.rate === search.peak,
    })),
    { kind: "limit", ...first, share: 100 * search.share, said: `line: ${leastShareText(search.share)}` },
    { kind: "title", ...first, said: shortened(panel, 34) },
  ]);
}

/** What each search found, the highest peak first. */
function findingOf(peaks: readonly PeakFound[]): string {
  const sorted = peaks.toSorted((left, right) => (right.peak ?? -1) - (left.peak ?? -1));
  const said = sorted.slice(0, MOST_SAID).map(searchText);
  const more = sorted.length - said.length;
  return said.length === 0 ? "" : `${said.join("; ")}${more > 0 ? `; ${more} more in the table` : ""}.`;
}

/** `fp8 holds 16 req/s, breaks at 32 (96.6 % within the SLO, 99 asked)` */
function searchText(search: PeakFound): string {
  const { row, tries, peak: highest, undecided } = search;
  const name = shortened(row);
  if (undecided !== null) {
    const least = undecided.atLeast === null ? "" : `, at least ${plain(undecided.atLeast)} req/s`;
    return `${name} is undecided${least}: ${plain(undecided.rate)} req/s could not be judged (${undecided.why.replace(/\.$/, "")})`;
  }
  const { broke } = rateBounds(judgedRates(tries));
  const failed = tries.find(({ outcome }) => outcome === "FAILED");
  if (broke === null) {
    const end = failed === undefined ? "the highest rate that was tried" : `the engine FAILED at ${plain(failed.rate)}`;
    return highest === null ? `${name} holds no rate: ${end}` : `${name} holds ${plain(highest)} req/s, ${end}`;
  }
  const why = brokeText(search, broke);
  if (highest === null) return `${name} holds no rate that was tried: it breaks at ${plain(broke)} req/s${why}`;
  return `${name} holds ${plain(highest)} req/s, breaks at ${plain(broke)}${why}`;
}

/** ` (96.6 % within the SLO, 99 asked)`; where the share was enough, the check that failed. */
function brokeText({ tries, share }: PeakFound, broke: number): string {
  const found = tries.find(({ rate, outcome }) => rate === broke && outcome === "broke");
  if (found === undefined) return "";
  if (found.withinSlo === null || found.withinSlo >= 100 * share) return ` (${found.why.split(":")[0]})`;
  return ` (${found.withinSlo.toFixed(decimalsBeside(share, [found.withinSlo]))} % within the SLO, ${plain(100 * share)} asked)`;
}
