import { boundsText, changeText } from "../math/figures.ts";
import type { AcrossEffect, GateJudgement } from "../schema/comparison.ts";
import { fail, succeed, type Result } from "../schema/result.ts";

/** A change that must not be there: `output_throughput<=-3%`. */
export interface ChangeGate {
  text: string;
  /** As it is written: `ttft.p99`, or the metric alone. */
  metric: string;
  operator: "<" | "<=" | ">" | ">=";
  /** 0.97 of -3 %. */
  ratio: number;
}

const form = /^\s*([\w.]+)\s*(<=|>=|<|>)\s*([+-]?\d+(?:\.\d+)?)\s*%\s*$/;

/** `METRIC[.STAT]`, `<`, `<=`, `>` or `>=`, a change in per cent with its sign. */
export function parseChangeGate(text: string): Result<ChangeGate> {
  const [, metric, operator, percent] = form.exec(text) ?? [];
  if (metric === undefined || operator === undefined || percent === undefined) {
    return fail(
      "no-gate",
      `--fail-on does not understand \`${text}\``,
      "A gate is METRIC[.STAT], one of < <= > >=, and a change in per cent: 'output_throughput<=-3%', 'ttft.p99>=+5%'.",
    );
  }
  const ratio = 1 + Number(percent) / 100;
  if (ratio <= 0) return fail("no-gate", `\`${text}\`: nothing changes by -100 % or more`, "Name a smaller loss.");
  return succeed({ text: text.trim(), metric, operator: operator as ChangeGate["operator"], ratio });
}

/**
 * A gate is met where the whole 95 % interval lies outside what it names: the change was shown not to be there. What is not
 * known is not met. What both sides measured as zero in every launch did not change.
 */
export function judgeChangeGate(gate: ChangeGate, treatment: string, effect: AcrossEffect | undefined): GateJudgement {
  const answer = (met: boolean, because: string): GateJudgement => ({ gate: gate.text, treatment, met, because });
  if (effect === undefined) return answer(false, "it was not measured");
  const { ratio, interval, isZeroThroughout } = effect;
  const why = effect.why ?? "there is no interval";
  if (isZeroThroughout) return answer(true, why);
  if (ratio === null || interval === null) return answer(false, why);
  const figures = `${changeText(ratio)} (${boundsText(interval)})`;
  if (isWithin(gate, ratio)) return answer(false, `it is ${figures}`);
  const nearest = gate.operator.startsWith("<") ? interval.lower : interval.upper;
  if (isWithin(gate, nearest)) return answer(false, `it is ${figures}, which does not rule it out`);
  return answer(true, `it is ${figures}`);
}

const comparisons: Record<ChangeGate["operator"], (ratio: number, bound: number) => boolean> = {
  "<": (ratio, bound) => ratio < bound,
  "<=": (ratio, bound) => ratio <= bound,
  ">": (ratio, bound) => ratio > bound,
  ">=": (ratio, bound) => ratio >= bound,
};

function isWithin({ operator, ratio: bound }: ChangeGate, ratio: number): boolean {
  return comparisons[operator](ratio, bound);
}
