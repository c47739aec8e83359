import { describe, expect, it } from "vitest";
import { formatDiagnostics } from "../../src/commands/diagnostics-text.ts";
import { within } from "../support/any-text.ts";
import { diagnose, matrix } from "./study-fixture.ts";

const blanks = " ".repeat(2000);
const long = "x".repeat(32_000);
const one = (label: string) =>
  `{ kind: isolation, changes: [{ id: f16, label: "${label}", set: { dtype: float16 } }] }`;
/** Each level refers twice to the one below it: 2^24 values. */
const bomb = Array.from(
  { length: 24 },
  (_, at) => `  a${at}: &a${at} [${at === 0 ? "x, x" : `*a${at - 1}, *a${at - 1}`}]`,
);

describe("a matrix", () => {
  it.each<[string, string, string[]]>([
    ["a label of 32 kB", matrix({ design: one(long) }), []],
    ["a label of 2,000 blanks", matrix({ design: one(blanks) }), []],
    ["a line of 2,000 blanks", matrix({ more: `${blanks}\n` }), []],
    ["2,000 blanks before a comment, and behind a value", `${matrix({})}${blanks}# note\nrepeats: 2${blanks}\n`, []],
    ["2,000 blanks where a value should be", `${matrix({})}repeats:${blanks}:${blanks}x\n`, ["not-yaml"]],
    ["a key of 32 kB", matrix({ more: `${long}: 1\n` }), ["not-yaml"]],
    ["a name of a knob of 32 kB", matrix({ baseline: `{ knobs: { ${long}: 1 } }` }), ["unknown-knob"]],
    [
      "lists in lists, 10,000 deep",
      matrix({ baseline: `{ knobs: { a: ${"[".repeat(10_000)}${"]".repeat(10_000)} } }` }),
      ["not-yaml"],
    ],
    [
      "maps in maps, 3,000 deep",
      `${matrix({})}budget:\n${Array.from({ length: 3000 }, (_, at) => `${" ".repeat(at + 1)}a:`).join("\n")}\n`,
      [],
    ],
    ["aliases of aliases", `${matrix({})}budget:\n${bomb.join("\n")}\n`, ["alias-bomb"]],
    ["an alias of itself", `${matrix({})}budget: &a { b: *a }\n`, ["alias-bomb"]],
    [
      "2,000 rows that are one, in one line",
      matrix({
        design: `{ kind: isolation, changes: [${Array.from({ length: 2000 }, (_, at) => `{ id: r${at}, set: { dtype: float16 } }`).join(", ")}] }`,
      }),
      [],
    ],
  ])("with %s is read in seconds, and what is said of it is short", (_, text, codes) => {
    const found = within(5000, () => diagnose({ "matrices/a.yaml": text }));
    const shown = within(5000, () => formatDiagnostics(found, { colour: false }));
    const errors = found.filter(({ severity }) => severity === "error").map(({ code }) => code);
    for (const code of codes) expect(errors).toContain(code);
    for (const { excerpt = "" } of found) expect(excerpt.length).toBeLessThan(1000);
    for (const line of shown.split("\n").slice(0, 200)) expect(line.length).toBeLessThan(100_000);
  });
});
