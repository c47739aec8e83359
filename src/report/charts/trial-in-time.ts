import { countText, saidOf } from "../../math/figures.ts";
import { asNumber, asText, type Json } from "../../schema/json.ts";
import { plain } from "../numbers.ts";
import { trialFigure } from "../relations/counted-trials.ts";
import { number, relationOf, text, type ColumnOf } from "../relations/relation.ts";
import { shownTrial } from "../shown-trial.ts";
import type { ChartRows } from "./chart.ts";
import type { ChartInput } from "./index.ts";

/** A step of the trial, as the query names it. */
type Step = { [column: string]: Json };

/** What may have been recorded: a panel, or a line in one. */
const series = [
  { key: "output_throughput", title: "Output tok/s", unit: "tok/s", decimals: 1 },
  { key: "running", title: "Running", unit: "requests", decimals: 1 },
  { key: "waiting", title: "Waiting", unit: "requests", decimals: 1 },
  { key: "kv_usage", title: "KV cache", unit: "%", decimals: 1 },
  { key: "preemptions", title: "Preempted so far", unit: "requests", decimals: 0 },
  { key: "power", title: "Power", unit: "W", decimals: 1 },
] as const;

/** Of a trial of fewer steps, which is over in two seconds, there is no course to see. */
const FEWEST_STEPS = 8;

type SeriesKey = (typeof series)[number]["key"];

/** One trial in time: throughput, requests, KV cache, preemptions and power, as far as they were recorded. */
export function trialInTime(input: ChartInput): ChartRows {
  const { columns = [], rows = [] } = input.queries["trial_in_time"] ?? {};
  const steps = rows.map((row): Step => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null])));
  const recorded = series.filter(({ key }) => steps.some((step) => asNumber(step[key]) !== null));
  const shown = recorded.length === 0 || steps.length < FEWEST_STEPS ? [] : steps;
  const relation = relationOf("trial_in_time", shown, [
    number("seconds", "At", (step) => asNumber(step["seconds"]), { unit: "s", decimals: 2 }),
    text("phase", "Phase", ({ phase }) => asText(phase) ?? ""),
    ...recorded.map(({ key, title, unit, decimals }): ColumnOf<Step> =>
      number(key, title, (step) => asNumber(step[key]), { unit, decimals, missing: "" }),
    ),
  ]);
  return { relation, finding: shown.length === 0 ? "" : findingOf(input, shown) };
}

/** Which trial it is, and what its series come to while it was measured; preemptions count from its start on. */
function findingOf(input: ChartInput, steps: readonly Step[]): string {
  const trial = shownTrial(input);
  if (trial === null) return "";
  const measured = steps.filter(({ phase }) => phase === "measured");
  const valuesOf = (key: SeriesKey): number[] => measured.flatMap((step) => asNumber(step[key]) ?? []);
  const most = (key: SeriesKey): number | null => (valuesOf(key).length === 0 ? null : Math.max(...valuesOf(key)));
  const throughput = trialFigure(trial, "output_throughput", "value", null);
  const [waiting, running, kvUsage, power] = (["waiting", "running", "kv_usage", "power"] as const).map(most);
  const preempted = most("preemptions");
  const parts = saidOf(
    throughput !== null && `${plain(Math.round(throughput))} output tok/s`,
    running != null && `at most ${plain(Math.round(running))} requests running`,
    waiting != null && (waiting === 0 ? "none waiting" : `at most ${plain(Math.round(waiting))} waiting`),
    kvUsage != null && `KV cache at most ${plain(Math.round(kvUsage))} % full`,
    preempted !== null && (preempted === 0 ? "no preemption" : countText(preempted, "preemption")),
    power != null && `at most ${plain(Math.round(power))} W`,
  );
  const { experiment, block } = trial.spec;
  const which = trial.verdict.status === "INVALID" ? "INVALID" : "the trial closest to the median";
  return parts.length === 0 ? "" : `${experiment}, block ${block}, ${which}: ${parts.join(", ")}.`;
}
