import { Document, isMap, isSeq } from "yaml";
import type { EngineFile, OwnVariables } from "../../schema/engine-file.ts";
import { memberOf } from "../../schema/json.ts";
import { compareTexts } from "../../schema/text-order.ts";
import { mergeCatalogue, type Catalogue, type ResolvedField } from "./catalogue-merge.ts";
import type { HandTable } from "./hand-table.ts";
import { parseHelp } from "./help-text.ts";
import { availability } from "./knob-catalogue.ts";

export interface CatalogueInputs {
  /** Of the engine that was asked: dotted numbers alone. */
  version: string;
  help: string;
  /** The source text with the variables that the engine reads; null where it could not be had. */
  variables: string | null;
  hand: HandTable;
  /** What is known of variables by hand; null of an engine of which nothing is. */
  known: OwnVariables | null;
  /** Where its resolved configuration holds each knob, as far as that is known. */
  fields: ReadonlyMap<string, ResolvedField>;
  /** What the help was printed by, and the recording that the fields are of; absent where they are of another version. */
  provenance: NonNullable<EngineFile["provenance"]>;
}

/** The catalogue of one version of an engine, and the text of its engine file. */
export function makeCatalogue(inputs: CatalogueInputs): Catalogue & { file: EngineFile; yaml: string } {
  const { version, hand, provenance } = inputs;
  const options = parseHelp(inputs.help);
  const merged = mergeCatalogue(version, options, inputs.fields, version === hand.seen ? hand : withoutMembers(hand));
  const variables = variableNames(inputs);
  const file: EngineFile = {
    // Without those that it reads, those that are gone would be all that there are.
    ...(hand.extends === undefined || variables === null ? {} : { extends: hand.extends }),
    version,
    provenance,
    ...(variables === null ? {} : { own_variables: variables.found }),
    not_knobs: hand.not_knobs,
    knobs: merged.knobs,
  } as EngineFile;
  const document = new Document(file, { aliasDuplicateObjects: false });
  for (const name of Object.keys(merged.knobs)) {
    const knob = document.getIn(["knobs", name]);
    if (!isMap(knob)) continue;
    const [values, members] = [knob.get("values"), knob.get("members")];
    const onOneLine = isMap(members) ? members.items.map(({ value }) => value) : [];
    for (const node of [values, ...onOneLine]) if (isSeq(node) || isMap(node)) node.flow = true;
  }
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  return {
    ...merged,
    overruled: [...merged.overruled, ...(variables?.overruled ?? [])],
    file,
    yaml: `# Made by \`ceteris catalogue\` and not edited by hand: what engine files say on top of it stands in them.\n${text}`,
  };
}

/** Members of JSON knobs are in no help: those of another version may be missing or new, and nobody checks them. */
function withoutMembers(hand: HandTable): HandTable {
  const knobs = structuredClone(hand.knobs);
  for (const knob of Object.values(knobs)) delete knob.members;
  return { ...hand, knobs };
}

/** The variables of this version: the file below the catalogue has those that are gone, with what to do instead. */
function variableNames({ version, variables, known }: CatalogueInputs) {
  if (variables === null || known === null) return null;
  const inSource = [...variables.matchAll(/^ +"([A-Za-z0-9_]+)":/gm)].map(([, name = ""]) => name);
  const read = new Set(inSource.filter((name) => name.startsWith(known.prefix)));
  const overruled = [...read].filter((name) => availability(memberOf(known.names, name) ?? {}, version) === "removed");
  const goneHere = Object.entries(known.names).filter(
    ([name, one]) => !read.has(name) && one.until !== undefined && availability(one, version) !== "removed",
  );
  const names = [
    ...[...read].map((name) => [name, {}] as const),
    ...goneHere.map(([name]) => [name, { until: version }] as const),
  ];
  return {
    found: { names: Object.fromEntries(names.toSorted(([one], [other]) => compareTexts(one, other))) },
    overruled: overruled.map((name) => `${name}: gone in ${known.names[name]?.until} by hand, and ${version} reads it`),
  };
}
