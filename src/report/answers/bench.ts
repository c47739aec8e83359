import { countText, saidOf } from "../../math/figures.ts";
import type { Answer } from "../answer.ts";
import { noResultText } from "../lost-trials-text.ts";
import { fixed } from "../numbers.ts";
import type { ReportInput, ReportSummary } from "../report-input.ts";
import { figureOf } from "../relations/wording.ts";

/** What each load got from the endpoint: of one in a sentence, of several a line each. Nothing is compared. */
export function benchAnswer({ study, summaries, trials }: Pick<ReportInput, "study" | "summaries" | "trials">): Answer {
  const measured = summaries.filter(({ usable }) => usable > 0);
  const [first] = measured;
  if (first === undefined) return { main: noResultText(summaries, trials), because: [] };
  const lines = measured.map((row) => `${row.experiment}: ${figuresText(row)}.`);
  if (summaries.length === 1) return { main: lines[0] ?? "", because: [] };
  const without = summaries.filter(({ usable }) => usable === 0);
  return {
    main: `${countText(measured.length, "load")} on ${study.model} measured, none compared with another.`,
    because: [
      ...lines,
      ...without.map(({ experiment, status }) => `${experiment}: no result (${status ?? "not run yet"}).`),
    ],
  };
}

/** `1,062.5 output tok/s, 66.4 req/s, TTFT p50 34.9 ms, TPOT p50 5.42 ms, E2E p50 111 ms`: what there is of it. */
function figuresText(row: ReportSummary): string {
  const said = shown.map(({ metric, stat, decimals, before = "", unit }) => {
    const value = figureOf(row, metric, stat);
    return value !== null && `${before}${fixed(value, decimals)} ${unit}`;
  });
  return saidOf(...said).join(", ");
}

/** The figures of the answer, in its order, with what stands before and behind each. */
const shown = [
  { metric: "output_throughput", stat: "value", decimals: 1, unit: "output tok/s" },
  { metric: "request_throughput", stat: "value", decimals: 2, unit: "req/s" },
  { metric: "goodput", stat: "value", decimals: 2, unit: "req/s within the SLO" },
  { metric: "ttft", stat: "p50", decimals: 1, before: "TTFT p50 ", unit: "ms" },
  { metric: "ttft", stat: "p99", decimals: 1, before: "p99 ", unit: "ms" },
  { metric: "tpot", stat: "p50", decimals: 2, before: "TPOT p50 ", unit: "ms" },
  { metric: "e2e", stat: "p50", decimals: 0, before: "E2E p50 ", unit: "ms" },
];
