import { countText } from "../../math/figures.ts";
import type { Answer } from "../answer.ts";
import { lostTrialsText } from "../lost-trials-text.ts";
import { fixed } from "../numbers.ts";
import type { ReportInput, ReportSummary } from "../report-input.ts";
import { figureOf } from "../relations/wording.ts";

/** What each load got from the endpoint: of one in a sentence, of several a line each. Nothing is compared. */
export function benchAnswer({ study, summaries, trials }: Pick<ReportInput, "study" | "summaries" | "trials">): Answer {
  const measured = summaries.filter(({ usable }) => usable > 0);
  const [first] = measured;
  if (first === undefined)
    return { main: lostTrialsText(summaries, trials) ?? "No answer yet: nothing ran.", because: [] };
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
  const said = (metric: string, stat: string, decimals: number, text: (figure: string) => string): string[] => {
    const value = figureOf(row, metric, stat);
    return value === null ? [] : [text(fixed(value, decimals))];
  };
  return [
    ...said("output_throughput", "value", 1, (figure) => `${figure} output tok/s`),
    ...said("request_throughput", "value", 2, (figure) => `${figure} req/s`),
    ...said("goodput", "value", 2, (figure) => `${figure} req/s within the SLO`),
    ...said("ttft", "p50", 1, (figure) => `TTFT p50 ${figure} ms`),
    ...said("ttft", "p99", 1, (figure) => `p99 ${figure} ms`),
    ...said("tpot", "p50", 2, (figure) => `TPOT p50 ${figure} ms`),
    ...said("e2e", "p50", 0, (figure) => `E2E p50 ${figure} ms`),
  ].join(", ");
}
