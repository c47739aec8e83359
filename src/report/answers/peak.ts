import { decimalsBeside, leastShareText } from "../../math/figures.ts";
import { judgedRates, rateBounds, type PeakFound, type PeakTry } from "../../schema/peak-found.ts";
import type { Answer } from "../answer.ts";
import { percentChange, plain } from "../numbers.ts";
import type { ReportInput } from "../report-input.ts";

/** The rate that each row holds, and what broke above it; one that no probe could judge says so. Null where nothing was searched. */
export function peakAnswer({ peaks = [] }: Pick<ReportInput, "peaks">): Answer | null {
  if (peaks.length === 0) return null;
  const workloads = new Set(peaks.map(({ workload }) => workload));
  return {
    main: peaks.map((found) => `${workloads.size > 1 ? `${found.workload}: ` : ""}${peakText(found)}.`).join(" "),
    because: [
      ...peaks.flatMap(({ row, undecided }) =>
        undecided === null ? [] : [`${row}: ${undecided.why.replace(/\.$/, "")}.`],
      ),
      ...[...Map.groupBy(peaks, ({ workload }) => workload).values()].flatMap(differences),
    ],
  };
}

/** `fp8 holds 144 requests/s; at 152, 97.1 % of the requests met the limits and 99 % must`. */
function peakText({ row, share, tries, peak, undecided }: PeakFound): string {
  if (undecided !== null) {
    const { rate, atLeast } = undecided;
    const least = atLeast === null ? "" : `; it holds at least ${plain(atLeast)} requests/s`;
    return `${row} is undecided: at ${plain(rate)} requests/s the load generator or its machine, and not the engine, spoiled every probe${least}`;
  }
  const { broke } = rateBounds(judgedRates(tries));
  const broken = tries.find((one) => one.rate === broke && one.outcome === "broke");
  if (peak === null) {
    if (broken === undefined) return `${row} holds no rate: no probe could be judged`;
    return `${row} holds no rate that was tried: at ${plain(broken.rate)} requests/s, the lowest, ${breakText(broken, share)}`;
  }
  if (broken === undefined) return `${row} holds at least ${plain(peak)} requests/s, the highest rate that was tried`;
  return `${row} holds ${plain(peak)} requests/s; at ${plain(broken.rate)}, ${breakText(broken, share)}`;
}

function breakText({ withinSlo, why }: PeakTry, share: number): string {
  return withinSlo !== null && withinSlo < 100 * share
    ? `${withinSlo.toFixed(decimalsBeside(share, [withinSlo]))} % of the requests met the limits and ${leastShareText(share)} must`
    : `a check failed (${why.replace(/\.$/, "")})`;
}

/** The peaks of other rows beside the first one's: a search has no interval. One above which no rate broke is a lower bound, and compared with nothing. */
function differences(peaks: readonly PeakFound[]): string[] {
  const [first, ...others] = peaks.filter(({ tries }) => tries.some(({ outcome }) => outcome === "broke"));
  return others.flatMap(({ row, peak }) =>
    first?.peak == null || peak === null
      ? []
      : [
          `${row} beside ${first.row}: ${percentChange(peak / first.peak, 1)}, from one search each, which has no interval.`,
        ],
  );
}
