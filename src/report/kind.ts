import { pairedOrder } from "../schema/own-order.ts";
import type { ReportKind } from "../schema/report-kind.ts";
import type { ReportInput } from "./report-input.ts";

type Asked = Pick<ReportInput, "study" | "trials"> & Partial<Pick<ReportInput, "curves" | "peaks">>;

/**
 * The kind of report that a study is shown in where none is asked for, by the first rule that holds: a search is a `peak`; two sides
 * in alternating rounds are a `duel`; a swept load without a change is a `curve`; accuracy trials alone are an `accuracy`; a study
 * without a change is a `bench`; all else is a `study`. A `checklist` is only asked for.
 */
export function kindOf({ study, trials, peaks = [], curves = [] }: Asked): ReportKind {
  if ((study.peak ?? null) !== null || peaks.length > 0) return "peak";
  if (study.order === pairedOrder && study.contrasts.length > 0) return "duel";
  if (study.contrasts.length === 0 && curves.length > 0) return "curve";
  const own = trials.filter(({ spec }) => spec.fidelity === study.fidelity);
  if (own.length > 0 && own.every(({ spec }) => spec.purpose === "accuracy")) return "accuracy";
  return study.contrasts.length === 0 ? "bench" : "study";
}
