import { expect, it } from "vitest";
import { parseLoadgenDetail, parseLoadgenSummary } from "../../src/importers/loadgen-log.ts";
import { longestMs, textOf, expectAll, within } from "../support/any-text.ts";

const timeout = { timeout: longestMs };

it("reads any text as a detail log of LoadGen, or names the line that is none", timeout, async () => {
  const line = ':::MLLOG {"key": "a", "value": 1, "time_ms": 0.5, "metadata": {"is_error": false}}\n';
  await expectAll(
    textOf([line, ":::MLLOG ", '"key": ', '"value": nan', "-inf", "12345678901234567890", "{", "}", ",", "\n"]),
    (text) => {
      const read = within(500, () => parseLoadgenDetail(text));
      if (!read.ok) return expect(read.problem.code).toMatch(/^(broken|no)-log$/);
      for (const { key, timeMs } of read.value.lines) expect([typeof key, typeof timeMs]).toEqual(["string", "number"]);
    },
  );
});

it("reads any text as a summary of LoadGen, or says that it is none", timeout, async () => {
  const words = [
    "Result is : VALID\n",
    "SUT name : x\n",
    "Recommendations:\n",
    " * more\n",
    "No warnings encountered",
    ":",
    " ",
    "*",
    "\n",
  ];
  await expectAll(textOf(words), (text) => {
    const read = within(500, () => parseLoadgenSummary(text));
    if (!read.ok) return expect(read.problem.code).toBe("no-log");
    for (const [label, values] of read.value.figures) expect([label.trim(), values.length > 0]).toEqual([label, true]);
  });
});
