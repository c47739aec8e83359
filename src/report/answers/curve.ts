import { changeText, countText, decimalsBeside, saidOf } from "../../math/figures.ts";
import { curvePercentiles, type Curve, type CurvePoint } from "../../schema/curve.ts";
import { loadText } from "../../schema/load-curve.ts";
import { firstReason } from "../../schema/trial.ts";
import type { Answer } from "../answer.ts";
import { noResultText } from "../lost-trials-text.ts";
import { plain, rounded } from "../numbers.ts";
import type { ReportInput } from "../report-input.ts";
import { metricText, metricWords } from "../relations/wording.ts";

/** Curves of which the answer says where they end; the table has all. */
const MOST_CURVES = 3;

type Asked = Pick<ReportInput, "curves" | "summaries" | "trials">;

/** What each curve says about capacity: up to which load the SLO holds, and from where more load gains less than it costs. Null without a curve. */
export function curveAnswer({ curves = [], summaries, trials }: Asked): Answer | null {
  if (curves.length === 0) return null;
  const measured = curves.filter(({ points }) => points.some(({ why }) => why === null));
  if (measured.length === 0) return { main: noResultText(summaries, trials), because: [] };
  const named = (curve: Curve, text: string): string => (curves.length === 1 ? text : `${curve.name}: ${text}`);
  const shown = measured.slice(0, MOST_CURVES);
  const more = curves.length - shown.length;
  return {
    main:
      shown.map((curve) => named(curve, `${capacityText(curve, curves.length === 1)}.`)).join(" ") +
      (more === 0 ? "" : ` ${countText(more, "more curve")} below.`),
    because: shown.flatMap((curve) => detailsOf(curve).map((text) => named(curve, text))),
  };
}

/** `Runs up to 48 in flight within the SLO; from 32 in flight on more load costs more latency than it gains throughput`. */
function capacityText({ slo, knee, setting, points }: Curve, isSentence: boolean): string {
  const load = (value: number): string => loadText(setting, value);
  const kept =
    slo === null
      ? null
      : slo.upTo === null
        ? slo.breaksAt === null
          ? null
          : `breaks the SLO at ${load(slo.breaksAt)}, the lowest load that was measured`
        : slo.breaksAt !== null
          ? `runs up to ${load(slo.upTo)} within the SLO and breaks it at ${load(slo.breaksAt)}`
          : slo.upTo === points.at(-1)?.load
            ? `runs up to ${load(slo.upTo)}, the highest load, within the SLO`
            : `runs up to ${load(slo.upTo)} within the SLO, as far as it was judged`;
  const costs =
    knee.load === null
      ? `no knee, since ${knee.why}`
      : `from ${load(knee.load)} on more load costs more latency than it gains throughput`;
  const text = kept === null ? costs : `${kept}; ${costs}`;
  return isSentence ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
}

/** A drift within a launch that is smaller bends no curve; the table of curves has each. */
const TOLD_DRIFT = 0.01;

/** Figures at the load of the answer, how far blocks agree, drift, and the points that have none. */
function detailsOf({ setting, points, knee, slo, drift }: Curve): string[] {
  const loads = [...new Set([slo?.upTo, knee.load])].filter((load) => load != null);
  const without = Map.groupBy(
    points.filter(({ why }) => why !== null),
    ({ why }) => firstReason(why ?? ""),
  );
  return saidOf(
    ...loads.map((load) => {
      const point = points.find((one) => one.load === load);
      return point !== undefined && `At ${loadText(setting, load)}: ${figuresText(point, slo)}.`;
    }),
    knee.load !== null &&
      knee.blocks.agree < knee.blocks.of &&
      `The knee lies there in ${knee.blocks.agree} of ${countText(knee.blocks.of, "block")}.`,
    drift !== null &&
      Math.abs(drift.ratio - 1) >= TOLD_DRIFT &&
      `${metricText(`${drift.metric} ${drift.stat}`)} drifted by ${changeText(drift.ratio)} within a launch, which is in the shape of the curve.`,
    ...[...without].map(
      ([why, own]) => `Without figures at ${own.map(({ load }) => plain(load)).join(", ")}: ${why.replace(/\.$/, "")}.`,
    ),
  );
}

/** `4321 tok/s, TTFT p99 120 ms, TPOT p99 20 ms, 99.4 % within the SLO`. */
function figuresText({ figures }: CurvePoint, slo: Curve["slo"]): string {
  const of = (metric: string, stat: string): number | null =>
    figures.find((one) => one.metric === metric && one.stat === stat)?.value ?? null;
  const latency = (...metrics: string[]): string | null => {
    const found = curvePercentiles
      .toReversed()
      .flatMap((stat) => metrics.flatMap((metric) => ({ metric, stat, value: of(metric, stat) })))
      .find(({ value }) => value !== null);
    if (found?.value == null) return null;
    const { metric, stat, value } = found;
    return `${metricWords(`${metric} ${stat}`)} ${value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`;
  };
  const throughput = figures[0]?.value ?? null;
  const share = of("goodput_share", "value");
  return saidOf(
    throughput !== null && `${rounded(throughput)} tok/s`,
    latency("ttft_sched", "ttft"),
    latency("tpot"),
    share !== null && `${share.toFixed(decimalsBeside(slo?.share ?? 1, [share]))} % within the SLO`,
  ).join(", ");
}
