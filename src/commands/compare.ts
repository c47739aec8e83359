import { compareOperands, judgeChangeGate, parseChangeGate, withBetter, type ChangeGate } from "../analysis/index.ts";
import { comparisonText, loadPages, paretoMetrics } from "../report/index.ts";
import { metricDefinitions } from "../metrics/index.ts";
import { comparedMetric } from "./compare/compared-metric.ts";
import { readOperands } from "./compare/operands.ts";
import type { Comparison, GateJudgement } from "../schema/comparison.ts";
import { comparedMetrics, type ComparedMetric } from "../schema/headline-figures.ts";
import { exitCodes } from "../schema/exit-code.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";
import { deliver } from "./deliver.ts";
import { readPage } from "./report/kind-files.ts";
import { explainFault } from "./explain.ts";
import { resultsFolderOf } from "./results-folder.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { compareFlags } from "./flags.ts";

export type CompareOptions = OptionsOf<typeof compareFlags> & { operands: readonly string[] };

/** `ceteris compare A B …`: each operand beside the first; 5 where a gate is not met. */
export async function compareCommand(world: World, options: CompareOptions): Promise<number> {
  const asked = questionOf(options);
  if (!asked.ok) return explainFault(world, asked.problem);
  const { metrics, always, gates } = asked.value;
  const operands = await readOperands(world, resultsFolderOf(world, options), options.operands);
  if (!operands.ok) return explainFault(world, operands.problem);
  const compared = compareOperands(operands.value, metrics, always);
  if (!compared.ok) return explainFault(world, compared.problem);
  const comparison = { ...compared.value, effects: withBetter(compared.value.effects, metricDefinitions) };
  const judged = judgeGates(comparison, gates);
  const text = await written(world, options, comparison, judged);
  if (!text.ok) return explainFault(world, text.problem);
  const delivered = await deliver(world, text.value, options.out);
  if (delivered !== exitCodes.done) return delivered;
  for (const { gate, treatment, met, because } of judged)
    world.streams.err(`--fail-on '${gate}': ${met ? "met" : "not met"}: ${treatment}: ${because}\n`);
  return judged.every(({ met }) => met) ? exitCodes.done : exitCodes.gateNotMet;
}

/** The comparison in the format that was asked for. */
async function written(
  world: World,
  { report = "effects", format = "table" }: CompareOptions,
  comparison: Comparison,
  gates: readonly GateJudgement[],
): Promise<Result<string>> {
  if (format !== "html") return succeed(comparisonText(comparison, gates, format, report));
  const files = await readPage(world, ["compare"]);
  if (!files.ok) return files;
  const { compared } = files.value.charts;
  if (compared === undefined) {
    return fail(
      "no-template",
      "reports/compare/compared.vl.json is missing",
      "It comes with ceteris: install it again.",
    );
  }
  const { comparisonPage } = await loadPages();
  return comparisonPage(comparison, gates, report, { ...files.value, chart: compared });
}

interface AskedGate {
  gate: ChangeGate;
  metric: ComparedMetric;
}

/** What is shown, what of it stands there in any case, and what is gated; the metric of a gate is always shown. */
function questionOf({ metric: named = [], failOn = [], report }: CompareOptions): Result<{
  metrics: ComparedMetric[];
  always: ComparedMetric[];
  gates: AskedGate[];
}> {
  const chosen: ComparedMetric[] = [];
  for (const text of named) {
    const metric = comparedMetric(text);
    if (!metric.ok) return metric;
    chosen.push(metric.value);
  }
  const gates: AskedGate[] = [];
  for (const text of failOn) {
    const gate = parseChangeGate(text);
    if (!gate.ok) return gate;
    const metric = comparedMetric(gate.value.metric);
    if (!metric.ok) return metric;
    gates.push({ gate: gate.value, metric: metric.value });
  }
  const gated = gates.map(({ metric }) => metric);
  const ofFront = (report === "pareto" ? paretoMetrics : []).flatMap((text) => {
    const metric = comparedMetric(text);
    return metric.ok ? metric.value : [];
  });
  const metrics = unique([...(chosen.length > 0 ? chosen : comparedMetrics), ...gated, ...ofFront]);
  const explicit = new Set([...chosen, ...gated].map(keyOf));
  return succeed({ metrics, always: metrics.filter((metric) => explicit.has(keyOf(metric))), gates });
}

const keyOf = ({ metric, stat }: { metric: string; stat: string }): string => `${metric} ${stat}`;

function unique(metrics: readonly ComparedMetric[]): ComparedMetric[] {
  return [...new Map(metrics.map((metric) => [keyOf(metric), metric])).values()];
}

/** Every gate on every operand beside the first. */
function judgeGates({ operands, effects }: Comparison, gates: readonly AskedGate[]): GateJudgement[] {
  return gates.flatMap(({ gate, metric }) =>
    operands.slice(1).map(({ name }) => {
      const effect = effects.find((one) => one.treatment === name && keyOf(one) === keyOf(metric));
      return judgeChangeGate(gate, name, effect);
    }),
  );
}
