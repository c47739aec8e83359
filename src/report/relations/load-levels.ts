import { countText } from "../../math/figures.ts";
import { sum } from "../../math/statistics.ts";
import type { Curve, CurvePoint } from "../../schema/curve.ts";
import { loadText } from "../../schema/load-curve.ts";
import { firstReason } from "../../schema/trial.ts";
import type { ReportInput } from "../report-input.ts";
import { countedTrials, meanFigure, trialFigures } from "./counted-trials.ts";
import { number, relationOf, text, type Relation } from "./relation.ts";

type Asked = Pick<ReportInput, "curves" | "study" | "trials" | "summaries">;

/** How a configuration fares at a load: `clean`, `degrading` or `saturated`; empty where it was not measured. */
type Zone = "clean" | "degrading" | "saturated" | "";

interface Level {
  curve: Curve;
  point: CurvePoint;
  usable: number;
  of: number;
  /** Of all requests of the usable trials, as a share; null where none was counted. */
  failed: number | null;
  target: number | null;
  actual: number | null;
  zone: Zone;
  note: string;
}

/** Gains in throughput below this are none where the study states no smallest effect of interest. */
const USUAL_MARGIN = 0.02;

/**
 * A row for each load of each curve: valid runs, errors, target and actual rate with what binds, and its zone. A load is
 * *saturated* from the first on above which no load has more throughput by the smallest effect of interest; of the others it is
 * *clean* up to the knee, and no further than the SLO holds, and *degrading* above. Without a knee the SLO alone ends what is clean.
 */
export function loadLevelsRelation(input: Asked): Relation {
  const rows = (input.curves ?? []).flatMap((curve) => levelsOf(curve, input));
  const isOpen = rows.some(({ target }) => target !== null);
  return relationOf("load_levels", rows, [
    text("curve", "Curve", ({ curve }) => curve.name),
    number("load", "Load", ({ point }) => point.load),
    text("valid_runs", "Valid runs", ({ usable, of }) => `${usable}/${of}`),
    number("failed", "Failed requests", ({ failed }) => (failed === null ? null : 100 * failed), {
      unit: "%",
      decimals: 1,
    }),
    isOpen && number("target_rate", "Target", ({ target }) => target, { unit: "req/s", decimals: 2 }),
    number("actual_rate", "Actual rate", ({ actual }) => actual, { unit: "req/s", decimals: 2 }),
    isOpen && text("binds", "Binds", bindsText),
    text("zone", "Zone", ({ zone }) => zone),
    text("note", "Notes", ({ note }) => note),
  ]);
}

function levelsOf(curve: Curve, { study, trials, summaries }: Asked): Level[] {
  const ids = new Map(study.experiments.map(({ id, labels }) => [labels.name, id]));
  const rows = new Map(summaries.map((row) => [row.experiment, row]));
  const zones = zonesOf(curve, study.rules?.smallestEffectOfInterest ?? USUAL_MARGIN);
  return curve.points.map((point, at): Level => {
    const row = rows.get(point.experiment);
    const own = trials.filter(
      ({ spec }) => spec.experimentId === ids.get(point.experiment) && spec.purpose === "performance",
    );
    const usable = row === undefined ? [] : countedTrials(own, ids.get(point.experiment), row);
    const sumOf = (metric: string): number => sum(trialFigures(usable, metric, "value"));
    const [failed, finished] = [sumOf("requests_failed"), sumOf("requests_finished")];
    const isCounted = trialFigures(usable, "requests_failed", "value").length > 0 && failed + finished > 0;
    return {
      curve,
      point,
      usable: row?.usable ?? 0,
      of: row?.of ?? 0,
      failed: isCounted ? failed / (failed + finished) : null,
      target: curve.setting === "load.rate" ? point.load : meanFigure(usable, "requested_rate", "value"),
      actual:
        // A rate of conversations counts their starts, and throughput their turns.
        (curve.setting === "load.rate" ? meanFigure(usable, "conversation_rate", "value") : null) ??
        meanFigure(usable, "achieved_rate", "value") ??
        meanFigure(usable, "request_throughput", "value"),
      zone: zones[at] ?? "",
      note: (point.why === null ? null : firstReason(point.why)) ?? excludedText(row?.excluded ?? []),
    };
  });
}

/** The zone of each point; see `loadLevelsRelation`. */
export function zonesOf({ points, knee, slo }: Curve, margin: number): Zone[] {
  const throughputs = points.map(({ figures }) => figures[0]?.value ?? null);
  const measured = throughputs.filter((value) => value !== null);
  const cleanUpTo = Math.min(knee.load ?? Infinity, slo === null ? Infinity : (slo.upTo ?? -Infinity));
  return points.map(({ load }, at) => {
    const own = throughputs[at] ?? null;
    if (own === null) return "";
    const above = throughputs.slice(at + 1).filter((value) => value !== null);
    const isLast = above.length === 0;
    const best = isLast ? own : Math.max(...above);
    // The highest load has none above it: it is saturated where it gains nothing over what lies below.
    const below = Math.max(0, ...throughputs.slice(0, at).filter((value) => value !== null));
    const saturated = isLast ? measured.length > 1 && own < below * (1 + margin) : best < own * (1 + margin);
    if (saturated && load > cleanUpTo) return "saturated";
    return load <= cleanUpTo ? "clean" : "degrading";
  });
}

/** Where less is achieved than was asked for, what keeps it back. */
function bindsText({ target, actual, curve, point }: Level): string {
  if (target === null || actual === null) return "";
  if (actual >= 0.95 * target) return "the rate";
  return curve.setting === "load.concurrency" ? loadText(curve.setting, point.load) : "the engine";
}

function excludedText(excluded: readonly { why: string }[]): string {
  return [...Map.groupBy(excluded, ({ why }) => why.split(":").slice(0, 2).join(":"))]
    .map(([why, own]) => `${countText(own.length, "run")} left out (${why})`)
    .join("; ");
}

/** `clean up to 32 in flight, saturated from 64 on`: each curve with what it does where. */
export function zoneSentences(curves: readonly Curve[], margin: number | null): { name: string; says: string }[] {
  return curves.flatMap((curve) => {
    const zones = zonesOf(curve, margin ?? USUAL_MARGIN);
    const parts = (["clean", "degrading", "saturated"] as const).flatMap((zone) => {
      const loads = curve.points.filter((_, at) => zones[at] === zone).map(({ load }) => load);
      const [first, last] = [loads[0], loads.at(-1)];
      if (first === undefined || last === undefined) return [];
      return [`${zone} ${first === last ? `at ${first}` : `${first} to ${last}`}${tpotText(curve, zones, zone)}`];
    });
    return parts.length === 0
      ? []
      : [{ name: curve.name, says: `${parts.join("; ")} (${curve.setting.replace("load.", "")})` }];
  });
}

/** ` (TPOT p99 10.9 to 14.0 ms)` */
function tpotText({ points }: Curve, zones: readonly Zone[], zone: Zone): string {
  const values = points.flatMap(({ figures }, at) =>
    zones[at] === zone ? (figures.find(({ metric, stat }) => metric === "tpot" && stat === "p99")?.value ?? []) : [],
  );
  if (values.length === 0) return "";
  const [least, most] = [Math.min(...values).toFixed(1), Math.max(...values).toFixed(1)];
  return ` (TPOT p99 ${least === most ? least : `${least} to ${most}`} ms)`;
}
