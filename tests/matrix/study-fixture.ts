import { readFileSync } from "node:fs";
import { join } from "node:path";
import { designKinds, expandStudy } from "../../src/design/index.ts";
import { lintStudy, loadStudy } from "../../src/matrix/index.ts";
import type { StudyRequest } from "../../src/matrix/index.ts";
import type { Diagnostic } from "../../src/schema/diagnostic.ts";
import type { Study } from "../../src/schema/study.ts";
import { miniRuleset } from "../support/mini-ruleset.ts";

const sut = join(import.meta.dirname, "../fixtures/sut");

/** A study's folder of texts, by path from `/study`; `sut/` holds the fixtures' engine files as well. */
export function reader(files: Record<string, string>): (path: string) => string | null {
  const engines = Object.fromEntries(
    ["pocket", "pocket-cpu"].map((name) => [
      `/study/sut/${name}.yaml`,
      readFileSync(join(sut, `${name}.yaml`), "utf8"),
    ]),
  );
  const texts = new Map(Object.entries(engines));
  for (const [path, text] of Object.entries(files)) texts.set(`/study/${path}`, text);
  return (path) => texts.get(path) ?? null;
}

/** The study of a matrix made of parts, beside the rulesets of the fixtures. */
export function loadParts(parts: Parameters<typeof matrix>[0], overrides: StudyRequest["overrides"] = {}) {
  return load({ "matrices/a.yaml": matrix(parts), ...rulesets }, overrides);
}

export function load(
  files: Record<string, string>,
  overrides: StudyRequest["overrides"] = {},
): { study: Study | null; diagnostics: Diagnostic[] } {
  const request = { file: "matrices/a.yaml", root: "/study", read: reader(files), sutFolders: ["/study/sut"] };
  const rulesets = { folders: ["/study/experiments/rulesets", "/package/experiments/rulesets"], names: ["mini"] };
  const catalogues = Object.keys(files).flatMap((path) => /^sut\/(.*-knobs)\.yaml$/.exec(path)?.[1] ?? []);
  return loadStudy({ ...request, designs: designKinds, rulesets, catalogues, overrides });
}

/** Some figures of a trial. */
const statsByMetric = new Map([
  ["requests_failed", ["value"]],
  ["ttft", ["mean", "p50", "p90", "p99", "max"]],
]);

/** Loads, expands and lints: what `ceteris plan` says of a matrix. */
export function diagnose(
  files: Record<string, string>,
  {
    overrides,
    modelLength,
    ...facts
  }: { overrides?: StudyRequest["overrides"]; trials?: number; modelLength?: number } = {},
): Diagnostic[] {
  const { study, diagnostics } = load(files, overrides);
  return study === null
    ? diagnostics
    : [
        ...diagnostics,
        ...lintStudy(study, expandStudy(study), {
          ...facts,
          ...(modelLength === undefined ? {} : { modelLengthOf: () => modelLength }),
          metrics: statsByMetric,
        }),
      ];
}

/** A matrix that has nothing wrong, with the parts of a test in the place of its own. */
export function matrix(parts: {
  sut?: string;
  baseline?: string;
  design?: string;
  workloads?: string;
  more?: string;
}): string {
  const {
    sut: system = "{ engine: pocket, model: m }",
    baseline = "{ knobs: { max_num_seqs: 16 } }",
    design = "{ kind: isolation, changes: [{ id: f16, set: { dtype: float16 } }] }",
    workloads = "[{ dataset: { kind: synthetic, profile: chat } }]",
    more = "",
  } = parts;
  return `study: a\nquestion: Why?\nsut: ${system}\nbaseline: ${baseline}\ndesign: ${design}\nworkloads: ${workloads}\n${more}`;
}

/** `code@file:line:column` of each, in order. */
export function brief(diagnostics: Diagnostic[]): string[] {
  return diagnostics.map(({ code, file, line, column }) => `${code}@${file}:${line}:${column}`);
}

const rulesets = {
  "experiments/rulesets/mini.yaml": miniRuleset(),
  "experiments/rulesets/slo-templates.yaml": `format: ceteris.slo-templates/1
sources: { us: { title: our own } }
templates:
  fast: { title: fast, slo: { ttft_ms: 100 }, source: us }
`,
};

/** The diagnostics of one rule for a matrix made of parts, as `severity at "quoted text": message`. */
export function found(code: string, parts: Parameters<typeof matrix>[0], options?: Parameters<typeof diagnose>[1]) {
  return diagnose({ "matrices/a.yaml": matrix(parts), ...rulesets }, options)
    .filter((diagnostic) => diagnostic.code === code)
    .map(({ severity, message, hint, excerpt = "" }) => ({ severity, message, hint, at: markedIn(excerpt) }));
}

/** What is wrong with a matrix made of parts: its errors, and no warnings. */
export function faultsIn(parts: Parameters<typeof matrix>[0]) {
  return diagnose({ "matrices/a.yaml": matrix(parts), ...rulesets })
    .filter(({ severity }) => severity === "error")
    .map(({ code, message, hint, excerpt = "" }) => ({ code, message, hint, at: markedIn(excerpt) }));
}

/** The part of an excerpt that its carets mark. */
export function markedIn(excerpt: string): string {
  const [line = "", carets = ""] = excerpt.split("\n");
  return line.slice(carets.indexOf("^"), carets.length);
}

export function stacked(...steps: string[]): string {
  return `{ kind: stacked, steps: [${steps.join(", ")}] }`;
}

export function isolation(...changes: string[]): string {
  return `{ kind: isolation, changes: [${changes.join(", ")}] }`;
}

/** Four cells, less what is excluded. */
export function combination(exclude: string): string {
  const factors = "{ dtype: [float16, bfloat16], max_num_seqs: [8, 16] }";
  return `{ kind: combination, factors: ${factors}, exclude: [${exclude}] }`;
}

/** A matrix's parts with one step that sets one knob. */
export function oneStep(knob: string): { design: string } {
  return { design: stacked(`{ id: a, set: { ${knob} } }`) };
}
