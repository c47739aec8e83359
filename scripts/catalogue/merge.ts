import { sameJson, type Json } from "../../src/schema/json.ts";
import { compareVersions } from "../../src/matrix/engine/knob-catalogue.ts";
import type { KnobDefinition } from "../../src/schema/knob.ts";
import type { HelpOption } from "./help-text.ts";
import type { ResolvedField } from "./resolved-paths.ts";

/** `sut/catalogue/<engine>-hand.yaml`: what the engine's help does not say. */
export interface HandTable {
  /** The engine file below the catalogue. */
  extends?: string;
  /** Options that are not knobs: Ceteris sets them itself, or they hold secrets. Name to reason. */
  not_knobs: Record<string, string>;
  knobs: Record<string, Partial<KnobDefinition>>;
}

export interface Catalogue {
  knobs: Record<string, KnobDefinition>;
  /** What the hand table said and the engine denied, in sentences. */
  overruled: string[];
}

/** The help's options with the hand table's words on top; where they contradict each other, the engine wins. */
export function mergeCatalogue(
  version: string,
  options: HelpOption[],
  fields: Map<string, ResolvedField>,
  hand: HandTable,
): Catalogue {
  const overruled: string[] = [];
  const knobs: Record<string, KnobDefinition> = {};
  const known = new Map(options.map((option) => [option.name, option]));
  for (const name of Object.keys(hand.not_knobs))
    if (!known.has(name)) overruled.push(`not_knobs.${name}: ${version} has no such option`);

  for (const name of [...new Set([...known.keys(), ...Object.keys(hand.knobs)])].toSorted()) {
    if (name in hand.not_knobs) continue;
    const option = known.get(name);
    const written = hand.knobs[name] ?? {};
    if (option) knobs[name] = merged(version, option, fields.get(name), written, overruled);
    else if (isGone(written, version)) knobs[name] = removed(name, written);
    else overruled.push(`${name}: ${version} has no such option and the hand table gives no \`until\`; left out`);
  }
  return { knobs, overruled };
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

const order: (keyof KnobDefinition)[] = [
  "flag",
  "negation",
  "type",
  "values",
  "open",
  "min",
  "max",
  "default",
  "since",
  "until",
  "replacement",
  "unsupported",
  "inert",
  "resolved",
  "same",
  "members",
  "short",
  "group",
  "help",
];

function ordered(definition: KnobDefinition): KnobDefinition {
  return Object.fromEntries(
    order.flatMap((key) => (definition[key] === undefined ? [] : [[key, definition[key]]])),
  ) as KnobDefinition;
}
