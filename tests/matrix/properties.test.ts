import * as fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { expandStudy } from "../../src/design/index.ts";
import { lintStudy, loadEngine } from "../../src/matrix/index.ts";
import { parseYaml } from "../../src/matrix/yaml/yaml-file.ts";
import { toJson } from "../../src/matrix/yaml/tree.ts";
import { sizeOf } from "../../src/design/size.ts";
import type { Diagnostic } from "../../src/schema/diagnostic.ts";
import { damagedText, jsonWith, longestMs, textOf, expectAll, within } from "../support/any-text.ts";
import { repository } from "../support/cli.ts";
import { load, matrix } from "./study-fixture.ts";

const timeout = { timeout: longestMs };

function holds(diagnostics: readonly Diagnostic[], text: string): void {
  const lines = text.split(/\r\n?|\n/).length + 1;
  for (const { code, message, line, column, file } of diagnostics) {
    if (/^[a-z0-9-]+$/.test(code) && message !== "" && line >= 1 && column >= 1 && (file !== "a.yaml" || line <= lines))
      continue;
    expect({ code, message, line, column }).toBe("a diagnostic with a place");
  }
}

it("reads any text as a tree of YAML, or says at which place it is none", timeout, async () => {
  const yaml = textOf([
    "study",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "\n",
    "\n  ",
    "\n    ",
    "&a ",
    "*a",
    "!tag ",
    "|\n",
    ">-\n",
    "# c",
    "---\n",
    "env.A",
    "<<: *a",
    '"',
    "'",
    "? ",
    "use: b.yaml",
    ".nan",
    "0x1F",
    "~",
    "null",
    "1e400",
    "%YAML 1.2\n",
    "a: &b [*b]",
  ]);
  await expectAll(
    yaml,
    (text) => {
      const { tree, diagnostics } = within(3000, () => parseYaml("a.yaml", text, new Map()));
      if (tree === null) expect(diagnostics.length).toBeGreaterThan(0);
      else JSON.stringify(toJson(tree));
      holds(diagnostics, text);
    },
    6000,
  );
});

it("reads back every value that was written as JSON, which is YAML", timeout, async () => {
  await expectAll(
    jsonWith(
      ["a", "b c", "é", "0", "true", "# no", ": "],
      ["- x", "yes", "&a", "*a", "a: b", "1.0", "{", "long ".repeat(30)],
    ),
    (value) => {
      const { tree, diagnostics } = parseYaml("a.yaml", JSON.stringify({ top: value }), new Map());
      expect(diagnostics).toEqual([]);
      expect(tree && toJson(tree)).toEqual({ top: JSON.parse(JSON.stringify(value)) as unknown });
    },
    4000,
  );
});

const folder = join(repository, "matrices");
const shipped = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => readFileSync(join(folder, file), "utf8"));

it("plans any matrix, or says what is wrong with it", timeout, async () => {
  const value = jsonWith(
    [
      ..."id set kind changes steps factors a b max_num_seqs dtype load.concurrency load.rate env.A from to step factor".split(
        " ",
      ),
      ..."knobs sweep use engine model compound skip exclude repeats order workloads dataset counts requests sampling".split(
        " ",
      ),
    ],
    [
      "isolation",
      "stacked",
      "combination",
      "duel",
      "curve",
      "pocket",
      "float16",
      "= load.concurrency * 2",
      "= (",
      1,
      8,
      "synthetic",
    ],
  ).map((any) => JSON.stringify(any));
  const parts = fc
    .tuple(fc.constantFrom("sut", "baseline", "design", "workloads", "more"), value)
    .map(([part, text]) => matrix({ [part]: part === "more" ? `sweep: ${text}\n` : text }));
  const whole = fc.oneof(parts, damagedText(fc.constantFrom(...shipped, matrix({}))));
  await expectAll(
    whole,
    (text) => {
      const { study, diagnostics } = within(10_000, () => load({ "matrices/a.yaml": text }));
      holds(diagnostics, text);
      if (study === null) return expect(diagnostics.some(({ severity }) => severity === "error")).toBe(true);
      const { experiments } = sizeOf(study);
      if (experiments > 2000) return;
      const expansion = within(10_000, () => expandStudy(study));
      expect(expansion.experiments.length).toBeLessThanOrEqual(experiments);
      holds(lintStudy(study, expansion), text);
    },
    400,
  );
});

it("reads any engine file, or says what is wrong with it", timeout, async () => {
  const sut = join(repository, "sut");
  const texts = ["simulated", "endpoint", "llama-cpp"].map((name) => readFileSync(join(sut, `${name}.yaml`), "utf8"));
  const value = jsonWith(
    "title command environment kind executable readiness path failures class pattern hint knobs flag type phases id gpus".split(
      " ",
    ),
    ["path", "uv", "endpoint", "int", "(", "a+", "{executable}", "--x"],
  ).map((any) => JSON.stringify(any));
  await expectAll(
    fc.oneof(value, damagedText(fc.constantFrom(...texts))),
    (text) => {
      const read = (path: string): string | null => (path === "/sut/a.yaml" ? text : null);
      const { engine, diagnostics } = within(10_000, () => loadEngine({ name: "a", read, sutFolders: ["/sut"] }));
      holds(diagnostics, text);
      if (engine === null) expect(diagnostics.length).toBeGreaterThan(0);
    },
    400,
  );
});
