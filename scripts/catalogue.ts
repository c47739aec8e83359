/**
 * Makes the knob catalogue of an engine's version from the engine's own `--help=all` and a hand-written table:
 *
 *   node scripts/catalogue.ts HELP_FILE --version 0.32.0 --hand sut/catalogue/vllm-hand.yaml \
 *     --resolved SERVER_INFO.json --out sut/vllm-0.32.0-knobs.yaml
 *
 * `--resolved` is a recorded `/server_info?config_format=json`: it says where each resolved value stands.
 * The same inputs give the same bytes. What the engine denied of the hand table is printed to stderr.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Document, isMap, isSeq, parse } from "yaml";
import { parseHelp } from "./catalogue/help-text.ts";
import { mergeCatalogue, type Catalogue, type HandTable } from "./catalogue/merge.ts";
import { resolvedFields } from "./catalogue/resolved-paths.ts";

interface CatalogueInputs {
  version: string;
  help: string;
  hand: string;
  /** Null where no recording is at hand: then only the hand table's `resolved` paths are there. */
  serverInfo: string | null;
}

/** The catalogue, the file that is made of it, and that file's text. */
export function makeCatalogue(inputs: CatalogueInputs): Catalogue & { file: object; yaml: string } {
  const hand = parse(inputs.hand) as HandTable;
  const catalogue = mergeCatalogue(
    inputs.version,
    parseHelp(inputs.help),
    inputs.serverInfo === null ? new Map() : resolvedFields(inputs.serverInfo),
    hand,
  );
  const header = [
    "# yaml-language-server: $schema=../schemas/engine.schema.json",
    `# Generated from vLLM's own --help=all and sut/catalogue/vllm-hand.yaml: edit that, then`,
    `#   node scripts/catalogue.ts tests/fixtures/vllm/serve_help_all.txt --version ${inputs.version} \\`,
    "#     --hand sut/catalogue/vllm-hand.yaml --resolved tests/fixtures/vllm/server_info.json \\",
    `#     --out sut/vllm-${inputs.version}-knobs.yaml`,
    "",
  ];
  const file = { extends: hand.extends, version: inputs.version, not_knobs: hand.not_knobs, knobs: catalogue.knobs };
  const document = new Document(file, { aliasDuplicateObjects: false });
  for (const name of Object.keys(catalogue.knobs)) {
    const knob = document.getIn(["knobs", name]);
    if (!isMap(knob)) continue;
    const [values, members] = [knob.get("values"), knob.get("members")];
    const onOneLine = isMap(members) ? members.items.map(({ value }) => value) : [];
    for (const node of [values, ...onOneLine]) if (isSeq(node) || isMap(node)) node.flow = true;
  }
  return {
    ...catalogue,
    file,
    yaml: header.join("\n") + document.toString({ lineWidth: 0, flowCollectionPadding: false }),
  };
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      version: { type: "string" },
      hand: { type: "string" },
      resolved: { type: "string" },
      out: { type: "string" },
    },
  });
  const [help] = positionals;
  if (help === undefined || values.version === undefined || values.hand === undefined || values.out === undefined) {
    console.error("usage: node scripts/catalogue.ts HELP_FILE --version V --hand FILE [--resolved FILE] --out FILE");
    process.exit(2);
  }
  const { yaml, overruled, knobs } = makeCatalogue({
    version: values.version,
    help: readFileSync(help, "utf8"),
    hand: readFileSync(values.hand, "utf8"),
    serverInfo: values.resolved === undefined ? null : readFileSync(values.resolved, "utf8"),
  });
  writeFileSync(values.out, yaml);
  for (const line of overruled) console.error(`overruled: ${line}`);
  console.error(`${Object.keys(knobs).length} knobs in ${values.out}`);
}

if (import.meta.main) main();
