import type { Engine } from "../../schema/engine.ts";
import { memberOf, sameJson, type Json } from "../../schema/json.ts";
import type { KnobDefinition } from "../../schema/knob.ts";
import { availability } from "./knob-catalogue.ts";

/** An engine as of one version. */
export interface EngineOf {
  engine: Pick<Engine, "knobs">;
  version: string;
}

/** What becomes of some knobs from one version to another, a clause each: those that come or go, and other defaults. */
export function catalogueChanges(from: EngineOf, to: EngineOf, used: Iterable<string>): string[] {
  return [...new Set(used)].toSorted().flatMap((knob) => {
    const [was, is] = [knobOf(from, knob), knobOf(to, knob)];
    if (was === null && is === null) return [];
    if (is === null) return [`\`${knob}\` is gone`];
    if (was === null) return [`\`${knob}\` is new`];
    const before = (was.default ?? null) as Json;
    const now = (is.default ?? null) as Json;
    return sameJson(before, now)
      ? []
      : [`the default of \`${knob}\` is ${defaultText(now)}, and not ${defaultText(before)}`];
  });
}

function knobOf({ engine, version }: EngineOf, knob: string): KnobDefinition | null {
  const known = memberOf(engine.knobs, knob);
  return known === undefined || availability(known, version) !== null ? null : known;
}

function defaultText(value: Json): string {
  return value === null ? "what model or machine make it" : JSON.stringify(value);
}
