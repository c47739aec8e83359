/** An expression over names of settings: numbers, `+ - * /`, a sign, parentheses. */
export type Expression =
  | { kind: "number"; value: number }
  | { kind: "name"; name: string }
  | { kind: "negated"; of: Expression }
  | { kind: "binary"; operator: keyof typeof operations; left: Expression; right: Expression };

/** What is wrong with an expression, in a sentence's end: "`)` is missing". */
export interface ArithmeticFault {
  why: string;
}

const token = /\s*(?:(\d+(?:\.\d+)?(?:e[+-]?\d+)?)|([A-Za-z_]\w*(?:\.\w+)*)|([-+*/()])|(\S))/gy;
/** Parentheses within parentheses at most. */
const DEEPEST = 50;

/** Reads arithmetic; a name is a dotted path (`dataset.input_tokens`). */
export function parseArithmetic(text: string): Expression | ArithmeticFault {
  const tokens = [...text.matchAll(token)].map(([, number, name, sign, other]) => ({ number, name, sign, other }));
  const wrong = tokens.find(({ other }) => other !== undefined);
  if (wrong !== undefined) return { why: `\`${wrong.other}\` is not arithmetic: names, numbers, + - * / and ( ) are` };
  let at = 0;
  let depth = 0;
  let fault: ArithmeticFault | null = null;
  const nothing: Expression = { kind: "number", value: NaN };

  const expression = sum();
  if (fault === null && at < tokens.length) fault = { why: `an operator is missing before \`${shownAt(at)}\`` };
  return fault ?? expression;

  function sum(): Expression {
    return chain(["+", "-"], product);
  }
  function product(): Expression {
    return chain(["*", "/"], single);
  }
  function chain(operators: string[], next: () => Expression): Expression {
    let left = next();
    for (;;) {
      const operator = tokens[at]?.sign;
      if (fault !== null || operator === undefined || !operators.includes(operator)) return left;
      at += 1;
      left = { kind: "binary", operator: operator as "+", left, right: next() };
    }
  }
  function single(): Expression {
    const here = tokens[at];
    at += 1;
    if (here?.number !== undefined) return { kind: "number", value: Number(here.number) };
    if (here?.name !== undefined) return { kind: "name", name: here.name };
    if (depth >= DEEPEST) return wrongly("it is nested too deeply");
    if (here?.sign === "-") {
      depth += 1;
      const of = single();
      depth -= 1;
      return { kind: "negated", of };
    }
    if (here?.sign === "(") {
      depth += 1;
      const inner = sum();
      depth -= 1;
      if (tokens[at]?.sign !== ")") return wrongly("`)` is missing");
      at += 1;
      return inner;
    }
    return wrongly(
      here === undefined ? "it ends too early" : `\`${shownAt(at - 1)}\` stands where a name or a number belongs`,
    );
  }
  function wrongly(why: string): Expression {
    fault ??= { why };
    at = tokens.length;
    return nothing;
  }
  function shownAt(place: number): string {
    const { number, name, sign } = tokens[place] ?? {};
    return number ?? name ?? sign ?? "";
  }
}

/** The value of an expression, where `valueOf` gives that of a name. A result that is not a finite number is a fault. */
export function evaluateArithmetic(
  expression: Expression,
  valueOf: (name: string) => number | ArithmeticFault,
): number | ArithmeticFault {
  const value = valueIn(expression, valueOf);
  if (typeof value === "number" && !Number.isFinite(value)) return { why: "it divides by 0, or is too large" };
  return value;
}

function valueIn(
  expression: Expression,
  valueOf: (name: string) => number | ArithmeticFault,
): number | ArithmeticFault {
  if (expression.kind === "number") return expression.value;
  if (expression.kind === "name") return valueOf(expression.name);
  if (expression.kind === "negated") {
    const of = valueIn(expression.of, valueOf);
    return typeof of === "number" ? -of : of;
  }
  const left = valueIn(expression.left, valueOf);
  if (typeof left !== "number") return left;
  const right = valueIn(expression.right, valueOf);
  if (typeof right !== "number") return right;
  return operations[expression.operator](left, right);
}

const operations = {
  "+": (left: number, right: number) => left + right,
  "-": (left: number, right: number) => left - right,
  "*": (left: number, right: number) => left * right,
  "/": (left: number, right: number) => left / right,
};

/** The names in an expression, each once, in its order. */
export function namesIn(expression: Expression): string[] {
  if (expression.kind === "number") return [];
  if (expression.kind === "name") return [expression.name];
  if (expression.kind === "negated") return namesIn(expression.of);
  return [...new Set([...namesIn(expression.left), ...namesIn(expression.right)])];
}
