import { describe, expect, it } from "vitest";
import { evaluateArithmetic, parseArithmetic } from "../../src/math/arithmetic.ts";

const names: Record<string, number> = { "dataset.input_tokens": 1024, tp: 4, zero: 0 };

function valueOf(text: string): number | string {
  const expression = parseArithmetic(text);
  if ("why" in expression) return expression.why;
  const value = evaluateArithmetic(expression, (name) => names[name] ?? { why: `nothing sets \`${name}\`` });
  return typeof value === "number" ? value : value.why;
}

describe("arithmetic over names", () => {
  it.each<[string, number]>([
    ["2", 2],
    ["2 * tp + 1", 9],
    ["2 * (tp + 1)", 10],
    ["10 - 4 - 3", 3],
    ["12 / 2 / 3", 2],
    ["-tp * -2", 8],
    ["dataset.input_tokens + 1.5e2", 1174],
    ["dataset.input_tokens/tp-6", 250],
  ])("%s is %d", (text, value) => {
    expect(valueOf(text)).toBe(value);
  });

  it.each([
    ["", "it ends too early"],
    ["2 +", "it ends too early"],
    ["(2 + 3", "`)` is missing"],
    ["2 3", "an operator is missing before `3`"],
    ["tp)", "an operator is missing before `)`"],
    ["2 ** 3", "`*` stands where a name or a number belongs"],
    ["max(2, 3)", "`,` is not arithmetic: names, numbers, + - * / and ( ) are"],
    ["rate * 2", "nothing sets `rate`"],
    ["tp / zero", "it divides by 0, or is too large"],
    ["(".repeat(100_000), "it is nested too deeply"],
    ["-".repeat(100_000), "it is nested too deeply"],
  ])("%s is refused: %s", (text, why) => {
    expect(valueOf(text)).toBe(why);
  });
});
