import { compareVersions } from "../../schema/version.ts";
import { sameJson, type Json } from "../../schema/json.ts";
import { KnobDefinition, type KnobType } from "../../schema/knob-definition.ts";
import type { HandTable } from "./hand-table.ts";
import type { HelpOption } from "./help-text.ts";

/** Where an engine's resolved configuration holds a knob, and what it holds there. */
export interface ResolvedField {
  path: string;
  /** Null where what is known of it says nothing of the type. */
  type: KnobType | null;
}

/** What the catalogue of another version says of its knobs. */
export function fieldsOf(knobs: Record<string, KnobDefinition>): Map<string, ResolvedField> {
  return new Map(
    Object.entries(knobs).flatMap(([name, { resolved, type }]) =>
      resolved === undefined ? [] : [[name, { path: resolved, type }] as const],
    ),
  );
}

export interface Catalogue {
  knobs: Record<string, KnobDefinition>;
  /** What the hand table said and the engine denied, in sentences. */
  overruled: string[];
  /** Options of the hand table that this version has not, or not yet: they are left out. */
  missing: string[];
}

/** The help's options with the hand table's words on top; where they contradict each other, the engine wins. */
export function mergeCatalogue(
  version: string,
  options: HelpOption[],
  fields: ReadonlyMap<string, ResolvedField>,
  hand: Pick<HandTable, "not_knobs" | "knobs">,
): Catalogue {
  const overruled: string[] = [];
  const missing = Object.keys(hand.not_knobs).filter((name) => options.every((option) => option.name !== name));
  const knobs: Record<string, KnobDefinition> = {};
  const known = new Map(options.map((option) => [option.name, option]));

  for (const name of [...new Set([...known.keys(), ...Object.keys(hand.knobs)])].toSorted()) {
    if (name in hand.not_knobs) continue;
    const option = known.get(name);
    const written = hand.knobs[name] ?? {};
    if (option) knobs[name] = merged(version, option, fields.get(name), written, overruled);
    else if (isGone(written, version)) knobs[name] = removed(name, written);
    else missing.push(name);
  }
  return { knobs, overruled, missing };
}

function isGone(written: Partial<KnobDefinition>, version: string): boolean {
  return written.until !== undefined && compareVersions(written.until, version) <= 0;
}

function merged(
  version: string,
  option: HelpOption,
  field: ResolvedField | undefined,
  written: Partial<KnobDefinition>,
  overruled: string[],
): KnobDefinition {
  const hand = { ...written };
  const overrule = (key: keyof KnobDefinition, engine: Json | undefined) => {
    overruled.push(
      `${option.name}.${key}: ${JSON.stringify(hand[key])} by hand, ${engine === undefined ? "nothing" : JSON.stringify(engine)} in ${version}`,
    );
    delete hand[key];
  };

  if (isGone(hand, version)) {
    overrule("until", undefined);
    delete hand.replacement;
  }
  if (hand.flag !== undefined && hand.flag !== option.flag) overrule("flag", option.flag);
  if (hand.negation !== undefined && hand.negation !== option.negation) overrule("negation", option.negation);
  if (option.typeIsCertain && hand.type !== undefined && hand.type !== option.type) overrule("type", option.type);
  if (option.values && hand.values && !sameJson(hand.values, option.values)) overrule("values", option.values);
  if (option.default !== undefined && hand.default !== undefined && !sameJson(hand.default as Json, option.default))
    overrule("default", option.default);

  const type = hand.type ?? (option.typeIsCertain ? option.type : (field?.type ?? option.type));
  const { typeIsCertain: _, aliases: __, name: ___, ...fromHelp } = option;
  return ordered({
    ...fromHelp,
    ...(field ? { resolved: field.path } : {}),
    ...hand,
    type,
  });
}

/** A knob that the version no longer has stays, so that a matrix that sets it learns what became of it. */
function removed(name: string, written: Partial<KnobDefinition>): KnobDefinition {
  return ordered({ flag: `--${name.replaceAll("_", "-")}`, type: "string", ...written });
}

/** Members of a knob in the order of the schema. */
const order = Object.keys(KnobDefinition.properties) as (keyof KnobDefinition)[];

function ordered(definition: KnobDefinition): KnobDefinition {
  return Object.fromEntries(
    order.flatMap((key) => (definition[key] === undefined ? [] : [[key, definition[key]]])),
  ) as KnobDefinition;
}
