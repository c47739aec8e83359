import { countText, listText } from "../../math/figures.ts";
import { cellName } from "../../schema/experiment.ts";
import type { Effect, Outcome, RatioBounds } from "../../schema/effect.ts";
import { percentChange, rounded } from "../numbers.ts";
import { judgedEffects } from "../relations/decisions.ts";
import { change, interval, number, p, relationOf, text } from "../relations/relation.ts";
import { effectOn, figureOf, metricText, metricWords } from "../relations/wording.ts";
import type { ChartRows } from "./chart.ts";
import type { ChartInput } from "./index.ts";

/** A step of a stack: from the level below it to its own. */
interface Step {
  cell: string;
  step: string;
  decision: Outcome;
  /** Levels in the unit of the figure, by the model's ratios to the baseline; null where the step has no result. */
  from: number | null;
  to: number | null;
  bounds: RatioBounds | null;
  own: Effect | null;
}

/** What each step of a stack adds to the figure that decided, from the baseline's level on. */
export function stack(input: ChartInput): ChartRows {
  const figure = input.decisions.find(({ metric }) => metric !== null)?.metric ?? null;
  const isStack = input.study.contrasts.some(({ family }) => family === "step");
  const steps = isStack && figure !== null ? stepsOf(input, figure) : [];
  const hasLevels = steps.some(({ decision, to }) => decision !== "BASELINE" && to !== null);
  const unit = input.effects.find(({ metric, stat }) => `${metric} ${stat}` === figure)?.unit ?? "";
  const relation = relationOf("stack", hasLevels ? steps : [], [
    new Set(steps.map(({ cell }) => cell)).size > 1 && text("cell", "For", ({ cell }) => cell),
    text("step", "Step", ({ step }) => step),
    text("decision", "Decision", ({ decision }) => decision),
    number("from", "From", ({ from }) => from, { unit, decimals: 1 }),
    number("to", "To", ({ to, bounds }) => ({ value: to, bounds }), { unit, decimals: 1 }),
    change("change", "Δ step", ({ own }) => own?.ratio ?? null),
    interval("change_interval", ({ own }) => own?.interval ?? null),
    p(({ own }) => own?.pAdjusted ?? null),
    text("figure", "Figure", () => metricText(figure ?? "")),
  ]);
  return { relation, finding: findingOf(steps, figure) };
}

function stepsOf(input: ChartInput, figure: string): Step[] {
  const { study, summaries } = input;
  const labels = new Map(study.experiments.map((one) => [one.labels.name, one.labels]));
  const judged = new Map(judgedEffects(input).map((one) => [one.experiment, one]));
  const [metric = "", stat = ""] = figure.split(" ");
  const baselines = new Map<string, number | null>();
  const levels = new Map<string, number>();
  return summaries.map((summary): Step => {
    const { experiment, toBaseline, baseline } = summary;
    const own = labels.get(experiment);
    const cell = own === undefined ? "" : cellName(own);
    const step = own?.row ?? experiment;
    if (baseline) {
      const level = summary.figuresAreUsable ? figureOf(summary, metric, stat) : null;
      baselines.set(cell, level);
      if (level !== null) levels.set(experiment, level);
      return { cell, step, decision: "BASELINE", from: null, to: level, bounds: null, own: null };
    }
    const base = baselines.get(cell) ?? null;
    const sum = effectOn(toBaseline, figure);
    const to = base === null || sum?.ratio == null ? null : base * sum.ratio;
    if (to !== null) levels.set(experiment, to);
    const { outcome = "SKIPPED", control = null, own: effect = null } = judged.get(experiment) ?? {};
    return {
      cell,
      step,
      decision: outcome,
      from: to === null ? null : (levels.get(control ?? "") ?? null),
      to,
      bounds:
        base === null || sum?.interval == null
          ? null
          : { lower: base * sum.interval.lower, upper: base * sum.interval.upper },
      own: effect,
    };
  });
}

/** How far the steps that ship carry the baseline, and from which step on nothing is added. */
function findingOf(all: readonly Step[], figure: string | null): string {
  const [cell] = all.map((step) => step.cell);
  const steps = all.filter((step) => step.cell === cell);
  const start = steps.find(({ decision }) => decision === "BASELINE")?.to ?? null;
  const measured = steps.filter(({ decision, to }) => decision !== "BASELINE" && to !== null);
  const last = measured.at(-1);
  if (start === null || last?.to == null) return "";
  const lastShip = measured.findLastIndex(({ decision }) => decision === "SHIP");
  const after = measured.length - 1 - lastShip;
  const words = metricWords(figure ?? "");
  const where = cell === "" ? "" : ` for ${cell}`;
  const whole = `${countText(measured.length, "step")} carry ${words}${where} from ${rounded(start)} to ${rounded(last.to)} (${percentChange(last.to / start, 1)})`;
  if (lastShip < 0) return `${whole}; none of them is a certain gain.`;
  if (after === 0) return `${whole}; the last, ${last.step}, still adds to it.`;
  const costs = measured.slice(lastShip + 1).filter(({ decision, own }) => decision === "REJECT" && own?.ratio != null);
  if (costs.length > 0) {
    const said = costs.map(({ step, own }) => `${step} (${percentChange(own!.ratio, 1)})`);
    return `${whole}; after ${measured[lastShip]?.step}, ${listText(said)} ${costs.length === 1 ? "costs" : "cost"} some of it again.`;
  }
  return `${whole}; after ${measured[lastShip]?.step}, ${after === 1 ? "the last step adds" : `the ${after} others add`} nothing certain.`;
}
