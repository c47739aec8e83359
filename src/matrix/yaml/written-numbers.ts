import { memberOf, escapeSegment, type Json } from "../../schema/json.ts";
import { writtenKey } from "../../schema/knob.ts";
import type { Study } from "../../schema/study.ts";
import { asWritten, sourceOf, type SourceAt } from "./places.ts";
import { settingsOf } from "../settings.ts";

/** The form of numbers that JSON may write otherwise: `4.0` as 4, `0.90` as 0.9. */
const decimal = /^-?\d+\.\d+$/;

/**
 * The values of engine knobs as the matrix writes them, where JSON would write a number otherwise: an engine that reads a
 * version or a name there may not take `4` for `4.0`. By `writtenKey`; knobs of whole numbers are left out, since no engine
 * reads `16.0` as one.
 */
export function writtenNumbers(study: Study): Map<string, string> {
  const written = new Map<string, string>();
  const engines = [study.engine, ...study.engines.values()];
  const sourceAt: SourceAt = (pointer) => sourceOf(study.locations, pointer);
  for (const { knob, values } of settingsOf(study)) {
    const types = engines.flatMap(({ knobs }) => memberOf(knobs, knob)?.type ?? []);
    if (types.every((type) => type === "int")) continue;
    const add = (value: Json, pointer: string): void => {
      const text = spelled(value, pointer, sourceAt);
      const key = writtenKey(knob, value);
      if (text !== JSON.stringify(value) && !written.has(key)) written.set(key, text);
    };
    for (const { value, pointer } of values) {
      add(value, pointer);
      // Items of a list are arguments of their own.
      if (Array.isArray(value)) for (const [index, item] of value.entries()) add(item, `${pointer}/${index}`);
    }
  }
  return written;
}

/** JSON of a value, with its decimal numbers as the file has them. */
function spelled(value: Json, pointer: string, sourceAt: SourceAt): string {
  if (typeof value === "number") {
    const source = sourceAt(pointer);
    return asWritten(value, decimal.test(source) ? source : "");
  }
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const below = (name: string | number, member: Json): string =>
    spelled(member, `${pointer}/${escapeSegment(String(name))}`, sourceAt);
  if (Array.isArray(value)) return `[${value.map((item, index) => below(index, item)).join(",")}]`;
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${below(name, member)}`);
  return `{${members.join(",")}}`;
}
