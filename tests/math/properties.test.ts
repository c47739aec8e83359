import * as fc from "fast-check";
import { expect, it } from "vitest";
import { evaluateArithmetic, namesIn, parseArithmetic, type Expression } from "../../src/math/arithmetic.ts";
import { longestMs, textOf, expectAll, within } from "../support/any-text.ts";

/** An expression as one would write it, in parentheses throughout. */
function written(expression: Expression): string {
  switch (expression.kind) {
    case "number":
      return String(expression.value);
    case "name":
      return expression.name;
    case "negated":
      return `-(${written(expression.of)})`;
    case "binary":
      return `(${written(expression.left)}) ${expression.operator} (${written(expression.right)})`;
  }
}

it("reads any text as an expression or says why it is none", { timeout: longestMs }, async () => {
  const text = textOf([
    "load.rate",
    "dataset.input_tokens",
    "12",
    "1.5",
    "1e9",
    "+",
    "-",
    "*",
    "/",
    "(",
    ")",
    "e",
    ".",
    "=",
  ]);
  await expectAll(text, (any) => {
    const read = within(500, () => parseArithmetic(any));
    if ("why" in read) return expect(read.why).not.toBe("");
    namesIn(read);
    const value = evaluateArithmetic(read, () => 2);
    if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
  });
});

it("reads back every expression that was written", { timeout: longestMs }, async () => {
  const { node } = fc.letrec<{ node: Expression }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      fc.nat(1e9).map((value): Expression => ({ kind: "number", value })),
      fc.constantFrom("a", "load.rate", "x_1.y").map((name): Expression => ({ kind: "name", name })),
      tie("node").map((of): Expression => ({ kind: "negated", of })),
      fc
        .tuple(tie("node"), fc.constantFrom("+", "-", "*", "/" as const), tie("node"))
        .map(([left, operator, right]): Expression => ({ kind: "binary", operator: operator as "+", left, right })),
    ),
  }));
  await expectAll(node, (expression) => expect(parseArithmetic(written(expression))).toEqual(expression));
});
