import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../src/schema/engine.ts";
import { loadKnobsThatAffectOutput } from "../../src/schema/knob.ts";
import { type KnobDefinition } from "../../src/schema/knob-definition.ts";
import { LoadKnobs, Sampling } from "../../src/schema/workload.ts";
import { loadEngine } from "../../src/matrix/index.ts";
import { cell } from "./page.ts";

const root = join(import.meta.dirname, "../..");

/** `docs/knobs.md`: load and sampling knobs from the schema, engine knobs from the engine file. */
export function knobDocs(): string {
  const engine = readEngine("vllm");
  const knobs = Object.entries(engine.knobs);
  const current = knobs.filter(([, { until }]) => until === undefined);
  const removed = knobs.filter(([, { until }]) => until !== undefined);
  const groups = Map.groupBy(current, ([, { group }]) => group ?? "Other");
  return [
    "# Knobs",
    "",
    "Made by `npm run generate` from the schema and the engine files of `sut/`; not edited by hand.",
    "",
    "## Load knobs",
    "",
    "How the client drives the engine. In a matrix: `load.<name>`. Those marked * can change what the model says and are part of the accuracy key.",
    "",
    ...propertyTable("load", LoadKnobs.properties, loadKnobsThatAffectOutput),
    "",
    "## Sampling",
    "",
    "What is asked of the model; every member is sent with every request. In a matrix: `sampling.<name>`.",
    "",
    ...propertyTable("sampling", Sampling.properties, []),
    "",
    `## Engine knobs of vLLM ${engine.version ?? ""}`,
    "",
    "Names are vLLM's own. What `default` leaves empty depends on model, machine or other knobs.",
    "",
    ...[...groups].flatMap(([group, members]) => [`### ${group}`, "", ...engineTable(members), ""]),
    "## Knobs that are gone",
    "",
    "| knob | gone in | instead |",
    "|---|---|---|",
    ...removed.map(
      ([name, { until, replacement }]) =>
        `| \`${name}\` | ${until} | ${cell(replacement ?? "nothing takes its place")} |`,
    ),
    "",
    "## Rules of the engine that move other knobs",
    "",
    ...couplingHead,
    ...couplingRows(engine),
    "",
    ...otherEngines.flatMap((name) => otherEngine(readEngine(name))),
  ].join("\n");
}

/** Engines whose knobs stand behind vLLM's, by the names of their files. */
const otherEngines = ["sglang", "tensorrt-llm", "llama-cpp", "mlx"];

function otherEngine(engine: Engine): string[] {
  const groups = Map.groupBy(Object.entries(engine.knobs), ([, { group }]) => group ?? "");
  const lacks = Object.entries(engine.dialect.lacks);
  return [
    `## Engine knobs of ${engine.title} ${engine.version ?? ""}`,
    "",
    `In a matrix: \`sut: { engine: ${engine.name}, … }\`. Names are the engine's own.`,
    "",
    ...[...groups].flatMap(([group, members]) => [
      ...(group === "" ? [] : [`### ${engine.title}: ${group}`, ""]),
      ...engineTable(members),
      "",
    ]),
    ...(engine.couplings.length === 0 ? [] : [...couplingHead, ...couplingRows(engine), ""]),
    ...(lacks.length === 0
      ? []
      : ["Not sent with its requests:", "", ...lacks.map(([member, why]) => `- \`${member}\`: ${why}`), ""]),
  ];
}

const couplingHead = ["| knob | moves | because | how to pin |", "|---|---|---|---|"];

function couplingRows({ couplings }: Engine): string[] {
  return couplings.map(
    ({ knob, moves, because, pin }) => `| \`${knob}\` | ${cell(moves.join("; "))} | ${cell(because)} | ${cell(pin)} |`,
  );
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function readEngine(name: string): Engine {
  const { engine, diagnostics } = loadEngine({ name, read, sutFolders: [join(root, "sut")] });
  if (!engine) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return engine;
}

function engineTable(knobs: [string, KnobDefinition][]): string[] {
  return [
    "| knob | type | values | default | since | what |",
    "|---|---|---|---|---|---|",
    ...knobs.map(
      ([name, knob]) =>
        `| \`${name}\` | ${knob.type} | ${cell(valuesText(knob))} | ${knob.default === undefined ? "" : `\`${cell(JSON.stringify(knob.default))}\``} | ${knob.since ?? ""} | ${cell(knob.help ?? "")} |`,
    ),
  ];
}

function valuesText({ values, open, min, max }: KnobDefinition): string {
  if (values) return values.join(", ") + (open ? ", …" : "");
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `${min} or more`;
  return max === undefined ? "" : `${max} at most`;
}

interface Property {
  type?: string;
  description?: string;
  default?: unknown;
  anyOf?: { const?: unknown }[];
}

function propertyTable(prefix: string, properties: object, marked: readonly string[]): string[] {
  return [
    "| knob | type | default | what |",
    "|---|---|---|---|",
    ...Object.entries(properties as Record<string, Property>).map(([name, property]) => {
      const type = property.anyOf
        ? property.anyOf.map(({ const: word }) => String(word)).join(", ")
        : (property.type ?? "");
      const standard = property.default === undefined ? "" : `\`${JSON.stringify(property.default)}\``;
      return `| \`${prefix}.${name}\`${marked.includes(name) ? " *" : ""} | ${cell(type)} | ${standard} | ${cell(property.description ?? "")} |`;
    }),
  ];
}
