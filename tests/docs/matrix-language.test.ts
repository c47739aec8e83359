import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Errors } from "typebox/value";
import { parse } from "yaml";
import { designKinds, expandStudy } from "../../src/design/index.ts";
import { lintStudy, loadStudy } from "../../src/matrix/index.ts";
import { rules } from "../../src/matrix/rules/index.ts";
import { EngineFile } from "../../src/schema/engine-file.ts";
import { matrixFile } from "../../src/schema/matrix-file.ts";
import { WorkloadFile } from "../../src/schema/workload.ts";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/matrix-language.md"), "utf8");

/** Each example with the line that it begins on. */
const examples = [...page.matchAll(/^```yaml\n(.*?)^```/gms)].map((match) => ({
  line: page.slice(0, match.index).split("\n").length + 1,
  text: match[1]!,
}));

const members = (schema: { properties: object }) => new Set(Object.keys(schema.properties));
const [ofMatrix, ofWorkload, ofEngineFile] = [
  members(matrixFile(designKinds)),
  members(WorkloadFile),
  members(EngineFile),
];

/** The example as a matrix: what it leaves out is that of the page's first. */
function matrixOf(text: string): object {
  const example = parse(text) as Record<string, unknown>;
  const first = parse(examples[0]!.text) as Record<string, unknown>;
  const keys = Object.keys(example);
  if (keys.every((key) => ofMatrix.has(key))) return { ...first, ...example };
  expect(keys.filter((key) => !ofWorkload.has(key))).toEqual([]);
  return { ...first, workloads: [{ dataset: { kind: "synthetic", profile: "chat" }, ...example }] };
}

function problems(text: string): string[] {
  const example = parse(text) as object;
  if (Object.keys(example).every((key) => ofEngineFile.has(key) && !ofMatrix.has(key)))
    return [...Errors(EngineFile, example)].map(({ message }) => message);
  const matrix = JSON.stringify(matrixOf(text));
  const { study, diagnostics } = loadStudy({
    file: "matrices/example.yaml",
    root,
    read: (path) =>
      path.endsWith("/matrices/example.yaml") ? matrix : existsSync(path) ? readFileSync(path, "utf8") : null,
    designs: designKinds,
    sutFolders: [join(root, "sut")],
    rulesets: { folders: [join(root, "experiments/rulesets")], names: [] },
    overrides: {},
  });
  expect(study, JSON.stringify(diagnostics)).not.toBeNull();
  const linted = lintStudy(study!, expandStudy(study!));
  return [...diagnostics, ...linted].filter(({ severity }) => severity === "error").map(({ message }) => message);
}

describe("docs/matrix-language.md", () => {
  it.each(examples)("has an example that plans without an error on line $line", ({ text }) => {
    expect(problems(text)).toEqual([]);
  });

  it("names diagnostics that there are", () => {
    const named = [...page.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name]) => name!);
    const rulesNamed = named.filter((name) => /^(peak|workers|ruleset|scenario|extra-body)-/.test(name));
    expect(rulesNamed).toEqual(expect.arrayContaining(["peak-and-rate", "workers-with-chunks", "ruleset-forbids"]));
    const codes = new Set(["ruleset-duration", ...Object.keys(rules)]);
    expect(rulesNamed.filter((name) => !codes.has(name))).toEqual([]);
  });
});
